/** How long a broker takes from its start to ready. */

import { startBroker } from './hub.ts';
import { type Measurement, median } from './measurement.ts';

export const start: Measurement = {
  name: 'start',
  about: 'time from start to ready',
  async run(bench) {
    const seconds: number[] = [];
    for (let run = 0; run < bench.runs; run++) {
      const from = performance.now();
      await startBroker(bench);
      seconds.push((performance.now() - from) / 1000);
      await bench.children.endAll();
    }
    return [
      {
        what: 'start to ready',
        value: median(seconds),
        unit: 's',
        required: 0.5,
        good: 'low',
        remark: `range ${Math.min(...seconds).toFixed(2)}–${Math.max(...seconds).toFixed(2)}, from source`,
        detail: { seconds },
      },
    ];
  },
};
