/** What is left on the disk when very many durable jobs are done and forgotten. */

import { untilAnswered } from './broker-status.ts';
import { withDirectory } from './data-dir.ts';
import { fill, patienceMs, startFiller } from './filling.ts';
import { startBroker } from './hub.ts';
import { startWorkers } from './load.ts';
import type { Measurement } from './measurement.ts';
import { diskBytes, sleep } from './proc.ts';

const BODY_BYTES = 64;
/** An id that is older than this when it arrives is refused: a client that lags must not be. */
const KEEP_ANSWERS_MS = 10_000;
const LOOK_MS = 1000;
/** When nothing has changed for so many looks, nothing will: rows are removed first, and pages given back then. */
const LOOKS = 30;
const SHRINK_MS_MAX = 300_000;
const MB = 1e6;

export const footprint: Measurement = {
  name: 'footprint',
  about: 'MB on disk after a million durable jobs are done and their retention is past',
  run(bench) {
    return withDirectory(bench, async (directory) => {
      const flags = ['--data', directory, '--keep-answers-ms', String(KEEP_ANSWERS_MS)];
      const hub = await startBroker(bench, [], flags);
      await startWorkers(bench, hub, { through: 'latido', workers: 1, capacity: 1024 });
      const filler = startFiller(bench, hub, BODY_BYTES);
      const looks = new Looks(directory);
      await looks.during(async () => {
        await fill(filler, bench.jobs);
        await untilAnswered(hub, bench.jobs, patienceMs(bench.jobs));
      });
      const doneBytes = looks.last;
      const shrinkSeconds = await looks.untilStill();
      const { last, most } = looks;
      return [
        {
          what: `after ${bench.jobs.toLocaleString('en')} jobs`,
          value: last / MB,
          unit: 'MB',
          required: 100,
          good: 'low',
          remark:
            `${Math.round(doneBytes / MB)} MB when the last was done, ${shrinkSeconds.toFixed(0)} s before; ` +
            `at most ${Math.round(most / MB)} MB`,
          detail: { jobs: bench.jobs, bytes: last, doneBytes, mostBytes: most, shrinkSeconds },
        },
      ];
    });
  },
};

/** Looks at how much room a directory takes, again and again. */
class Looks {
  last = 0;
  most = 0;
  #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async during(work: () => Promise<void>): Promise<void> {
    const timer = setInterval(() => this.#look(), LOOK_MS);
    try {
      await work();
    } finally {
      clearInterval(timer);
    }
    this.#look();
  }

  /** Resolves when it changes no more, to the seconds until then. */
  async untilStill(): Promise<number> {
    const from = performance.now();
    let changedAt = from;
    for (let same = 0; same < LOOKS && performance.now() < from + SHRINK_MS_MAX; same++) {
      await sleep(LOOK_MS);
      const before = this.last;
      this.#look();
      if (this.last === before) continue;
      changedAt = performance.now();
      same = 0;
    }
    return (changedAt - from) / 1000;
  }

  #look(): void {
    this.last = diskBytes(this.#directory);
    this.most = Math.max(this.most, this.last);
  }
}
