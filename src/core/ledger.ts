import { Client } from './client.ts';
import { Ending, type Job } from './job.ts';
import { type Follow, type Keep, Level, NOBODY } from './keep.ts';
import { KeepsById } from './keeps-by-id.ts';
import type { State } from './state.ts';

const RANGE = 2 ** 32;
/** Ended jobs at level memory that are remembered, and their bytes. */
const REMEMBERED_MAX = 100_000;
const REMEMBERED_BYTES_MAX = 64 * 1024 * 1024;

/**
 * The kept jobs, by id. They belong to a client that stands for the store: its instance and the low half of a
 * job's number are the job's identity at workers, also across a restart.
 */
export class Ledger {
  readonly #state: State;
  readonly #byId: KeepsById;
  readonly #keepers = new Map<string, Client>();
  #instance = '0'.repeat(32);
  /** The keeper that was asked for last, and the high half of its numbers. */
  #high = -1;
  #keeper: Client | null = null;
  #nextNumber = 1;
  /** Ended at level memory, the first to be forgotten first. */
  readonly #remembered = new Set<Keep>();
  #rememberedBytes = 0;

  /** A durable job has ended, and is forgotten here. */
  onForgotten: (id: string) => void = () => {};

  constructor(state: State) {
    this.#state = state;
    this.#byId = new KeepsById(state.runs.epoch);
  }

  /** What a store says of itself when it is opened. */
  begin(instance: string, nextNumber: number): void {
    this.#instance = instance;
    this.#high = -1;
    this.#nextNumber = Math.max(this.#nextNumber, nextNumber);
  }

  nextNumber(): number {
    return this.#nextNumber++;
  }

  /** The job of that id, open or remembered, or null. */
  get(id: string): Keep | null {
    return this.#byId.get(id);
  }

  /** All kept jobs, those that are remembered included; a copy. */
  all(): Keep[] {
    return this.#byId.all();
  }

  /** The client that stands for the store for jobs with such a number. */
  keeperOf(number: number): Client {
    const high = Math.floor(number / RANGE);
    if (high === this.#high) return this.#keeper!;
    const instance = this.#instance.slice(0, 24) + high.toString(16).padStart(8, '0');
    let keeper = this.#keepers.get(instance);
    if (keeper === undefined) {
      keeper = new Client(instance, 'store', 'store', this.#state.takeNumber(), null);
      this.#keepers.set(instance, keeper);
    }
    this.#high = high;
    this.#keeper = keeper;
    return keeper;
  }

  /** The clients that stand for the store. */
  get keepers(): Iterable<Client> {
    return this.#keepers.values();
  }

  /** The keeper that has this instance at workers, or null. */
  keeper(instance: string): Client | null {
    return this.#keepers.get(instance) ?? null;
  }

  /** Whether a worker may hold jobs of this instance, also while none is known here. */
  isOurs(instance: string): boolean {
    return instance.startsWith(this.#instance.slice(0, 24));
  }

  add(keep: Keep): void {
    const { job } = keep;
    job.client.calls.add(job);
    this.#byId.add(keep);
    this.#state.jobs++;
  }

  follow(keep: Keep, follow: Follow): void {
    const { client, call } = follow;
    client.follows ??= new Map();
    if (client.follows.has(call)) return;
    client.follows.set(call, keep);
    if (keep.follows.length === 0) keep.follows = [follow];
    else keep.follows.push(follow);
  }

  /** Tells how the job ends: when it does, or at once if it has. */
  hear(keep: Keep, follow: Follow): void {
    if (keep.job.open) this.follow(keep, follow);
    else follow.client.outbox?.answerKept(follow.call, keep.job);
  }

  unfollow(client: Client, call: number): void {
    const keep = client.follows?.get(call);
    if (keep === undefined) return;
    client.follows?.delete(call);
    keep.follows = keep.follows.filter((other) => other.client !== client || other.call !== call);
  }

  /** The client begins anew, or is gone: it follows nothing. */
  unfollowAll(client: Client): void {
    const { follows } = client;
    client.follows = client.postponed = null;
    if (follows === null) return;
    for (const keep of new Set(follows.values())) {
      keep.follows = keep.follows.filter((follow) => follow.client !== client);
    }
  }

  /** The job has ended: who follows it is told, and it is forgotten here, or remembered at level memory. */
  ended(now: number, job: Job): void {
    const keep = job.keep!;
    for (const { client, call } of keep.follows) {
      client.follows?.delete(call);
      client.outbox?.answerKept(call, job);
    }
    keep.follows = NOBODY;
    if (keep.level === Level.DISK && !keep.upgraded) {
      this.forget(keep);
      this.onForgotten(keep.kept.id);
    } else this.#remember(now, keep);
  }

  forget(keep: Keep): void {
    const { job } = keep;
    if (this.#remembered.delete(keep)) this.#rememberedBytes -= job.length;
    this.#state.slabs.release(job);
    this.#byId.delete(keep);
    if (job.client.calls.delete(job)) this.#state.jobs--;
  }

  /** Forgets what was remembered for long enough; the next instant at which there is something. */
  expire(now: number): number {
    for (const keep of this.#remembered) {
      const full =
        this.#remembered.size > REMEMBERED_MAX || this.#rememberedBytes > REMEMBERED_BYTES_MAX;
      if (keep.forgetAt > now && !full) return keep.forgetAt;
      const endedAt = this.#state.wallAt(keep.forgetAt - this.#state.settings.keepAnswersMs);
      this.#state.forgottenTo = Math.max(this.#state.forgottenTo, endedAt);
      this.forget(keep);
    }
    return Number.POSITIVE_INFINITY;
  }

  #remember(now: number, keep: Keep): void {
    const { job } = keep;
    if (job.ending > Ending.FAILED) this.#state.slabs.release(job);
    keep.forgetAt = now + this.#state.settings.keepAnswersMs;
    this.#remembered.add(keep);
    this.#rememberedBytes += job.length;
  }
}
