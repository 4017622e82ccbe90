import type { ExecutionContext } from 'ava';
import type { KeptJob } from '../../../src/core/journal.ts';
import type { Opened, Store } from '../../../src/store/store.ts';
import { type Engine, FOR_EVER, type Keeping } from './engine.ts';
import { keptOf } from './histories.ts';

/** What jobs of these tests are handed in with. */
export const BODY = new Uint8Array(64).fill(65);

/** A store and what it tells, for a test. */
export class Owner {
  readonly store: Store;
  readonly failures: string[] = [];
  durable = 0;
  forgottenTo = 0;
  readonly #waiting: { commit: number; resolve: () => void }[] = [];

  constructor(engine: Engine, place: string, keeping: Keeping = FOR_EVER) {
    this.store = engine.make(place, keeping, {
      durable: (commit) => this.#told(commit),
      forgot: (to) => {
        this.forgottenTo = to;
      },
      failed: (code) => this.failures.push(code),
    });
  }

  /** Opens it; all jobs that have not ended. */
  async open(): Promise<{ opened: Opened; jobs: KeptJob[] }> {
    const jobs: KeptJob[] = [];
    const opened = await this.store.open((job) => jobs.push(copyOf(job)));
    return { opened, jobs };
  }

  /** Makes what was recorded durable. */
  commit(): Promise<void> {
    const commit = this.store.commit();
    if (commit <= this.durable) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push({ commit, resolve });
    });
  }

  #told(commit: number): void {
    this.durable = commit;
    while (this.#waiting[0] !== undefined && this.#waiting[0].commit <= commit)
      this.#waiting.shift()!.resolve();
  }
}

/** A store that is closed when the test is over, however that ends: its thread would keep the process. */
export function ownerOf(
  t: ExecutionContext,
  engine: Engine,
  place: string,
  keeping?: Keeping,
): Owner {
  const owner = new Owner(engine, place, keeping);
  t.teardown(() => owner.store.close());
  return owner;
}

/** Records that jobs were handed in: those of these numbers. */
export function submit({ store: { journal } }: Owner, from: number, to = from): void {
  for (let number = from; number <= to; number += 1)
    journal.submitted(keptOf(number, number), BODY, 0, BODY.length);
}

/** Bytes of a job that is given are valid during the call only. */
function copyOf(job: KeptJob): KeptJob {
  return { ...job, body: new Uint8Array(job.body) };
}
