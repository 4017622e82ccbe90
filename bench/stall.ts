/** Loaded into a broker before it: measures how long its event loop does not turn, and tells it when asked. */

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';
import { tell } from './leash.ts';

/** How fine it measures: what is shorter than this is not seen. */
const RESOLUTION_MS = 1;

if (isMainThread) {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  process.on('message', (message: { kind: string }) => {
    if (message.kind !== 'stall') return;
    const ms = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
    tell({ kind: 'stall', maxMs: ms(delays.max), p99Ms: ms(delays.percentile(99)) });
    delays.reset();
  });
  process.channel?.unref();
}
