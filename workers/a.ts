/** Type A: work for the CPU. Hashes the job's body with itself, round after round, and answers the digest. */

import { createHash } from 'node:crypto';
import { type Handler, Worker } from '../src/index.ts';

const ROUNDS = 2000;

export const A: Handler<Uint8Array, string> = (job) => {
  let digest: Uint8Array = job.body;
  for (let round = 0; round < ROUNDS; round++) {
    digest = createHash('sha256').update(digest).digest();
  }
  return Buffer.from(digest).toString('hex');
};

if (import.meta.main) {
  await new Worker().handle('A', A).start();
  console.error('a worker for type A is ready');
}
