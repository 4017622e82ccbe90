/** What a program may say of one job. */

import type { Progress } from '../wire/bodies.ts';
import type { Part } from './answer.ts';

/** How safe an accepted job is: in the broker's memory, or on its disk. */
export type JobLevel = 'memory' | 'disk';

/** How long a job that failed waits before its next attempt. */
export interface Backoff {
  /** The same before each attempt, or twice as long before each further one. */
  readonly kind: 'fixed' | 'exponential';
  /** Before the second attempt. */
  readonly ms: number;
  /** Never longer; without it a minute, or `ms` if that is more. */
  readonly maxMs?: number | undefined;
  /** Up to this part of it, 0 to 1, is left out at random; without it 0.2. */
  readonly jitter?: number | undefined;
}

/** What may be said of one job, however it is handed in. */
export interface SubmitOptions {
  /** The same id is the same job for as long as the broker remembers it; without it, one is made. */
  readonly id?: string | undefined;
  /** How safe the job is when it is accepted; without it `disk` for `submit`, `memory` for `call`. */
  readonly level?: JobLevel | undefined;
  /** From -100 to 100; higher is sooner. */
  readonly priority?: number | undefined;
  /** The job is not begun before so long from now. */
  readonly delayMs?: number | undefined;
  /** The job is not begun before that instant (milliseconds since 1970 when a number). */
  readonly at?: Date | number | undefined;
  /** The job is not begun after that instant: it ends EXPIRED. */
  readonly deadline?: Date | number | undefined;
  /** Attempts that may fail or be lost before the job is dead; without it, or 0, as the broker has it. */
  readonly attemptsMax?: number | undefined;
  /** The wait between attempts that fail; without it, as the broker has it. */
  readonly backoff?: Backoff | undefined;
  /** How long one attempt may take before it is given up; without it, or 0, as the broker has it. */
  readonly answerTimeoutMs?: number | undefined;
  /** Jobs of a key start one at a time, in the order of their submits. */
  readonly key?: string | undefined;
  /**
   * Of a `call`, cancels the job: it goes away if it waits, and its handler is told if it runs. Of a `submit`, ends the
   * waiting for the accept; the job may be kept all the same.
   */
  readonly signal?: AbortSignal | undefined;
}

/** What may be said of one call. With an id or anything else that only kept jobs have, or at level disk, its job is kept. */
export interface CallOptions extends SubmitOptions {
  /** How long the whole call may take before it ends EXPIRED; without it, for ever. */
  readonly timeoutMs?: number | undefined;
  readonly onPart?: ((part: Part) => void) | undefined;
  readonly onProgress?: ((progress: Progress, attempt: number) => void) | undefined;
  /** The broker has taken the job, at that level (0: memory, 1: disk). */
  readonly onAccept?: ((level: number) => void) | undefined;
}

/** What may be said of the waiting for an answer. */
export interface AnswerOptions {
  /** How long to wait before it ends EXPIRED, with `timeoutMs` in its details: the job goes on. Without it, for ever. */
  readonly timeoutMs?: number | undefined;
  /** Ends the waiting, and not the job. */
  readonly signal?: AbortSignal | undefined;
}
