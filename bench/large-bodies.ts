/** Bodies of 1 MiB, out and back. */

import { measureLoad } from './load.ts';
import type { Measurement } from './measurement.ts';

const BODY_BYTES = 1024 * 1024;
const IN_FLIGHT = 16;

export const largeBodies: Measurement = {
  name: 'large-bodies',
  about: '1 MiB bodies, echoed',
  async run(bench) {
    const figures = await measureLoad(bench, {
      through: 'latido',
      inFlight: IN_FLIGHT,
      clients: 1,
      workers: 1,
      capacity: IN_FLIGHT,
      bodyBytes: BODY_BYTES,
    });
    return [
      {
        what: `1 MiB bodies, ${IN_FLIGHT} in flight`,
        value: (figures.jobsPerSecond * BODY_BYTES) / 1e6,
        unit: 'MB/s',
        remark: `each way; p99 ${figures.p99Ms.toFixed(1)} ms`,
        detail: figures,
      },
    ];
  },
};
