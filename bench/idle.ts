/** What a broker costs while nothing happens but heartbeats. */

import { untilWorkers } from './broker-status.ts';
import { startBroker } from './hub.ts';
import { startWorkers } from './load.ts';
import type { Measurement } from './measurement.ts';
import { cpuSeconds, sleep } from './proc.ts';

const WORKERS = 100;
const SECONDS = 10;
const SETTLE_MS = 1000;

export const idle: Measurement = {
  name: 'idle',
  about: `CPU of an idle broker, ${WORKERS} workers connected`,
  async run(bench) {
    try {
      const hub = await startBroker(bench);
      const setup = { through: 'latido', workers: WORKERS, capacity: 1 } as const;
      await startWorkers(bench, hub, setup, WORKERS);
      await untilWorkers(hub, WORKERS);
      await sleep(SETTLE_MS);
      const before = cpuSeconds(hub.child.pid);
      await sleep(SECONDS * 1000);
      const share = (cpuSeconds(hub.child.pid) - before) / SECONDS;
      return [
        {
          what: `idle broker, ${WORKERS} workers`,
          value: share * 100,
          unit: '% of a core',
          required: 2,
          good: 'low',
          remark: `over ${SECONDS} s`,
        },
      ];
    } finally {
      await bench.children.endAll();
    }
  },
};
