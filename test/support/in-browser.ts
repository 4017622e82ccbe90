import test, { type ExecutionContext } from 'ava';
import { browserPath, ChatSite } from './chat-site.ts';

const WITHIN_MS = 90_000;

/** The tests of a file that need a browser: one site for all of them, which is there while they run. */
export interface Browsing {
  readonly here: { readonly site: ChatSite };
  /** A test that says in one line that it was skipped where there is no browser; all pages are closed behind it. */
  inBrowser(title: string, body: (t: ExecutionContext) => Promise<void>): void;
}

export function browsing(): Browsing {
  const executable = browserPath();
  let site: ChatSite | null = null;
  test.before(async () => {
    if (executable !== null) site = await ChatSite.start(executable);
  });
  test.after.always(async () => {
    await site?.close();
  });
  const here = {
    get site(): ChatSite {
      return site!;
    },
  };
  const inBrowser: Browsing['inBrowser'] = (title, body) => {
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
