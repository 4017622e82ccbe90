/** Durable submits acknowledged per second, as a multiple of a bare loop that appends the same bytes. */

import type { BareLogSettings } from './bare-log.ts';
import { withDirectory } from './data-dir.ts';
import { type LoadFigures, measureLoad } from './load.ts';
import { type Bench, type Measurement, median, type Row } from './measurement.ts';
import { ratiosOf } from './ratios.ts';

const BODY_BYTES = 64;
const MARGIN_MS = 20_000;

interface Kind {
  readonly inFlight: number;
  readonly required?: number;
}

const kinds: readonly Kind[] = [
  { inFlight: 1, required: 0.7 },
  { inFlight: 64 },
  { inFlight: 256, required: 0.5 },
  { inFlight: 1024 },
];

export const durable: Measurement = {
  name: 'durable',
  about: 'durable submits/s as a multiple of a bare loop that appends the same bytes to SQLite',
  async run(bench) {
    const rows: Row[] = [];
    for (const kind of kinds) rows.push(await measureKind(bench, kind));
    return rows;
  },
};

async function measureKind(bench: Bench, { inFlight, ...bounds }: Kind): Promise<Row> {
  const bare: number[] = [];
  const latido: LoadFigures[] = [];
  for (let run = 0; run < bench.runs; run++) {
    bare.push(await measureBare(bench, inFlight));
    latido.push(await measureLatido(bench, inFlight));
    const { jobsPerSecond, p50Ms } = latido[run]!;
    bench.note(
      `${inFlight} in flight: bare ${Math.round(bare[run]!)}/s, ` +
        `latido ${Math.round(jobsPerSecond)}/s (p50 ${p50Ms.toFixed(2)} ms)`,
    );
  }
  const rates = latido.map((run) => run.jobsPerSecond);
  const { ratio, range, remark } = ratiosOf(rates, bare);
  const p99 = median(latido.map((run) => run.p99Ms)).toFixed(2);
  return {
    what: `${inFlight} in flight`,
    value: ratio,
    unit: '× bare loop',
    ...bounds,
    good: 'high',
    remark: `${remark}; p99 ${p99} ms`,
    detail: { range, latido, bare },
  };
}

function measureBare(bench: Bench, inFlight: number): Promise<number> {
  const { warmUpSeconds, seconds } = bench;
  return withDirectory(bench, async (directory) => {
    const settings: BareLogSettings = {
      directory,
      inFlight,
      bodyBytes: BODY_BYTES,
      warmUpSeconds,
      seconds,
    };
    const loop = bench.children.startWith('bench/bare-log.ts', settings);
    const rate = await loop.next('rate', (warmUpSeconds + seconds) * 1000 + MARGIN_MS);
    return rate.jobsPerSecond as number;
  });
}

/** Without a worker: what is submitted waits. */
function measureLatido(bench: Bench, inFlight: number): Promise<LoadFigures> {
  return withDirectory(bench, (directory) =>
    measureLoad(bench, {
      through: 'latido',
      hubFlags: ['--data', directory, '--waiting-jobs-max', '100000000'],
      level: 'disk',
      until: 'accept',
      inFlight,
      clients: 1,
      workers: 0,
      capacity: 0,
      bodyBytes: BODY_BYTES,
    }),
  );
}
