/** Jobs from submit to answer: at level disk as a share of those at level memory. */

import { withDirectory } from './data-dir.ts';
import { type LoadFigures, measureLoad, type Setup } from './load.ts';
import { type Bench, type Measurement, median } from './measurement.ts';
import { ratiosOf } from './ratios.ts';

const setup = {
  through: 'latido',
  inFlight: 1024,
  clients: 1,
  workers: 1,
  capacity: 1024,
  bodyBytes: 64,
} satisfies Setup;

export const levels: Measurement = {
  name: 'levels',
  about: 'jobs/s from submit to answer at level disk against level memory, 1024 in flight',
  async run(bench) {
    const memory: LoadFigures[] = [];
    const disk: LoadFigures[] = [];
    for (let run = 0; run < bench.runs; run++) {
      memory.push(await measureAt(bench, 'memory'));
      disk.push(await measureAt(bench, 'disk'));
      const [fast, safe] = [rate(memory[run]!), rate(disk[run]!)];
      bench.note(`memory ${fast}, disk ${safe}`);
    }
    const rates = (runs: readonly LoadFigures[]) => runs.map((run) => run.jobsPerSecond);
    const { ratio, range, remark } = ratiosOf(rates(disk), rates(memory));
    const p99 = (runs: readonly LoadFigures[]) => median(runs.map((run) => run.p99Ms)).toFixed(1);
    return [
      {
        what: 'submit to answer at level disk',
        value: ratio,
        unit: '× memory',
        required: 0.4,
        good: 'high',
        remark: `${remark}; p99 ms ${p99(disk)} against ${p99(memory)}`,
        detail: { range, disk, memory },
      },
    ];
  },
};

/** Both have the same broker with a store. */
function measureAt(bench: Bench, level: 'memory' | 'disk'): Promise<LoadFigures> {
  return withDirectory(bench, (directory) =>
    measureLoad(bench, { ...setup, level, hubFlags: ['--data', directory] }),
  );
}

function rate({ jobsPerSecond, p50Ms, hubCpu }: LoadFigures): string {
  const beside = `p50 ${p50Ms.toFixed(2)} ms, broker ${hubCpu.toFixed(2)} CPU`;
  return `${Math.round(jobsPerSecond)}/s (${beside})`;
}
