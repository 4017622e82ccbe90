import type { Cause } from './job.ts';
import type { Run } from './run.ts';

/** Where a job comes from, in the words of W3C Trace Context: carried along and handed on with each dispatch, never looked at. */
export interface Trace {
  /** The `traceparent`. */
  readonly parent: string;
  /** The `tracestate`; empty for none. */
  readonly state: string;
}

/** How an attempt ended: with an answer, because its job was `withdrawn` (cancelled, expired) or `dropped`, or as it was given up. */
export type AttemptEnd = 'answered' | 'withdrawn' | 'dropped' | Cause;

/** Who follows attempts from outside: to be looked at, never for logic. */
export interface Follower {
  /** The attempt is about to be dispatched. */
  began(run: Run): Followed;
}

/** What is followed of one attempt. */
export interface Followed {
  /** What its worker is told in the place of the job's own trace. */
  readonly trace: Trace | null;
  over(end: AttemptEnd): void;
}
