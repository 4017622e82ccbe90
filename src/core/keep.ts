import type { Client } from './client.ts';
import { Due } from './deadlines.ts';
import type { Job } from './job.ts';
import type { Kept } from './journal.ts';

/** How safe an accepted job is. */
export const Level = { MEMORY: 0, DISK: 1 } as const;
export type Level = (typeof Level)[keyof typeof Level];

/** Who is told how a kept job ends. */
export interface Follow {
  readonly client: Client;
  readonly call: number;
  /** It was handed in under this call: when the call is cancelled, the job is. */
  readonly owns: boolean;
}

/** One for all jobs that nobody waits for. */
export const NOBODY: Follow[] = [];

/**
 * What a kept job has besides: it belongs to the broker and not to a client. It is due when its
 * delay or backoff ends.
 */
export class Keep extends Due {
  readonly job: Job;
  kept: Kept;
  level: Level;
  follows: Follow[] = NOBODY;
  /** It came in at level memory: a store that fails does not take it away. */
  upgraded = false;
  /** How many records had been written when that was recorded. */
  upgradedAt = 0;
  /** Up to when it is not dispatched, in core time. */
  notBefore = 0;
  /** Its deadline has passed while it ran: it is not dispatched again. */
  overdue = false;
  /** Of its present attempt, or the one that was under way when the broker died; 0 for none. */
  fence = 0;
  /** The mark of the worker that had it when the broker died. */
  heldBy = '';
  /** When it may be forgotten, once it has ended at level memory. */
  forgetAt = 0;

  constructor(job: Job, kept: Kept, level: Level) {
    super();
    this.job = job;
    this.kept = kept;
    this.level = level;
  }

  /** Whether what happens to it is recorded. */
  get durable(): boolean {
    return this.level === Level.DISK;
  }
}

/** Whether what is said of this job must wait until it is durable. */
export function isDurable(job: Job): boolean {
  return job.keep !== null && job.keep.level === Level.DISK;
}
