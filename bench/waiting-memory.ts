/** What a waiting job costs the broker in memory. */

import { untilWaiting } from './broker-status.ts';
import type { FillerSettings } from './filler.ts';
import { type Hub, startBroker } from './hub.ts';
import { type Bench, type Measurement, median } from './measurement.ts';
import { residentBytes } from './proc.ts';

const JOBS = 500_000;
const BODY_BYTES = 64;

type Memory = Pick<NodeJS.MemoryUsage, 'rss' | 'heapUsed' | 'external'>;

export const waitingMemory: Measurement = {
  name: 'waiting-memory',
  about: `bytes a waiting job, ${JOBS.toLocaleString('en')} of ${BODY_BYTES} B`,
  async run(bench) {
    const growths: Growth[] = [];
    for (let run = 0; run < bench.runs; run++) growths.push(await measureGrowth(bench));
    const middle = (of: keyof Growth) => Math.round(median(growths.map((growth) => growth[of])));
    return [
      {
        what: 'a waiting job',
        value: middle('resident'),
        unit: 'B',
        required: 420,
        aim: 267,
        good: 'low',
        remark:
          `the broker's growth; ${middle('objects')} B of it objects, ${middle('outside')} B outside ` +
          `the heap; ${middle('uncollected')} B before the collection`,
        detail: { jobs: JOBS, bodyBytes: BODY_BYTES, growths },
      },
    ];
  },
};

/** Bytes a job. */
interface Growth {
  readonly resident: number;
  readonly objects: number;
  readonly outside: number;
  readonly uncollected: number;
}

async function measureGrowth(bench: Bench): Promise<Growth> {
  try {
    const hub = await startBroker(bench, ['--expose-gc']);
    const before = await collected(hub);
    await fill(bench, hub);
    const uncollected = residentBytes(hub.child.pid);
    const after = await collected(hub);
    return {
      resident: (after.rss - before.rss) / JOBS,
      objects: (after.heapUsed - before.heapUsed) / JOBS,
      outside: (after.external - before.external) / JOBS,
      uncollected: (uncollected - before.rss) / JOBS,
    };
  } finally {
    await bench.children.endAll();
  }
}

async function fill(bench: Bench, hub: Hub): Promise<void> {
  const settings: FillerSettings = {
    address: hub.frontend,
    jobs: JOBS,
    bodyBytes: BODY_BYTES,
    refill: false,
    level: 'memory',
    type: 'echo',
  };
  bench.children.startWith('bench/filler.ts', settings);
  await untilWaiting(hub, JOBS);
}

async function collected(hub: Hub): Promise<Memory> {
  hub.child.send({ kind: 'collect' });
  const { memory } = await hub.child.next('collected');
  return { ...(memory as Memory), rss: residentBytes(hub.child.pid) };
}
