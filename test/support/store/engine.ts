import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeptJob } from '../../../src/core/journal.ts';
import { SqliteStore } from '../../../src/store/sqlite.ts';
import type { Opened, Store, StoreEvents } from '../../../src/store/store.ts';

/** How long and in how many bytes answers are kept. */
export interface Keeping {
  readonly keepAnswersMs: number;
  readonly keepAnswersBytes: number;
}

/** A kind of store: the same cases are run against each. */
export interface Engine {
  readonly name: string;
  /** A store on what is kept at a place; a second one there sees what the first one kept. */
  make(place: string, keeping: Keeping, events: StoreEvents): Store;
}

export const sqlite: Engine = {
  name: 'sqlite',
  make: (place, keeping, events) => new SqliteStore(place, keeping, events),
};

/** Nothing is forgotten. */
export const FOR_EVER: Keeping = { keepAnswersMs: 1e15, keepAnswersBytes: 1e15 };

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

/** Bytes of a job that is given are valid during the call only. */
function copyOf(job: KeptJob): KeptJob {
  return { ...job, body: new Uint8Array(job.body) };
}

/** A folder that is removed when the test is over. */
export function freshPlace(t: { teardown(work: () => void): void }): string {
  const place = mkdtempSync(join(tmpdir(), 'latido-store-'));
  t.teardown(() => rmSync(place, { recursive: true, force: true }));
  return place;
}
