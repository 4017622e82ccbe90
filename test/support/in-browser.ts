import test, { type ExecutionContext } from 'ava';
import { browserPath } from './chat-site.ts';

const WITHIN_MS = 90_000;

/** What is looked at with a browser. */
interface PageSite {
  /** Errors of its pages. */
  readonly errors: string[];
  /** Closes all pages, and leaves it as it was before. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** The tests of a file that need a browser: one site for all of them, which is there while they run. */
export interface Browsing<S> {
  readonly here: { readonly site: S };
  /** A test that says in one line that it was skipped where there is no browser; all pages are closed behind it. */
  inBrowser(title: string, body: (t: ExecutionContext) => Promise<void>): void;
}

export function browsing<S extends PageSite>(
  start: (executable: string) => Promise<S>,
): Browsing<S> {
  const executable = browserPath();
  let site: S | null = null;
  test.before(async () => {
    if (executable !== null) site = await start(executable);
  });
  test.after.always(async () => {
    await site?.close();
  });
  const here = {
    get site(): S {
      return site!;
    },
  };
  const inBrowser: Browsing<S>['inBrowser'] = (title, body) => {
    test.serial(title, async (t) => {
      t.timeout(WITHIN_MS);
      if (executable === null) {
        t.log('skipped: there is no chromium');
        t.pass();
        return;
      }
      try {
        await body(t);
      } finally {
        await here.site.empty();
      }
      t.deepEqual(here.site.errors.splice(0), []);
    });
  };
  return { here, inBrowser };
}
