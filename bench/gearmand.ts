/** Latido against gearmand, where that is installed: the same driver, everything written a tick at once. */

import { spawnSync } from 'node:child_process';
import { type LoadFigures, measureLoad, type Setup } from './load.ts';
import { type Bench, type Measurement, median, type Row } from './measurement.ts';

const load = { inFlight: 1024, clients: 1, workers: 1, bodyBytes: 64 };
/** Found by trying: with fewer grabs on their way, or more, gearmand is slower. */
const GRABS = 64;

const sides = {
  latido: { ...load, through: 'latido', capacity: 1024 },
  'gearmand as it starts': { ...load, through: 'gearmand', capacity: GRABS },
  'gearmand, one I/O thread': {
    ...load,
    through: 'gearmand',
    capacity: GRABS,
    hubFlags: ['--threads=1'],
  },
} as const satisfies Record<string, Setup>;

export const gearmand: Measurement = {
  name: 'gearmand',
  about: 'jobs/s as a multiple of gearmand, 1024 in flight',
  async run(bench) {
    if (spawnSync('gearmand', ['--version']).status !== 0) {
      bench.note('gearmand is not on PATH: skipped (Debian: apt-get install gearman-job-server)');
      return [];
    }
    return rowsOf(await measureSides(bench));
  },
};

async function measureSides(bench: Bench): Promise<Map<string, LoadFigures[]>> {
  const figures = new Map<string, LoadFigures[]>();
  for (let run = 0; run < bench.runs; run++) {
    for (const [name, setup] of Object.entries(sides)) {
      const measured = await measureLoad(bench, setup);
      figures.set(name, [...(figures.get(name) ?? []), measured]);
      bench.note(`${name}: ${Math.round(measured.jobsPerSecond)}/s`);
    }
  }
  return figures;
}

function rowsOf(figures: ReadonlyMap<string, readonly LoadFigures[]>): Row[] {
  const rate = (name: string) => median(figures.get(name)!.map((run) => run.jobsPerSecond));
  const mine = rate('latido');
  return [...figures.keys()]
    .filter((name) => name !== 'latido')
    .map((name) => ({
      what: `1024 in flight against ${name}`,
      value: mine / rate(name),
      unit: '× gearmand',
      aim: 1.5,
      good: 'high',
      remark: `jobs/s ${thousands(mine)} against ${thousands(rate(name))} (${spread(figures.get(name)!)})`,
      detail: { latido: figures.get('latido'), gearmand: figures.get(name) },
    }));
}

function spread(runs: readonly LoadFigures[]): string {
  const rates = runs.map((run) => run.jobsPerSecond);
  return `${thousands(Math.min(...rates))}–${thousands(Math.max(...rates))}`;
}

function thousands(rate: number): string {
  return Math.round(rate).toLocaleString('en');
}
