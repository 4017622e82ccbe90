/**
 * The plain forwarder, what Latido is measured against: jobs go round the registered workers, one
 * message a job. It has no queue, no limits, no timeouts, and forgets no worker.
 */

import { Router } from 'zeromq';
import { tell } from './leash.ts';

const options = { linger: 0, sendHighWaterMark: 0, receiveHighWaterMark: 0 };
const frontend = new Router(options);
const backend = new Router(options);
const workers: Buffer[] = [];

async function forwardJobs(): Promise<void> {
  let next = 0;
  for await (const [client, job] of frontend) {
    if (next >= workers.length) next = 0;
    await backend.send([workers[next++]!, client!, job!]);
  }
}

async function forwardAnswers(): Promise<void> {
  for await (const [worker, client, answer] of backend) {
    if (answer === undefined) register(worker!);
    else await frontend.send([client!, answer]);
  }
}

function register(worker: Buffer): void {
  workers.push(worker);
  tell({ kind: 'registered' });
}

await frontend.bind('tcp://127.0.0.1:*');
await backend.bind('tcp://127.0.0.1:*');
void forwardJobs();
void forwardAnswers();
tell({ kind: 'ready', frontend: frontend.lastEndpoint, backend: backend.lastEndpoint });
