/** A worker process that, told to, joins, does so many jobs and leaves: it says how fast, all being confirmed. */

import { Worker } from '../src/index.ts';
import { settings, tell } from './leash.ts';

export interface DrainerSettings {
  readonly address: string;
  readonly capacity: number;
}

const { address, capacity } = settings<DrainerSettings>();

process.on('message', (message: { kind: string; jobs: number }) => {
  if (message.kind === 'drain') void drain(message.jobs);
});
// Between two drains nothing else keeps the process alive.
process.channel?.ref();
tell({ kind: 'ready' });

async function drain(jobs: number): Promise<void> {
  let done = 0;
  let from = 0;
  let finished = () => {};
  const finish = new Promise<void>((resolve) => {
    finished = resolve;
  });
  const worker = new Worker({ broker: address, capacity }).handle('echo', (job) => {
    if (done === 0) from = performance.now();
    if (++done === jobs) finished();
    return job.body;
  });
  await worker.start();
  await finish;
  await worker.drain();
  tell({ kind: 'drained', jobsPerSecond: jobs / ((performance.now() - from) / 1000) });
}
