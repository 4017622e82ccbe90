/** Latido against the plain forwarder, in pairs that take turns, so that both meet the same machine. */

import { type LoadFigures, measureLoad, type Setup } from './load.ts';
import { type Bench, type Measurement, median, type Row } from './measurement.ts';

interface Pair {
  readonly what: string;
  readonly required?: number;
  readonly aim?: number;
  /** Seconds it runs before it is measured, where more processes take longer to be compiled. */
  readonly warmUpSeconds?: number;
  readonly setup: Omit<Setup, 'through'>;
}

const one = { clients: 1, workers: 1, capacity: 1024, bodyBytes: 64 };
const eight = { clients: 8, workers: 8, capacity: 128, bodyBytes: 64, inFlight: 1024 };
const pairKinds: readonly Pair[] = [
  { what: '1 in flight', required: 0.8, aim: 1, setup: { ...one, inFlight: 1 } },
  { what: '64 in flight', required: 3.5, aim: 6, setup: { ...one, inFlight: 64 } },
  { what: '1024 in flight', required: 10, aim: 16, setup: { ...one, inFlight: 1024 } },
  {
    what: '1024 in flight, 8 clients × 8 workers, two processes',
    required: 5,
    aim: 10,
    setup: { ...eight, inOneProcess: 8 },
  },
  {
    what: '1024 in flight, 8 clients × 8 workers, 16 processes',
    warmUpSeconds: 8,
    setup: eight,
  },
];

export const pairs: Measurement = {
  name: 'pairs',
  about: 'jobs/s as a multiple of the plain forwarder',
  async run(bench) {
    const rows: Row[] = [];
    for (const kind of pairKinds) rows.push(await measurePairs(bench, kind));
    return rows;
  },
};

async function measurePairs(from: Bench, pair: Pair): Promise<Row> {
  const { what, setup, warmUpSeconds, ...bounds } = pair;
  const bench = { ...from, warmUpSeconds: warmUpSeconds ?? from.warmUpSeconds };
  const forwarder: LoadFigures[] = [];
  const latido: LoadFigures[] = [];
  for (let run = 0; run < bench.runs; run++) {
    forwarder.push(await measureLoad(bench, { ...setup, through: 'forwarder' }));
    latido.push(await measureLoad(bench, { ...setup, through: 'latido' }));
    bench.note(`${what}: forwarder ${rate(forwarder[run]!)}, latido ${rate(latido[run]!)}`);
  }
  const ratios = latido.map((mine, run) => mine.jobsPerSecond / forwarder[run]!.jobsPerSecond);
  const range = [Math.min(...ratios), Math.max(...ratios)];
  return {
    what,
    value: median(ratios),
    unit: '× forwarder',
    ...bounds,
    good: 'high',
    remark:
      `range ${range.map((ratio) => ratio.toFixed(2)).join('–')}; jobs/s ` +
      `${thousands(latido)} against ${thousands(forwarder)}; ` +
      `p99 ms ${p99(latido)} against ${p99(forwarder)}`,
    detail: { range, latido, forwarder },
  };
}

function rate(figures: LoadFigures): string {
  const { jobsPerSecond, p50Ms, hubCpu } = figures;
  const beside = `p50 ${p50Ms.toFixed(2)} ms, hub ${hubCpu.toFixed(2)} CPU`;
  return `${Math.round(jobsPerSecond)}/s (${beside})`;
}

function thousands(figures: readonly LoadFigures[]): string {
  return Math.round(median(figures.map((run) => run.jobsPerSecond))).toLocaleString('en');
}

function p99(figures: readonly LoadFigures[]): string {
  return median(figures.map((run) => run.p99Ms)).toFixed(2);
}
