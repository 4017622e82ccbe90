import type { Trace } from '../wire/trace.ts';
import type { Status } from '../wire/verbs.ts';
import type { Kept } from './kept.ts';
import type { Line } from './timeouts.ts';

/** Where a call stands. Only a call that was sent before is a REPEAT when it is sent again. */
export const CallState = { NEW: 0, WAITING: 1, SENT: 2, ENDED: 3 } as const;
export type CallState = (typeof CallState)[keyof typeof CallState];

/** What can be said of one call beside its type and body; 0 is always "none". */
export interface CallNumbers {
  readonly timeoutMs: number;
  readonly answerTimeoutMs: number;
  readonly priority: number;
}

/**
 * One call, from its making to its answer, and who is told of it: a caller extends this class, so that there is one
 * object a call. Exactly one of `answer` and `refused` is called, once, unless the call is cancelled; of a kept job's
 * call that does not follow it, exactly one of `accepted` and `refused`.
 */
export abstract class Call {
  readonly type: string;
  /** Not copied: it must stay as it is until the answer. */
  readonly body: Uint8Array;
  readonly timeoutMs: number;
  readonly answerTimeoutMs: number;
  readonly priority: number;
  readonly acceptWanted: boolean;
  /** What it says of a kept job; null for one that belongs to this client. */
  readonly kept: Kept | null;
  /** What its job is to carry, so that the trace it is part of can be followed. */
  trace: Trace | null = null;
  /** With the instance of its client it is the job's identity. */
  number = 0;
  state: CallState = CallState.NEW;
  /** When the call ends EXPIRED; 0 without a timeout. */
  dueAt = 0;
  /** Time is over, and the broker's word on it is waited for a little. */
  late = false;
  line: Line | null = null;
  linePrev: Call | null = null;
  lineNext: Call | null = null;

  constructor(
    type: string,
    body: Uint8Array,
    numbers: CallNumbers,
    acceptWanted: boolean,
    kept: Kept | null = null,
  ) {
    this.type = type;
    this.body = body;
    this.timeoutMs = numbers.timeoutMs;
    this.answerTimeoutMs = numbers.answerTimeoutMs;
    this.priority = numbers.priority;
    this.acceptWanted = acceptWanted;
    this.kept = kept;
  }

  /** The job's end. The bytes are a view of what was received: copy what is kept. */
  abstract answer(
    status: Status,
    bytes: Uint8Array,
    at: number,
    length: number,
    attempts: number,
  ): void;
  /** A piece of the answer of that attempt. */
  abstract part(bytes: Uint8Array, attempt: number, progress: boolean): void;
  /** The call ended without an answer: a code of errors.ts and its sentence. */
  abstract refused(code: string, text: string): void;
  /** The broker has taken the job, at that level, or done what was asked of it. */
  abstract accepted(level: number): void;
}
