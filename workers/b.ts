/** Type B: work that waits, like I/O. Says how far it is, stops when told to, and answers how long it took. */

import { setTimeout as sleep } from 'node:timers/promises';
import { type Handler, Worker } from '../src/index.ts';

const STEPS = 5;
const STEP_MS = 20;

export const B: Handler<Uint8Array, { waitedMs: number }> = async (job) => {
  const from = performance.now();
  for (let step = 1; step <= STEPS; step++) {
    await sleep(STEP_MS, undefined, { signal: job.signal });
    job.progress(step / STEPS, `step ${step} of ${STEPS}`);
  }
  return { waitedMs: Math.round(performance.now() - from) };
};

if (import.meta.main) {
  await new Worker({ capacity: 16 }).handle('B', B).start();
  console.error('a worker for type B is ready');
}
