import type { Client } from './client.ts';
import { ALONE, type Company } from './company.ts';
import { Deadlines } from './deadlines.ts';
import { DialectCounts } from './dialect-counts.ts';
import type { Expiry } from './job.ts';
import type { Keep } from './keep.ts';
import type { StoreRefusal, Watcher } from './outbox.ts';
import { type Run, Runs } from './run.ts';
import { Slabs } from './slab.ts';
import type { Follower } from './trace.ts';
import { Type } from './type.ts';
import type { Worker } from './worker.ts';

/** More attempts than can be made. */
const FENCES_A_MS = 1000;

/** What can be set of the core; times in milliseconds. */
export interface Settings {
  readonly answerTimeoutMs: number;
  readonly heartbeatMs: number;
  readonly attemptsMax: number;
  readonly clientGraceMs: number;
  readonly workerGraceMs: number;
  readonly adoptMs: number;
  readonly waitingJobsMax: number;
  /** Bytes of all bodies and kept answers. */
  readonly waitingBytesMax: number;
  /** Bytes of the bodies dispatched to one worker and not answered. */
  readonly workerBytesMax: number;
  readonly typesMax: number;
  /** Channels that clients subscribe to. */
  readonly channelsMax: number;
  /** Bytes of the answers sent to one client and not received. */
  readonly unreceivedBytesMax: number;
  /** How long the ends of kept jobs are remembered. */
  readonly keepAnswersMs: number;
}

/** What has been counted of no type in particular. */
class Counts {
  /** Refusals by their code. */
  readonly refused = new Map<string, number>();
  /** Answers refused by their token. */
  stale = 0;
  /** Submits that were known already. */
  repeated = 0;
  workersJoined = 0;
  workersGone = 0;
  workersStalled = 0;
  workersBack = 0;
  clientsJoined = 0;
  clientsBack = 0;
  clientsGone = 0;
  clientsDropped = 0;
  /** What workers published in channels that somebody subscribes to, and what was given to subscribers. */
  published = 0;
  deliveries = 0;
}

/** All that the broker knows; the parts of the core work on it. */
export class State {
  readonly settings: Settings;
  readonly watcher: Watcher;
  company: Company = ALONE;
  /** Null where nobody follows attempts. */
  follower: Follower | null = null;
  readonly runs: Runs;
  readonly slabs = new Slabs();
  readonly counts = new Counts();
  readonly types = new Map<string, Type>();
  readonly dialects = new Map<string, DialectCounts>();
  readonly clients = new Set<Client>();
  readonly clientsByInstance = new Map<string, Client>();
  /** Clients that receive too little of what is sent to them. */
  readonly overfull = new Set<Client>();
  readonly workers = new Set<Worker>();
  readonly workersByInstance = new Map<string, Worker>();
  readonly answersDue = new Deadlines<Run>();
  readonly expiries = new Deadlines<Expiry>();
  /** Kept jobs that may not go yet. */
  readonly delays = new Deadlines<Keep>();
  /** What wall clock and core time differ by: wall = now + this. */
  wallOffset = 0;
  /** Records written so far. */
  recorded = 0;
  /** Of them, those that are known to be durable. */
  durable = 0;
  /** The store has none as high. */
  nextFence = 1;
  /** Of jobs that ended up to this instant of the wall clock the store has forgotten some. */
  forgottenTo = 0;
  /** Why no durable job can be taken now; null when one can. */
  storeRefusal: StoreRefusal | null = 'NO_STORE';
  /** Jobs that are known, those included that have ended and wait for their client. */
  jobs = 0;
  /** Jobs waiting, of all types. */
  waiting = 0;
  /** Those of them that are durable. */
  waitingDurable = 0;
  draining = false;
  /** Too much is on its way to the disk. */
  storeBehind = false;
  #fences = false;
  #numbers: number[] = [];
  #numbersTaken = 0;
  #dirtyWorkers: Worker[] = [];
  #dirtyTypes: Type[] = [];

  constructor(epoch: number, settings: Settings, watcher: Watcher) {
    this.settings = settings;
    this.watcher = watcher;
    this.runs = new Runs(epoch);
  }

  /** The type of that name, made if there is room for it; a type that nobody uses makes room. */
  type(name: string): Type | null {
    const known = this.types.get(name);
    if (known !== undefined) return known;
    if (this.types.size >= this.settings.typesMax && !this.#forgetIdleType()) return null;
    const type = new Type(name);
    this.types.set(name, type);
    return type;
  }

  /** What is counted of a dialect. */
  countsOf(dialect: string): DialectCounts {
    let counts = this.dialects.get(dialect);
    if (counts === undefined) {
      counts = new DialectCounts();
      this.dialects.set(dialect, counts);
    }
    return counts;
  }

  /** The type of that name, also beyond typesMax: a job of it was accepted. */
  typeOfKept(name: string): Type {
    const type = this.type(name) ?? new Type(name);
    this.types.set(name, type);
    return type;
  }

  /** A whole number of milliseconds since 1970. */
  wallAt(now: number): number {
    return Math.round(now + this.wallOffset);
  }

  /**
   * Rises with each attempt at a kept job. What is not recorded has begun at the wall-clock time of the start, so that
   * it rises across restarts too.
   */
  takeFence(now: number): number {
    if (!this.#fences) {
      this.#fences = true;
      this.nextFence = Math.max(this.nextFence, FENCES_A_MS * Math.floor(this.wallAt(now)));
    }
    return this.nextFence++;
  }

  /** A small number for a client, its own until it is given back. */
  takeNumber(): number {
    return this.#numbers.pop() ?? this.#numbersTaken++;
  }

  giveNumberBack(number: number): void {
    this.#numbers.push(number);
  }

  /** The worker's key has moved, or it may be given jobs again. */
  touchWorker(worker: Worker): void {
    worker.version++;
    if (worker.dirty) return;
    worker.dirty = true;
    this.#dirtyWorkers.push(worker);
  }

  /** A job of this type may be able to go. */
  touchType(type: Type): void {
    if (type.dirty) return;
    type.dirty = true;
    this.#dirtyTypes.push(type);
  }

  /** Brings the heaps up to date with all touched workers; returns the types in which a job may be able to go. */
  settle(): Type[] {
    const workers = this.#dirtyWorkers;
    for (let i = 0; i < workers.length; i++) {
      const worker = workers[i]!;
      worker.dirty = false;
      for (const type of worker.types) {
        type.fleet.update(worker);
        this.touchType(type);
      }
    }
    workers.length = 0;
    const types = this.#dirtyTypes;
    if (types.length > 0) this.#dirtyTypes = [];
    for (const type of types) type.dirty = false;
    return types;
  }

  /** Whether inputs wait for `settle`. */
  get unsettled(): boolean {
    return this.#dirtyWorkers.length > 0 || this.#dirtyTypes.length > 0;
  }

  refused(code: string): void {
    this.counts.refused.set(code, (this.counts.refused.get(code) ?? 0) + 1);
  }

  #forgetIdleType(): boolean {
    for (const type of this.types.values()) {
      if (type.idle) return this.types.delete(type.name);
    }
    return false;
  }
}
