/** What durable submits cost the calls at level memory that go on beside them. */

import { withDirectory } from './data-dir.ts';
import { startBroker } from './hub.ts';
import { startWorkers } from './load.ts';
import { type Bench, type Measurement, median } from './measurement.ts';
import type { PaceFigures } from './pacer.ts';
import { paced, startPacer } from './pacing.ts';
import { ratiosOf } from './ratios.ts';

const CALLS_PER_SECOND = 2000;
const SUBMITS_PER_SECOND = 5000;
const BODY_BYTES = 64;
const calls = {
  type: 'echo',
  bodyBytes: BODY_BYTES,
  perSecond: CALLS_PER_SECOND,
  way: 'call',
} as const;
/** Of a type that nobody serves: what is measured is taking them. */
const submits = {
  type: 'kept',
  bodyBytes: BODY_BYTES,
  perSecond: SUBMITS_PER_SECOND,
  way: 'submit',
} as const;
/** A 99th percentile of fewer calls says little. */
const SECONDS_MIN = 5;

export const mixed: Measurement = {
  name: 'mixed',
  about: `p99 of ${CALLS_PER_SECOND} calls/s at memory beside ${SUBMITS_PER_SECOND} durable submits/s against without`,
  async run(bench) {
    const alone: PaceFigures[] = [];
    const beside: PaceFigures[] = [];
    for (let run = 0; run < bench.runs; run++) {
      alone.push(await measureCalls(bench, false));
      beside.push(await measureCalls(bench, true));
      bench.note(`alone ${shown(alone[run]!)}, beside submits ${shown(beside[run]!)}`);
    }
    const p99 = (runs: readonly PaceFigures[]) => runs.map((run) => run.p99Ms);
    const { ratio, range, remark } = ratiosOf(p99(beside), p99(alone), 'p99 ms');
    const p50 = (runs: readonly PaceFigures[]) => median(runs.map((run) => run.p50Ms)).toFixed(2);
    return [
      {
        what: 'p99 of calls beside durable submits',
        value: ratio,
        unit: '× without',
        required: 1.5,
        good: 'low',
        remark: `${remark}; p50 ms ${p50(beside)} against ${p50(alone)}`,
        detail: { range, beside, alone },
      },
    ];
  },
};

function measureCalls(bench: Bench, withSubmits: boolean): Promise<PaceFigures> {
  const { warmUpSeconds } = bench;
  const span = { warmUpSeconds, seconds: Math.max(SECONDS_MIN, bench.seconds) };
  return withDirectory(bench, async (directory) => {
    const hub = await startBroker(bench, [], ['--data', directory]);
    await startWorkers(bench, hub, { through: 'latido', workers: 1, capacity: 1024 });
    const caller = await startPacer(bench, hub, calls);
    if (!withSubmits) return paced(caller, span);
    const submitter = await startPacer(bench, hub, submits);
    const [figures, others] = await Promise.all([paced(caller, span), paced(submitter, span)]);
    if (others.refused > 0) throw new Error(`${others.refused} durable submits were refused`);
    return figures;
  });
}

function shown({ p50Ms, p99Ms, maxMs }: PaceFigures): string {
  return `p50 ${p50Ms.toFixed(2)} p99 ${p99Ms.toFixed(2)} max ${maxMs.toFixed(1)} ms`;
}
