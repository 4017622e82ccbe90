/** How even the accepts of durable jobs come while a million wait and others are done, folded and forgotten. */

import type { Child } from './children.ts';
import { withDirectory } from './data-dir.ts';
import { fill, startFiller } from './filling.ts';
import { type Hub, startBroker } from './hub.ts';
import { startWorkers } from './load.ts';
import type { Bench, Measurement, Row } from './measurement.ts';
import type { PaceFigures } from './pacer.ts';
import { paced, startPacer } from './pacing.ts';
import { cpuSeconds } from './proc.ts';

const BODY_BYTES = 64;
const PER_SECOND = 20_000;
/** Long enough for folds and retention to come many times. */
const SECONDS_MIN = 30;
/** As long as answers are kept: from then on there is something to forget. */
const WARM_UP_SECONDS = 10;
/** An id that is older than this when it arrives is refused: a client that lags must not be. */
const KEEP_ANSWERS_MS = 10_000;
const stallMeter = new URL('stall.ts', import.meta.url).href;

interface Stall {
  readonly maxMs: number;
  readonly p99Ms: number;
}

export const backlog: Measurement = {
  name: 'backlog',
  about: `accepts of ${PER_SECOND.toLocaleString('en')} durable jobs/s offered with a million waiting`,
  run(bench) {
    return withDirectory(bench, async (directory) => {
      const flags = ['--data', directory, '--keep-answers-ms', String(KEEP_ANSWERS_MS)];
      const hub = await startBroker(bench, ['--import', stallMeter], flags);
      await fill(startFiller(bench, hub, BODY_BYTES, 'waiting'), bench.jobs);
      await startWorkers(bench, hub, { through: 'latido', workers: 1, capacity: 1024 });
      return rowsOf(bench, ...(await measure(bench, hub)));
    });
  },
};

async function measure(bench: Bench, hub: Hub): Promise<[PaceFigures, Stall, number]> {
  const pacer = await startPacer(bench, hub, {
    type: 'echo',
    bodyBytes: BODY_BYTES,
    perSecond: PER_SECOND,
    way: 'submit',
  });
  await paced(pacer, { warmUpSeconds: 0, seconds: WARM_UP_SECONDS });
  await stallOf(hub.child);
  const seconds = Math.max(SECONDS_MIN, bench.seconds);
  const cpuFrom = cpuSeconds(hub.child.pid);
  const figures = await paced(pacer, { warmUpSeconds: 0, seconds });
  return [figures, await stallOf(hub.child), (cpuSeconds(hub.child.pid) - cpuFrom) / seconds];
}

/** Since it was asked last. */
async function stallOf(broker: Child): Promise<Stall> {
  broker.send({ kind: 'stall' });
  return (await broker.next('stall')) as unknown as Stall;
}

function rowsOf(bench: Bench, figures: PaceFigures, stall: Stall, cpu: number): Row[] {
  const { jobs, refused, p50Ms, p99Ms, dueP99Ms, dueMaxMs } = figures;
  const detail = { jobs: bench.jobs, figures, stall, brokerCpu: cpu };
  const bound = { unit: 'ms', good: 'low', detail } as const;
  return [
    {
      what: 'p99 from due to accept',
      value: dueP99Ms,
      required: 20,
      remark:
        `${jobs.toLocaleString('en')} accepted, ${refused} refused; from the call p50 ` +
        `${p50Ms.toFixed(2)}, p99 ${p99Ms.toFixed(2)}; broker ${cpu.toFixed(2)} CPU`,
      ...bound,
    },
    { what: 'longest from due to accept', value: dueMaxMs, required: 200, ...bound },
    {
      what: "longest stall of the broker's event loop",
      value: stall.maxMs,
      required: 50,
      remark: `p99 ${stall.p99Ms.toFixed(1)} ms`,
      ...bound,
    },
  ];
}
