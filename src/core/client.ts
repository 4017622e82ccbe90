import { Calls } from './calls.ts';
import type { ClientSubscription } from './channels.ts';
import { DialectCounts } from './dialect-counts.ts';
import type { Job } from './job.ts';
import type { Keep } from './keep.ts';
import type { ClientOutbox } from './outbox.ts';

/** Who submits. It outlives its connection by a grace: its jobs and kept answers wait for it to come back. */
export class Client {
  /** Random for each start of a client; empty for dialects whose clients cannot come back. */
  readonly instance: string;
  readonly name: string;
  readonly dialect: string;
  /** A small number of its own while it is here; another client may have it later. */
  readonly number: number;
  readonly tally: DialectCounts;
  /** Null while it is away. */
  outbox: ClientOutbox | null;
  readonly calls = new Calls();
  /** The highest call number seen: what is above it is new, and needs no look. */
  lastCall = -1;
  /** The highest call of the sessions before this one: what is above it was handed in since. */
  lastCallBefore = -1;
  /** What it repeated since it came back; null when it has said all. */
  repeated: Set<Job> | null = null;
  awayUntil = Number.POSITIVE_INFINITY;
  /** Answers sent and not yet received, oldest first, and how many of this session were received. */
  unreceived = 0;
  unreceivedBytes = 0;
  received = 0;
  /** The kept jobs it waits for, by call; null for none. */
  follows: Map<number, Keep> | null = null;
  /** The ids that it asks for, by call, until the store is open again; null for none. */
  postponed: Map<number, string> | null = null;
  /** What it subscribes to, by call; null for nothing. */
  subscriptions: Map<number, ClientSubscription> | null = null;
  #oldest: Job | null = null;
  #newest: Job | null = null;

  constructor(
    instance: string,
    name: string,
    dialect: string,
    number: number,
    outbox: ClientOutbox | null,
    tally: DialectCounts = new DialectCounts(),
  ) {
    this.instance = instance;
    this.name = name;
    this.dialect = dialect;
    this.number = number;
    this.outbox = outbox;
    this.tally = tally;
  }

  /** The answer of `job` has been written for this session. */
  sent(job: Job): void {
    job.prev = this.#newest;
    job.next = null;
    if (this.#newest === null) this.#oldest = job;
    else this.#newest.next = job;
    this.#newest = job;
    this.unreceived++;
    this.unreceivedBytes += job.length;
  }

  /** Whether the answer of `job` has been sent in this session and not been received yet. */
  awaits(job: Job): boolean {
    return !job.open && (job.prev !== null || this.#oldest === job);
  }

  /** Takes out the oldest answer that was not received, or returns null. */
  shift(): Job | null {
    const job = this.#oldest;
    if (job === null) return null;
    this.#oldest = job.next;
    if (job.next === null) this.#newest = null;
    else job.next.prev = null;
    job.next = null;
    this.unreceived--;
    this.unreceivedBytes -= job.length;
    return job;
  }

  /** A new session: nothing has been sent in it yet. */
  restart(outbox: ClientOutbox): void {
    while (this.shift() !== null);
    this.outbox = outbox;
    this.received = 0;
    this.awayUntil = Number.POSITIVE_INFINITY;
    this.repeated = new Set();
    this.lastCallBefore = this.lastCall;
  }
}
