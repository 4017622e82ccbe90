import type { Attempts } from './attempts.ts';
import type { Publication } from './channels.ts';
import { type Ending, type Job, JobState } from './job.ts';
import type { Ledger } from './ledger.ts';
import { type Token, tokenKey } from './outbox.ts';
import type { Run } from './run.ts';
import { Slab } from './slab.ts';
import type { State } from './state.ts';
import type { Waiting } from './waiting.ts';
import type { Worker } from './worker.ts';
import { instanceIn } from './worker-mark.ts';

/** What a worker that comes (back) says it still holds. */
export interface Offer {
  readonly token: Token;
  readonly clientInstance: string;
  readonly call: number;
  /** Which attempt at a kept job it is, also across restarts; 0 for others. */
  readonly fence: number;
  readonly started: boolean;
  /** How it ended meanwhile, with the answer's bytes; null while it is held. */
  ended: {
    ending: Ending;
    permanent: boolean;
    slab: Slab;
    offset: number;
    length: number;
    published: readonly Publication[] | null;
  } | null;
}

/** An offer that waits for its client. */
export interface Pending {
  readonly worker: Worker;
  readonly offer: Offer;
}

/**
 * What becomes of the jobs that a worker offers. After a restart of the broker, offers and repeated submits come in any order: an
 * offer waits for its client, a repeated submit for its worker, until `adoptMs` have passed.
 */
export class Adoption {
  readonly #state: State;
  readonly #waiting: Waiting;
  readonly #attempts: Attempts;
  readonly #ledger: Ledger;
  until: number;
  /** Until when calls that nobody here knows wait for workers: a store that has failed does not hold them up. */
  #claimUntil: number;
  #pending = new Map<string, Pending>();
  #held = new Set<Job>();

  constructor(now: number, state: State, waiting: Waiting, attempts: Attempts, ledger: Ledger) {
    this.#state = state;
    this.#waiting = waiting;
    this.#attempts = attempts;
    this.#ledger = ledger;
    this.until = this.#claimUntil = now + state.settings.adoptMs;
  }

  /** Decides on an offer; the run under which the worker keeps it, if it does. */
  offer(now: number, worker: Worker, offer: Offer): Run | null {
    const { epoch, index, generation } = offer.token;
    const run =
      epoch === this.#state.runs.epoch ? this.#state.runs.find(worker, index, generation) : null;
    if (run !== null) return this.#keep(now, run, offer);
    const adopted = this.find(worker, index, generation);
    if (adopted !== null && adopted.offered!.epoch === epoch) {
      return this.#adoptAgain(now, adopted, offer);
    }
    const job = this.#jobOf(offer);
    if (job?.state === JobState.WAITING && isOf(job, offer)) {
      return this.#adopt(now, job, worker, offer);
    }
    if (job === undefined && now < this.until && this.#mayCome(offer)) {
      this.#remember(worker, offer);
    } else {
      this.#attempts.refuse(worker, index, generation);
    }
    return null;
  }

  /** Nobody is given up before so long after `now`. */
  extend(now: number): void {
    this.until = this.#claimUntil = now + this.#state.settings.adoptMs;
  }

  /** The run that `worker` holds in the place of what it offered under this token, or null. */
  find(worker: Worker, index: number, generation: number): Run | null {
    return worker.adoptions.get(tokenKey(index, generation)) ?? null;
  }

  /** A repeated submit that nobody here knows: true when it is taken care of, and not to be queued. */
  claim(now: number, job: Job): boolean {
    const isOffered = this.#pending.has(keyOf(job.client.instance, job.call, 0));
    if (now >= this.until || (now >= this.#claimUntil && !isOffered)) return false;
    this.hold(now, job);
    return true;
  }

  /** A job that a worker may hold: it waits for that, unless it has been offered already. */
  hold(now: number, job: Job): void {
    this.#waiting.setAside(job);
    const pending = this.#pending.get(keyOf(job.client.instance, job.call, job.keep?.fence ?? 0));
    if (pending === undefined) {
      this.#held.add(job);
      return;
    }
    this.#take(pending);
    this.#unclaimed(pending);
    this.#adopt(now, job, pending.worker, pending.offer);
  }

  /** Something is handed back under a token that names nothing: it may be an offer that is undecided. */
  handBack(worker: Worker, index: number, generation: number): void {
    const pending = worker.offers.get(tokenKey(index, generation));
    if (pending === undefined || pending.offer.ended !== null) return;
    this.#take(pending);
    this.#freePlace(worker);
  }

  /** An answer under a token that names nothing: true when it belongs to an offer that is undecided. */
  answer(
    worker: Worker,
    index: number,
    generation: number,
    ended: NonNullable<Offer['ended']>,
  ): boolean {
    const offer = worker.offers.get(tokenKey(index, generation))?.offer;
    if (offer === undefined) return false;
    if (offer.ended === null) this.#freePlace(worker);
    offer.ended = copyOf(ended);
    return true;
  }

  /** The worker is gone or has come again: what it offered is not waited for any more. */
  forget(worker: Worker): void {
    for (const pending of worker.offers.values()) {
      this.#take(pending);
      this.#unclaimed(pending);
    }
  }

  /** The worker has said all that it holds: of the jobs that wait for it, it has the others not. */
  returned(now: number, worker: Worker): void {
    if (worker.instance === '') return;
    for (const job of this.#held) {
      const { keep } = job;
      if (keep === null || keep.fence === 0 || instanceIn(keep.heldBy) !== worker.instance)
        continue;
      this.#held.delete(job);
      this.#attempts.lostWithBroker(now, job);
    }
  }

  /** A held job has ended. */
  drop(job: Job): void {
    this.#held.delete(job);
  }

  /** After `until`: nobody is waited for any more. */
  close(now: number): void {
    for (const job of this.#held) {
      const { keep } = job;
      if (keep === null || keep.fence === 0) this.#waiting.release(now, job);
      else this.#attempts.lostWithBroker(now, job);
    }
    this.#held.clear();
    for (const pending of this.#pending.values()) {
      this.#take(pending);
      this.#unclaimed(pending);
      const { index, generation } = pending.offer.token;
      this.#attempts.refuse(pending.worker, index, generation);
    }
  }

  /** Whether `close` has something to do. */
  get open(): boolean {
    return this.#held.size > 0 || this.#pending.size > 0;
  }

  #keep(now: number, run: Run, offer: Offer): Run | null {
    if (offer.ended !== null) {
      const { ending, permanent, slab, offset, length, published } = offer.ended;
      this.#attempts.answer(now, run, ending, slab, offset, length, permanent, published);
      return null;
    }
    run.order = 0;
    run.startedBefore = offer.started;
    if (run.job === null) run.worker.outbox.cancel(run);
    return run;
  }

  #adopt(now: number, job: Job, worker: Worker, offer: Offer): Run | null {
    this.#held.delete(job);
    const reserved = job.rare?.reservedAt;
    if (reserved) this.#attempts.unreserve(reserved);
    const run = this.#attempts.open(now, job, worker);
    job.type.counts.adopted++;
    if (offer.ended !== null) return this.#keep(now, run, offer);
    run.startedBefore = offer.started;
    run.offered = offer.token;
    worker.adoptions.set(tokenKey(offer.token.index, offer.token.generation), run);
    worker.adopted++;
    worker.outbox.adopt(run, offer.token);
    return run;
  }

