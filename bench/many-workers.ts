/** Throughput with a thousand workers connected, against one. */

import { untilWorkers } from './broker-status.ts';
import { startHub } from './hub.ts';
import { driveAll, type LoadFigures, startClients, startWorkers } from './load.ts';
import type { Bench, Measurement, Row } from './measurement.ts';

const WORKERS = 1000;
const IN_ONE_PROCESS = 250;
const IN_FLIGHT = 1024;

export const manyWorkers: Measurement = {
  name: 'many-workers',
  about: `${WORKERS} workers connected, against 1`,
  async run(bench) {
    const alone = await measureWith(bench, 1, 0);
    const bystanders = await measureWith(bench, 1, WORKERS - IN_ONE_PROCESS);
    const all = await measureWith(bench, WORKERS, 0);
    return [
      row(
        `1 of ${bystanders.connected} workers serves the type`,
        bystanders.figures,
        alone.figures,
      ),
      row(`${WORKERS} workers serve the type`, all.figures, alone.figures),
    ];
  },
};

interface Measured {
  readonly connected: number;
  readonly figures: LoadFigures;
}

async function measureWith(bench: Bench, serving: number, others: number): Promise<Measured> {
  const setup = { through: 'latido', clients: 1, bodyBytes: 64, capacity: IN_FLIGHT } as const;
  try {
    const hub = await startHub(bench, 'latido');
    const inOne = Math.min(serving, IN_ONE_PROCESS);
    await startWorkers(bench, hub, { ...setup, workers: serving }, inOne);
    await startWorkers(bench, hub, { ...setup, workers: others }, IN_ONE_PROCESS, 'other');
    await untilWorkers(hub, serving + others);
    const clients = await startClients(bench, hub, setup);
    const figures = await driveAll(bench, hub, clients, IN_FLIGHT);
    bench.note(`${serving} serving, ${others} others: ${Math.round(figures.jobsPerSecond)}/s`);
    return { connected: serving + others, figures };
  } finally {
    await bench.children.endAll();
  }
}

function row(what: string, many: LoadFigures, alone: LoadFigures): Row {
  return {
    what: `${what}, ${IN_FLIGHT} in flight`,
    value: many.jobsPerSecond / alone.jobsPerSecond,
    unit: '× 1 worker',
    remark: `${Math.round(many.jobsPerSecond)} against ${Math.round(alone.jobsPerSecond)} jobs/s`,
    detail: { many, alone },
  };
}
