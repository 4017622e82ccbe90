/** What a waiting job costs the broker in memory. */

import { untilWaiting } from './broker-status.ts';
import type { FillerSettings } from './filler.ts';
import { type Hub, startBroker } from './hub.ts';
import type { Bench, Measurement } from './measurement.ts';
import { residentBytes } from './proc.ts';

const JOBS = 500_000;
const BODY_BYTES = 64;

export const waitingMemory: Measurement = {
  name: 'waiting-memory',
  about: `bytes a waiting job, ${JOBS.toLocaleString('en')} of ${BODY_BYTES} B`,
  async run(bench) {
    try {
      const hub = await startBroker(bench, ['--expose-gc']);
      const before = await collected(hub);
      await fill(bench, hub);
      const uncollected = residentBytes(hub.child.pid);
      const after = await collected(hub);
      return [
        {
          what: 'a waiting job',
          value: (after - before) / JOBS,
          unit: 'B',
          required: 420,
          aim: 267,
          good: 'low',
          remark: `growth of the broker's memory after a collection; ${Math.round((uncollected - before) / JOBS)} B before it`,
          detail: { jobs: JOBS, bodyBytes: BODY_BYTES, before, uncollected, after },
        },
      ];
    } finally {
      await bench.children.endAll();
    }
  },
};

async function fill(bench: Bench, hub: Hub): Promise<void> {
  const settings: FillerSettings = {
    address: hub.frontend,
    jobs: JOBS,
    bodyBytes: BODY_BYTES,
    refill: false,
  };
  bench.children.startWith('bench/filler.ts', settings);
  await untilWaiting(hub, JOBS);
}

async function collected(hub: Hub): Promise<number> {
  hub.child.send({ kind: 'collect' });
  await hub.child.next('collected');
  return residentBytes(hub.child.pid);
}