  #jobOf({ clientInstance, call }: Offer): Job | undefined {
    const client =
      this.#ledger.keeper(clientInstance) ?? this.#state.clientsByInstance.get(clientInstance);
    return client?.calls.get(call);
  }

  /** Whether its client, or the store, may still come and say that there is such a job. */
  #mayCome({ token, clientInstance }: Offer): boolean {
    return token.epoch !== this.#state.runs.epoch || this.#ledger.isOurs(clientInstance);
  }

  /** It does not know yet that it was adopted. */
  #adoptAgain(now: number, run: Run, offer: Offer): Run | null {
    const { worker } = run;
    if (run.job === null) {
      this.#attempts.refuse(worker, offer.token.index, offer.token.generation);
      return null;
    }
    const kept = this.#keep(now, run, offer);
    if (kept !== null) {
      worker.adopted++;
      worker.outbox.adopt(run, offer.token);
    }
    return kept;
  }

  #remember(worker: Worker, offer: Offer): void {
    const key = keyOf(offer.clientInstance, offer.call, offer.fence);
    const { index, generation } = offer.token;
    const token = tokenKey(index, generation);
    if (this.#pending.has(key) || worker.offers.has(token)) {
      this.#attempts.refuse(worker, index, generation);
      return;
    }
    if (offer.ended !== null) offer.ended = copyOf(offer.ended);
    else {
      worker.inflight++;
      worker.undecided++;
    }
    const pending = { worker, offer };
    this.#pending.set(key, pending);
    worker.offers.set(token, pending);
  }

  /** It waits no more. */
  #take({ worker, offer }: Pending): void {
    this.#pending.delete(keyOf(offer.clientInstance, offer.call, offer.fence));
    worker.offers.delete(tokenKey(offer.token.index, offer.token.generation));
  }

  #unclaimed({ worker, offer }: Pending): void {
    if (offer.ended === null) this.#freePlace(worker);
  }

  #freePlace(worker: Worker): void {
    worker.inflight--;
    worker.undecided--;
    this.#state.touchWorker(worker);
  }
}

/**
 * Whether the offer is of the job's present attempt. A kept job is known by number, which another one had before if that was not
 * durable, and what was given up before a restart is given up for good.
 */
function isOf({ keep }: Job, { fence }: Offer): boolean {
  return keep === null || (fence > 0 && keep.fence === fence);
}

function keyOf(instance: string, call: number, fence: number): string {
  return `${instance}-${call}-${fence}`;
}

/** The answer's bytes on their own: the frame they came in is not kept. */
function copyOf(ended: NonNullable<Offer['ended']>): NonNullable<Offer['ended']> {
  const { ending, permanent, slab, offset, length } = ended;
  const bytes = pieceOf(slab.bytes, offset, length);
  const published = ended.published?.map(ownBytes) ?? null;
  const copy = new Slab(bytes, slab.bornAt, false);
  return { ending, permanent, slab: copy, offset: 0, length, published };
}

function ownBytes(publication: Publication): Publication {
  const { bytes, offset, length } = publication;
  return { ...publication, bytes: pieceOf(bytes, offset, length), offset: 0 };
}

/** A copy: a Buffer's own `slice` would keep all that it is a piece of. */
function pieceOf(bytes: Uint8Array, offset: number, length: number): Uint8Array {
  return Uint8Array.prototype.slice.call(bytes, offset, offset + length);
}
