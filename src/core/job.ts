import type { Client } from './client.ts';
import { Due } from './deadlines.ts';
import type { Keep } from './keep.ts';
import type { KeyLine } from './keys.ts';
import type { Life } from './lives.ts';
import type { Run } from './run.ts';
import { NOTHING, type Slab } from './slab.ts';
import type { Trace } from './trace.ts';
import type { Type } from './type.ts';
import type { Worker } from './worker.ts';

/** The states of a job; `docs/protocol.md` draws the moves between them. */
export const JobState = { WAITING: 0, DISPATCHED: 1, DONE: 2, DEAD: 3 } as const;
export type JobState = (typeof JobState)[keyof typeof JobState];

/** How a job ended: the status of its answer. */
export const Ending = { OK: 0, FAILED: 1, DEAD: 2, CANCELLED: 3, EXPIRED: 4 } as const;
export type Ending = (typeof Ending)[keyof typeof Ending];

/** Why an attempt was given up. */
export type Cause =
  | 'answer-timeout'
  | 'worker-gone'
  | 'handed-back'
  | 'undelivered'
  | 'broker-gone'
  | 'failed';

/** What is remembered of an attempt that was given up. */
export interface LostAttempt {
  attempt: number;
  worker: string;
  cause: Cause;
  /** Milliseconds from submit. */
  afterMs: number;
  /** What the handler said, where it failed. */
  message?: string;
}

/** What few jobs have: made at submit when an option asks for it, or when an attempt is lost. */
export class Rare {
  priority = 0;
  expiry: Expiry | null = null;
  /** Attempts that count towards attempts-max. */
  charged = 0;
  /** Workers that died with this job on them and did not say whether it had started. */
  losses = 0;
  /** It was running when a worker died, so it is tried again alone. */
  suspect = false;
  /** Waiting among the suspects, or for its worker after a restart, and so in no backlog. */
  aside = false;
  /** The worker that is kept for this suspect. */
  reservedAt: Worker | null = null;
  /** The worker that just lost this job: another is preferred. */
  avoid: Worker | null = null;
  causes: LostAttempt[] = [];
  /** Where a job of its client alone comes from. */
  trace: Trace | null = null;
  /** Where it stands among the jobs of its order key. */
  line: KeyLine | null = null;
  /** What is remembered of it beyond its end. */
  life: Life | null = null;
}

/** The instant at which a job ends EXPIRED. */
export class Expiry extends Due {
  readonly job: Job;
  /** Only a job that waits ends by it. */
  readonly spares: boolean;
  constructor(job: Job, spares: boolean) {
    super();
    this.job = job;
    this.spares = spares;
  }
}

/**
 * One unit of work, from submit to answer. Lean on purpose: a broker holds millions. What a
 * running job needs besides is its `Run`, what few jobs need is in `rare`.
 */
export class Job {
  readonly client: Client;
  /** The client's number of it; with the client's instance, its identity. */
  readonly call: number;
  readonly type: Type;
  state: JobState = JobState.WAITING;
  ending: Ending = Ending.OK;
  /** Tenths of a millisecond, wrapping: only differences mean something. */
  readonly submittedAt: number;
  /** Answer timeout in milliseconds. */
  readonly timeoutMs: number;
  /** Dispatches so far. */
  attempts = 0;
  /** Where its bytes are: the body until it is done, then the answer. */
  slab: Slab = NOTHING;
  offset = 0;
  length = 0;
  run: Run | null = null;
  rare: Rare | null = null;
  /** What it has as a kept job; null for a job of its client alone. */
  keep: Keep | null = null;
  /** Neighbours in a backlog while waiting, in the client's unreceived answers when done. */
  prev: Job | null = null;
  next: Job | null = null;

  constructor(client: Client, call: number, type: Type, submittedAt: number, timeoutMs: number) {
    this.client = client;
    this.call = call;
    this.type = type;
    this.submittedAt = submittedAt;
    this.timeoutMs = timeoutMs;
  }

  /** `rare`, made when it is not there yet. */
  needRare(): Rare {
    this.rare ??= new Rare();
    return this.rare;
  }

  /** Where it comes from, if that was said. */
  get trace(): Trace | null {
    if (this.keep !== null) return this.keep.kept.trace;
    return this.rare === null ? null : this.rare.trace;
  }

  /** Whether it has not ended yet. */
  get open(): boolean {
    return this.state <= JobState.DISPATCHED;
  }
}

/** A core instant in milliseconds as the tenths that jobs and runs are stamped with. */
export function stampOf(now: number): number {
  return (now * 10) | 0;
}
