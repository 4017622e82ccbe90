import type { Pending } from './adoption.ts';
import type { DialectCounts } from './dialect-counts.ts';
import type { Job } from './job.ts';
import { type Token, tokenKey, type WorkerOutbox } from './outbox.ts';
import type { Run } from './run.ts';
import type { Type } from './type.ts';
import { markOf } from './worker-mark.ts';

/**
 * ```
 *          ready                    3 heartbeats without a report
 *  (none) ───────▶ alive ◀──────────────────────────────────────▶ stalled
 *                   │  ▲                  a report                  │
 *                   │  │ ready again                                │
 *  connection ended │  │                                            │
 *  while its process▼  │       grace over, or proof of death        ▼
 *  is seen to live away ───────────────────────────────────────▶ gone ◀── connection ended
 * ```
 */
export const WorkerState = { ALIVE: 0, STALLED: 1, AWAY: 2, GONE: 3 } as const;
export type WorkerState = (typeof WorkerState)[keyof typeof WorkerState];
export const workerStateNames = ['alive', 'stalled', 'away', 'gone'] as const;

const INSTANCE_SHOWN = 8;

/** What a worker says of itself when it joins. */
export interface WorkerHello {
  /** Random for each start of a worker; empty for dialects whose workers have none. */
  readonly instance: string;
  readonly name: string;
  readonly dialect: string;
  readonly types: readonly string[];
  readonly capacity: number;
  /** Whether it reports every heartbeat, so that silence means something. */
  readonly reports: boolean;
}

/** Who does jobs: what it was given, what it says of itself, and so how much it really has ahead of it. */
export class Worker {
  readonly instance: string;
  readonly name: string;
  /** What people know it by: its name, or the beginning of its instance, or its dialect. */
  readonly shownName: string;
  /** What records name it by. */
  readonly mark: string;
  readonly dialect: string;
  readonly tally: DialectCounts;
  readonly reports: boolean;
  /** The how-manieth to join. */
  number = 0;
  joinedAt: number;
  capacity: number;
  outbox: WorkerOutbox;
  types: Type[] = [];
  state: WorkerState = WorkerState.ALIVE;
  leaving = false;
  /** It was told to go. */
  dismissed = false;
  /** A suspect that will be, or is, alone here. */
  reserved: Job | null = null;
  /** Jobs dispatched and not let go of, and their bytes. */
  inflight = 0;
  inflightBytes = 0;
  /** Places taken by what it offered and is not decided. */
  undecided = 0;
  readonly bytesMax: number;
  /** Dispatches and adoptions of this session; how many of both its last report has counted; dispatches started. */
  dispatched = 0;
  adopted = 0;
  seen = 0;
  started = 0;
  reported = 0;
  hasReported = false;
  reportAt: number;
  penalty = 0;
  /** Larger is later: the one used longest ago wins a tie. */
  lastUsed = 0;
  /** Rises with everything that moves `key`. */
  version = 0;
  dirty = false;
  awayUntil = Number.POSITIVE_INFINITY;
  done = 0;
  failed = 0;
  /** By the token it was offered under: what waits for its client, and what it holds in the place of it since. */
  readonly offers = new Map<string, Pending>();
  readonly adoptions = new Map<string, Run>();
  /** Runs it holds, in order of dispatch. */
  firstRun: Run | null = null;
  lastRun: Run | null = null;

  constructor(
    now: number,
    hello: WorkerHello,
    outbox: WorkerOutbox,
    bytesMax: number,
    tally: DialectCounts,
  ) {
    this.instance = hello.instance;
    this.name = hello.name;
    this.shownName = hello.name || hello.instance.slice(0, INSTANCE_SHOWN) || hello.dialect;
    this.mark = markOf(this.shownName, hello.instance);
    this.dialect = hello.dialect;
    this.tally = tally;
    this.reports = hello.reports;
    this.capacity = hello.capacity;
    this.outbox = outbox;
    this.bytesMax = bytesMax;
    this.joinedAt = this.reportAt = now;
  }

  /** Names it as long as it is known. */
  get identity(): string {
    return this.instance || `w${this.number}`;
  }

  /** What it has ahead of it, in units of its capacity: lower is freer. */
  get key(): number {
    const busy = this.inflight / this.capacity;
    if (!this.hasReported) return busy + this.penalty;
    const unseen = Math.min(this.dispatched + this.adopted - this.seen, this.inflight);
    return Math.max(busy, this.reported + unseen / this.capacity) + this.penalty;
  }

  /** Whether it may be given a job now. */
  get eligible(): boolean {
    return this.present && this.reserved === null && this.hasCredit;
  }

  /** Alive and staying. */
  get present(): boolean {
    return this.state === WorkerState.ALIVE && !this.leaving;
  }

  get hasCredit(): boolean {
    return this.inflight < this.capacity && this.inflightBytes < this.bytesMax;
  }

  /** Whether nobody waits for anything it holds; a handler that is stuck with what was given up does not count. */
  get idle(): boolean {
    if (this.inflight === 0) return true;
    if (this.undecided > 0) return false;
    for (let run = this.firstRun; run !== null; run = run.next) if (run.job !== null) return false;
    return true;
  }

  /** `run` is one of its own from now on. */
  take(run: Run): void {
    run.prev = this.lastRun;
    if (this.lastRun === null) this.firstRun = run;
    else this.lastRun.next = run;
    this.lastRun = run;
    this.inflight++;
    this.inflightBytes += run.bytes;
    this.version++;
  }

  /** It has let go of `run`. */
  release(run: Run): void {
    if (run.prev === null) this.firstRun = run.next;
    else run.prev.next = run.next;
    if (run.next === null) this.lastRun = run.prev;
    else run.next.prev = run.prev;
    run.prev = run.next = null;
    if (run.offered !== null) this.#disown(run, run.offered);
    this.inflight--;
    this.inflightBytes -= run.bytes;
    this.version++;
  }

  #disown(run: Run, { index, generation }: Token): void {
    const key = tokenKey(index, generation);
    if (this.adoptions.get(key) === run) this.adoptions.delete(key);
  }

  /** The runs it holds, in order of dispatch; a copy. */
  runs(): Run[] {
    const runs: Run[] = [];
    for (let run = this.firstRun; run !== null; run = run.next) runs.push(run);
    return runs;
  }
}
