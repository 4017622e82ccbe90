/** What watching costs: the same load with three consoles open and with none, in pairs that take turns. */

import { startBroker } from './hub.ts';
import { driveAll, type LoadFigures, startClients, startWorkers } from './load.ts';
import type { Bench, Measurement, Row } from './measurement.ts';
import { ratiosOf } from './ratios.ts';

const REQUIRED = 0.95;
/** Besides the one that works. */
const OTHERS = [0, 1000] as const;
const IN_ONE_PROCESS = 250;

export const consoles: Measurement = {
  name: 'consoles',
  about: 'jobs/s with three consoles open as a multiple of those with none',
  async run(bench) {
    const rows: Row[] = [];
    for (const others of OTHERS) rows.push(await measurePairs(bench, others));
    return rows;
  },
};

async function measurePairs(bench: Bench, idle: number): Promise<Row> {
  const what = idle === 0 ? '1024 in flight' : `1024 in flight, ${idle} other workers`;
  const watched: LoadFigures[] = [];
  const alone: LoadFigures[] = [];
  const events: number[] = [];
  for (let run = 0; run < bench.runs; run++) {
    alone.push(await measure(bench, idle, null));
    watched.push(await measure(bench, idle, events));
    const [first, second] = [alone.at(-1)!, watched.at(-1)!].map((figures) => rate(figures));
    bench.note(`${what}: none ${first}, three ${second}, ${events.at(-1)} events`);
  }
  const perSecond = (figures: LoadFigures) => figures.jobsPerSecond;
  const { ratio, range, remark } = ratiosOf(watched.map(perSecond), alone.map(perSecond));
  return {
    what,
    value: ratio,
    unit: '× without',
    required: REQUIRED,
    good: 'high',
    remark,
    detail: { range, watched, alone, events },
  };
}

async function measure(bench: Bench, idle: number, events: number[] | null): Promise<LoadFigures> {
  try {
    const hub = await startBroker(bench);
    await startWorkers(bench, hub, { through: 'latido', workers: 1, capacity: 1024 });
    if (idle > 0) {
      const others = { through: 'latido', workers: idle, capacity: 1 } as const;
      await startWorkers(bench, hub, others, IN_ONE_PROCESS, 'idle');
    }
    const setup = { through: 'latido', clients: 1, bodyBytes: 64 } as const;
    const clients = await startClients(bench, hub, setup);
    const watcher =
      events === null ? null : bench.children.startWith('bench/watcher.ts', { http: hub.http });
    await watcher?.next('ready');
    const figures = await driveAll(bench, hub, clients, 1024);
    watcher?.send({ kind: 'count' });
    if (watcher) events!.push((await watcher.next('count')).events as number);
    return figures;
  } finally {
    await bench.children.endAll();
  }
}

function rate({ jobsPerSecond, hubCpu }: LoadFigures): string {
  return `${Math.round(jobsPerSecond)}/s (hub ${hubCpu.toFixed(2)} CPU)`;
}
