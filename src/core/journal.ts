import type { Cause, Ending } from './job.ts';
import type { Trace } from './trace.ts';

/** What must survive of a job: what it is, and how it was asked for. Instants are wall-clock milliseconds; 0 is never. */
export interface Kept {
  /** The number of the job, which rises with each: at most 2^53. */
  readonly number: number;
  /** What clients call it. */
  readonly id: string;
  readonly type: string;
  readonly priority: number;
  readonly answerTimeoutMs: number;
  readonly attemptsMax: number;
  readonly backoff: Backoff;
  /** The order key; empty for none. */
  readonly key: string;
  readonly submittedAt: number;
  readonly notBefore: number;
  readonly deadline: number;
  readonly trace: Trace | null;
}

/** How long a job whose attempt failed waits before the next. */
export interface Backoff {
  readonly kind: BackoffKind;
  /** Before the second attempt; doubled before each further one when it is exponential. */
  readonly ms: number;
  readonly msMax: number;
  /** Up to this part of it is left out at random, in percent. */
  readonly jitter: number;
}

export const BackoffKind = { FIXED: 0, EXPONENTIAL: 1 } as const;
export type BackoffKind = (typeof BackoffKind)[keyof typeof BackoffKind];

/** An attempt that is under way, or was when the broker died. */
export interface KeptAttempt {
  readonly attempt: number;
  /** The mark of the worker (worker-mark.ts). */
  readonly worker: string;
  /** Rises with every attempt at any job. */
  readonly fence: number;
  readonly at: number;
}

/** An attempt that was given up. */
export interface KeptLoss {
  readonly attempt: number;
  readonly worker: string;
  readonly cause: Cause;
  /** What the handler said, where it failed. */
  readonly message: string;
  readonly at: number;
  /** Attempts that count towards attemptsMax, this one included where it does. */
  readonly charged: number;
  readonly losses: number;
  readonly suspect: boolean;
  /** When it may be dispatched again. */
  readonly notBefore: number;
}

/** A job that had not ended when the broker stopped, as the store has it. */
export interface KeptJob {
  readonly kept: Kept;
  readonly body: Uint8Array;
  /** Dispatches so far. */
  readonly attempts: number;
  /** Null while no attempt is under way. */
  readonly open: KeptAttempt | null;
  /** The last one says how many were charged; at most 32 are kept. */
  readonly losses: readonly KeptLoss[];
}

/** A job that has ended, as the store remembers it. */
export interface EndedJob {
  readonly kept: Kept;
  readonly ending: Ending;
  readonly attempts: number;
  readonly endedAt: number;
  readonly answer: Uint8Array;
  /** The attempt that brought it, where that is known. */
  readonly last?: KeptAttempt | null;
  readonly losses: readonly KeptLoss[];
}

/**
 * What the core has recorded: calls that write and do not wait. All records of a turn become durable together, or none
 * does. Bytes given to them are valid during the call only.
 */
export interface Journal {
  submitted(kept: Kept, bytes: Uint8Array, offset: number, length: number): void;
  attempt(number: number, attempt: KeptAttempt): void;
  lost(number: number, loss: KeptLoss): void;
  ended(
    number: number,
    ending: Ending,
    attempts: number,
    at: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
  ): void;
  /** A dead letter is to be tried again: with no attempts charged. */
  revived(number: number, at: number): void;
  /** A dead letter is not wanted any more. */
  dropped(number: number): void;
}
