import type { Trace } from '../wire/trace.ts';
import { Flag, Status } from '../wire/verbs.ts';
import type { Published } from './published.ts';

/**
 * ```
 *   held ──▶ running ──▶ ended (kept until it is confirmed)
 *     └─────────┴──────▶ dropped (stale, handed back, abandoned: whatever its handler still says is not wanted)
 * ```
 */
export const RunState = { HELD: 0, RUNNING: 1, ENDED: 2, DROPPED: 3 } as const;
export type RunState = (typeof RunState)[keyof typeof RunState];

const NO_BYTES: Uint8Array = new Uint8Array(0);

/** One attempt at a job, as this worker has it: (epoch, a, b) is its token, (client, call) the job's identity. */
export class Run {
  epoch: number;
  a: number;
  b: number;
  readonly client: Uint8Array;
  readonly call: number;
  type = 0;
  attempt = 1;
  /** What a kept job is called; empty for others. */
  id = '';
  /** The number of this attempt among all at kept jobs; null for other jobs. */
  fence: number | null = null;
  /** What the job is part of. */
  trace: Trace | null = null;
  /** The job has seen workers die. */
  alone = false;
  /** The session it was dispatched in. */
  session = 0;
  /** The job's body is a piece of what was received. */
  source = NO_BYTES;
  at = 0;
  length = 0;
  state: RunState = RunState.HELD;
  /** When it may start, for one whose start is reported first; 0 before that. */
  startAt = 0;
  /** When its handler began, for figures; 0 where nobody asks for them. */
  startedAt = 0;
  /** It was offered, and may be told STALE. */
  offered = false;
  /** When it was told to stop; 0 if it was not. */
  cancelledAt = 0;
  status: Status = Status.OK;
  /** With what was published in front of it. */
  answer = NO_BYTES;
  publishedBytes = 0;
  /** What its handler has published, until the end. */
  published: Published | null = null;
  /** It failed, and is not to be tried again. */
  permanent = false;
  /** What stops its handler, once it has started. */
  job: { stop(): void } | null = null;
  prev: Run | null = null;
  next: Run | null = null;

  constructor(epoch: number, a: number, b: number, client: Uint8Array, call: number) {
    this.epoch = epoch;
    this.a = a;
    this.b = b;
    this.client = client;
    this.call = call;
  }

  end(status: Status, answer: Uint8Array, permanent: boolean): void {
    this.state = RunState.ENDED;
    this.status = status;
    this.answer = answer;
    this.publishedBytes = 0;
    this.permanent = permanent;
    if (this.published !== null) this.#publish(this.published);
  }

  /** The flags and the status of its ANSWER. */
  get answerFlags(): number {
    const isFinal = this.permanent && this.status === Status.FAILED;
    return (this.status << 4) | (isFinal ? Flag.PERMANENT : 0);
  }

  has(epoch: number, a: number, b: number): boolean {
    return this.a === a && this.b === b && this.epoch === epoch;
  }

  /** All or nothing: only with an answer. */
  #publish(published: Published): void {
    this.published = null;
    if (this.status !== Status.OK) return;
    this.publishedBytes = published.bytes;
    this.answer = published.inFrontOf(this.answer);
  }
}

/** Runs in order; a run is in one list at a time. */
export class RunList {
  first: Run | null = null;
  last: Run | null = null;
  size = 0;

  push(run: Run): void {
    run.prev = this.last;
    run.next = null;
    if (this.last === null) this.first = run;
    else this.last.next = run;
    this.last = run;
    this.size++;
  }

  remove(run: Run): void {
    if (run.prev === null) this.first = run.next;
    else run.prev.next = run.next;
    if (run.next === null) this.last = run.prev;
    else run.next.prev = run.prev;
    run.prev = run.next = null;
    this.size--;
  }

  find(fits: (run: Run) => boolean): Run | null {
    let run = this.first;
    while (run !== null && !fits(run)) run = run.next;
    return run;
  }
}
