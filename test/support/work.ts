/** What the workers of the failure tests do: what the job says, with a note of every start and end in a file. */

import { appendFileSync } from 'node:fs';
import type { Job } from '../../src/index.ts';
import { sharedClock } from './poll.ts';
import type { Note } from './record.ts';

/** A job that says what is to happen to it. Times in milliseconds. */
export interface Work {
  readonly job: string;
  /** Ends after that long, or when it is told to stop. */
  readonly wait?: number;
  /** Keeps the event loop for that long. */
  readonly block?: number;
  /** Never ends, whatever it is told. */
  readonly hang?: boolean;
  /** Kills its worker after that long. */
  readonly die?: number;
  /** Throws in so many attempts. */
  readonly fail?: number;
  /** Answers with that many bytes. */
  readonly size?: number;
}

const file = process.env.LATIDO_TEST_RECORD ?? '/dev/null';

// biome-ignore lint/style/noDefaultExport: one handler for whatever type a test makes up
export default async function work(job: Job<Work>): Promise<string | Uint8Array> {
  const asked = job.json();
  const note = (what: Note['what']) => {
    const line = {
      what,
      job: asked.job,
      attempt: job.attempt,
      fence: job.fence,
      pid: process.pid,
      at: sharedClock(),
    };
    appendFileSync(file, `${JSON.stringify(line)}\n`);
  };
  note('start');
  if (asked.die === 0) process.kill(process.pid, 'SIGKILL');
  if (asked.die !== undefined) setTimeout(() => process.kill(process.pid, 'SIGKILL'), asked.die);
  if (asked.block !== undefined) {
    const end = performance.now() + asked.block;
    while (performance.now() < end);
  }
  await told(job, asked, () => note('told'));
  if (job.attempt <= (asked.fail ?? 0)) {
    note('fail');
    throw new Error(`failed in ${job.attempt}`);
  }
  note('end');
  if (asked.size !== undefined) return Buffer.alloc(asked.size);
  return `${asked.job} by ${process.pid} in ${job.attempt}`;
}

/** Resolves when the time of the job is over, or it is told to stop and does so. */
function told(job: Job<Work>, { wait, hang, die }: Work, onTold: () => void): Promise<void> {
  return new Promise((resolve) => {
    if (!hang && wait === undefined && die === undefined) resolve();
    else if (wait !== undefined) setTimeout(resolve, wait);
    job.signal.addEventListener('abort', () => {
      onTold();
      if (!hang) resolve();
    });
  });
}
