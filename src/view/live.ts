/** What GET /api/live says, as server-sent events: one `whole`, then a `change` whenever something is another. */

import type { Status, TypeStatus, WorkerSeenState, WorkerStatus } from './status.ts';

/** The event `whole`: the broker as it is, and what happened last. */
export interface Whole extends Status {
  /** Wall-clock milliseconds. */
  readonly at: number;
  readonly figures: Figures;
  /** The last hundred or so, oldest first. */
  readonly happenings: readonly Happening[];
}

/**
 * The event `change`: what is another since the last event of this stream. One comes every half second while anything is, and
 * within a tenth of a second when something has happened to a worker or its jobs.
 */
export interface Change {
  readonly at: number;
  readonly figures: Figures;
  /** Those of which anything is another, whole. */
  readonly types: readonly TypeStatus[];
  /** Names of those that are no more. */
  readonly typesGone: readonly string[];
  readonly workersCame: readonly WorkerStatus[];
  readonly workers: readonly WorkerChange[];
  /** Keys. */
  readonly workersGone: readonly string[];
  readonly workersUnlisted: number;
  readonly happenings: readonly Happening[];
  /** How many happened besides. */
  readonly happeningsUnlisted: number;
}

/** What is another of a worker: short, because there may be a thousand of them in one event. */
export type WorkerChange = readonly [
  key: string,
  state: WorkerSeenState,
  load: number,
  capacity: number,
  inflight: number,
  done: number,
  failed: number,
];

/** What is of no type and no worker. */
export interface Figures {
  readonly uptimeSeconds: number;
  readonly state: Status['state'];
  readonly clients: number;
  readonly waiting: number;
  readonly dispatched: number;
  readonly heldBytes: number;
  /** Of the process. */
  readonly memoryBytes: number;
  /** How late the event loop was in the last second, at worst. */
  readonly lagMs: number;
  readonly store: Status['store'] | null;
  readonly chat: Status['chat'] | null;
}

/** Something that happened. `at` is wall-clock milliseconds. */
export type Happening = WorkerHappening | JobHappening | TypeHappening;

export interface WorkerHappening {
  readonly kind: 'worker';
  readonly at: number;
  readonly event: 'joined' | 'back' | 'stalled' | 'awake' | 'away' | 'leaving' | 'gone';
  readonly key: string;
  readonly name: string;
  readonly types: readonly string[];
  /** Jobs that were at it. */
  readonly inflight: number;
}

export interface JobHappening {
  readonly kind: 'job';
  readonly at: number;
  /** `lost`: an attempt was given up. `moved`: it was dispatched again. `dead`: it is given up. */
  readonly event: 'lost' | 'moved' | 'dead';
  readonly id: string;
  readonly type: string;
  readonly attempt: number;
  /** Why the attempt before was given up: answer-timeout, worker-gone, failed, … */
  readonly cause: string;
  /** Names of workers: who had it before, and who has it now. */
  readonly from: string;
  readonly to: string | null;
}

export interface TypeHappening {
  readonly kind: 'type';
  readonly at: number;
  readonly event: 'paused' | 'resumed' | 'draining';
  readonly type: string;
}

/** What GET /api/history answers, `?type=A` for one type: a point a second, at most five minutes, oldest first. */
export interface History {
  /** The wall-clock milliseconds of each point; all columns are as long. */
  readonly at: readonly number[];
  /** In that second. */
  readonly submitted: readonly number[];
  /** Ended with an answer of the handler's, `ok` or `failed`. */
  readonly answered: readonly number[];
  readonly failed: readonly number[];
  /** Attempts given up. */
  readonly lost: readonly number[];
  /** At its end. */
  readonly waiting: readonly number[];
  readonly dispatched: readonly number[];
  /** From submit to answer, of the jobs answered in that second, exact to a factor of two; null when there was none. */
  readonly p50Ms: readonly (number | null)[];
  readonly p99Ms: readonly (number | null)[];
}

/** What GET /api/workers/:key answers. */
export interface WorkerView extends WorkerStatus {
  /** Wall-clock milliseconds. */
  readonly joinedAt: number;
  /** How old its last report is; null for workers that never report. */
  readonly reportAgeMs: number | null;
  /** Its key in the heap: what it has ahead of it, in units of its capacity; the lowest is next. */
  readonly rank: number;
  /** What is added to it for failures of late. */
  readonly penalty: number;
  /** A point a second, at most five minutes, oldest first. */
  readonly history: {
    readonly at: readonly number[];
    readonly load: readonly number[];
    readonly inflight: readonly number[];
    readonly reportAgeMs: readonly (number | null)[];
  };
  /** The jobs that are at it, at most 100: ids. */
  readonly jobs: readonly string[];
  /** What happened to it, oldest first. */
  readonly happenings: readonly WorkerHappening[];
}
