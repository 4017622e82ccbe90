/** Whether a worker drains a deep backlog of durable jobs as fast as a shallow one. */

import type { Child } from './children.ts';
import { withDirectory } from './data-dir.ts';
import type { DrainerSettings } from './drainer.ts';
import { fill, patienceMs, startFiller } from './filling.ts';
import { startBroker } from './hub.ts';
import { type Bench, type Measurement, median } from './measurement.ts';
import { sleep } from './proc.ts';
import { ratiosOf } from './ratios.ts';

const BODY_BYTES = 64;
const CAPACITY = 1024;
const SHALLOW = 10_000;
/** Shallow backlogs whose median counts: each is drained in a moment. */
const SHALLOW_RUNS = 5;
const WARM_UP_JOBS = 100_000;
/** What was handed in is folded meanwhile, as far as it goes. */
const SETTLE_MS = 2000;

interface Rates {
  readonly shallow: number;
  readonly deep: number;
}

export const drain: Measurement = {
  name: 'drain',
  about: 'jobs/s of one worker that drains a million durable jobs against ten thousand',
  async run(bench) {
    const runs: Rates[] = [];
    for (let run = 0; run < bench.runs; run++) {
      runs.push(await measureRates(bench));
      const { shallow, deep } = runs[run]!;
      bench.note(`shallow ${Math.round(shallow)}/s, deep ${Math.round(deep)}/s`);
    }
    const deep = runs.map((run) => run.deep);
    const shallow = runs.map((run) => run.shallow);
    const { ratio, range, remark } = ratiosOf(deep, shallow);
    return [
      {
        what: `draining ${bench.jobs.toLocaleString('en')} jobs`,
        value: ratio,
        unit: `× ${SHALLOW.toLocaleString('en')}`,
        required: 0.8,
        good: 'high',
        remark,
        detail: { jobs: bench.jobs, range, deep, shallow },
      },
    ];
  },
};

/** Both in one broker and with one worker process, which have done as many jobs before. */
function measureRates(bench: Bench): Promise<Rates> {
  return withDirectory(bench, async (directory) => {
    const hub = await startBroker(bench, [], ['--data', directory]);
    const filler = startFiller(bench, hub, BODY_BYTES);
    const settings: DrainerSettings = { address: hub.backend, capacity: CAPACITY };
    const drainer = bench.children.startWith('bench/drainer.ts', settings);
    await drainer.next('ready');
    await rateOf(filler, drainer, WARM_UP_JOBS);
    const shallow: number[] = [];
    for (let run = 0; run < SHALLOW_RUNS; run++) {
      shallow.push(await rateOf(filler, drainer, SHALLOW));
    }
    return { shallow: median(shallow), deep: await rateOf(filler, drainer, bench.jobs) };
  });
}

async function rateOf(filler: Child, drainer: Child, jobs: number): Promise<number> {
  await fill(filler, jobs);
  await sleep(SETTLE_MS);
  drainer.send({ kind: 'drain', jobs });
  return (await drainer.next('drained', patienceMs(jobs))).jobsPerSecond as number;
}
