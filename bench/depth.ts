/** Whether a job costs the broker more when very many wait. */

import { untilWaiting } from './broker-status.ts';
import type { Child } from './children.ts';
import type { FillerSettings } from './filler.ts';
import { startBroker } from './hub.ts';
import { startWorkers } from './load.ts';
import type { Bench, Measurement } from './measurement.ts';
import { cpuSeconds, sleep } from './proc.ts';

const CAPACITY = 1024;
const SHALLOW = 1_000;
const DEEP = 1_000_000;

interface Cost {
  readonly waiting: number;
  readonly jobsPerSecond: number;
  readonly brokerMicrosecondsPerJob: number;
}

export const depth: Measurement = {
  name: 'depth',
  about: 'CPU of the broker per job with 10³ and with 10⁶ waiting',
  async run(bench) {
    const shallow = await measureAt(bench, SHALLOW);
    const deep = await measureAt(bench, DEEP);
    return [
      {
        what: 'CPU of a job with 10⁶ waiting',
        value: deep.brokerMicrosecondsPerJob / shallow.brokerMicrosecondsPerJob,
        unit: '× with 10³',
        remark: `${shown(deep)} against ${shown(shallow)}`,
        detail: { deep, shallow },
      },
    ];
  },
};

async function measureAt(bench: Bench, waiting: number): Promise<Cost> {
  try {
    const hub = await startBroker(bench);
    const settings: FillerSettings = {
      address: hub.frontend,
      jobs: waiting + CAPACITY,
      bodyBytes: 64,
      refill: true,
      level: 'memory',
      type: 'echo',
    };
    const filler = bench.children.startWith('bench/filler.ts', settings);
    await untilWaiting(hub, waiting + CAPACITY);
    await startWorkers(bench, hub, { through: 'latido', workers: 1, capacity: CAPACITY });
    await sleep(bench.warmUpSeconds * 1000);
    return { waiting, ...(await costOver(bench.seconds, hub.child.pid, answersOf(filler))) };
  } finally {
    await bench.children.endAll();
  }
}

async function costOver(
  seconds: number,
  broker: number,
  answers: () => Promise<number>,
): Promise<Omit<Cost, 'waiting'>> {
  const from = performance.now();
  const cpuFrom = cpuSeconds(broker);
  const answersFrom = await answers();
  await sleep(seconds * 1000);
  const cpu = cpuSeconds(broker) - cpuFrom;
  const jobs = (await answers()) - answersFrom;
  return {
    jobsPerSecond: jobs / ((performance.now() - from) / 1000),
    brokerMicrosecondsPerJob: (cpu / jobs) * 1e6,
  };
}

function answersOf(filler: Child): () => Promise<number> {
  return async () => {
    filler.send({ kind: 'count' });
    return (await filler.next('count')).answers as number;
  };
}

function shown(cost: Cost): string {
  return `${cost.brokerMicrosecondsPerJob.toFixed(2)} µs (${Math.round(cost.jobsPerSecond)} jobs/s)`;
}
