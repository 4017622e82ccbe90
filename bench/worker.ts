/** A worker process of the bench: one worker or many, each answering a job with the job's own body. */

import { echoFromGearmand } from './gearman-worker.ts';
import { settings, tell } from './leash.ts';
import { echoPlainly } from './plain.ts';

export interface WorkerSettings {
  readonly through: 'latido' | 'forwarder' | 'gearmand';
  readonly address: string;
  readonly capacity: number;
  /** Workers in this process. */
  readonly workers: number;
  readonly type: string;
}

const { through, address, capacity, workers, type } = settings<WorkerSettings>();

for (let i = 0; i < workers; i++) await begin();
tell({ kind: 'ready' });

async function begin(): Promise<void> {
  if (through === 'forwarder') void echoPlainly(address);
  else if (through === 'gearmand') await echoFromGearmand(address, capacity);
  else {
    const { Worker } = await import('../src/index.ts');
    // Many in one process need not each look up how busy the machine is: that would be measured instead.
    const load = workers > 1 ? 'busy' : 'auto';
    await new Worker({ broker: address, capacity, load }).handle(type, (job) => job.body).start();
  }
}
