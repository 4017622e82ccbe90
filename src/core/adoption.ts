import type { Attempts } from './attempts.ts';
import { type Ending, type Job, JobState } from './job.ts';
import type { Token } from './outbox.ts';
import type { Run } from './run.ts';
import { Slab } from './slab.ts';
import type { State } from './state.ts';
import type { Waiting } from './waiting.ts';
import type { Worker } from './worker.ts';

/** What a worker that comes (back) says it still holds. */
export interface Offer {
  readonly token: Token;
  readonly clientInstance: string;
  readonly call: number;
  readonly started: boolean;
  /** How it ended meanwhile, with the answer's bytes; null while it is held. */
  ended: { ending: Ending; slab: Slab; offset: number; length: number } | null;
}

interface Pending {
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
  readonly until: number;
  #pending = new Map<string, Pending>();
  #held = new Set<Job>();

  constructor(now: number, state: State, waiting: Waiting, attempts: Attempts) {
    this.#state = state;
    this.#waiting = waiting;
    this.#attempts = attempts;
    this.until = now + state.settings.adoptMs;
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
    const job = this.#state.clientsByInstance.get(offer.clientInstance)?.calls.get(offer.call);
    if (job?.state === JobState.WAITING) return this.#adopt(now, job, worker, offer);
    if (job === undefined && epoch !== this.#state.runs.epoch && now < this.until) {
      this.#remember(worker, offer);
    } else {
      this.#attempts.refuse(worker, index, generation);
    }
    return null;
  }

  /** The run that `worker` holds in the place of what it offered under this token, or null. */
  find(worker: Worker, index: number, generation: number): Run | null {
    for (let run = worker.firstRun; run !== null; run = run.next) {
      const token = run.offered;
      if (token?.index === index && token.generation === generation) return run;
    }
    return null;
  }

  /** A repeated submit that nobody here knows: true when it is taken care of, and not to be queued. */
  claim(now: number, job: Job): boolean {
    if (now >= this.until) return false;
    this.#waiting.setAside(job);
    const key = keyOf(job.client.instance, job.call);
    const pending = this.#pending.get(key);
    if (pending === undefined) {
      this.#held.add(job);
      return true;
    }
    this.#pending.delete(key);
    this.#unclaimed(pending);
    this.#adopt(now, job, pending.worker, pending.offer);
    return true;
  }

  /** Something is handed back under a token that names nothing: it may be an offer that is undecided. */
  handBack(worker: Worker, index: number, generation: number): void {
    for (const [key, pending] of this.#pending) {
      const { token, ended } = pending.offer;
      if (pending.worker !== worker || token.index !== index || token.generation !== generation)
        continue;
      if (ended !== null) return;
      this.#pending.delete(key);
      this.#freePlace(worker);
      return;
    }
  }

  /** An answer under a token that names nothing: true when it belongs to an offer that is undecided. */
  answer(
    worker: Worker,
    index: number,
    generation: number,
    ended: NonNullable<Offer['ended']>,
  ): boolean {
    for (const { worker: holder, offer } of this.#pending.values()) {
      const { token } = offer;
      if (holder !== worker || token.index !== index || token.generation !== generation) continue;
      if (offer.ended === null) this.#freePlace(worker);
      offer.ended = copyOf(ended);
      return true;
    }
    return false;
  }

  /** The worker is gone or has come again: what it offered is not waited for any more. */
  forget(worker: Worker): void {
    for (const [key, pending] of this.#pending) {
      if (pending.worker !== worker) continue;
      this.#pending.delete(key);
      this.#unclaimed(pending);
    }
  }

  /** A held job has ended. */
  drop(job: Job): void {
    this.#held.delete(job);
  }

  /** After `until`: nobody is waited for any more. */
  close(): void {
    for (const job of this.#held) this.#waiting.release(job);
    this.#held.clear();
    for (const pending of this.#pending.values()) {
      this.#unclaimed(pending);
      const { index, generation } = pending.offer.token;
      this.#attempts.refuse(pending.worker, index, generation);
    }
    this.#pending.clear();
  }

  /** Whether `close` has something to do. */
  get open(): boolean {
    return this.#held.size > 0 || this.#pending.size > 0;
  }

  #keep(now: number, run: Run, offer: Offer): Run | null {
    if (offer.ended !== null) {
      const { ending, slab, offset, length } = offer.ended;
      this.#attempts.answer(now, run, ending, slab, offset, length);
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
    worker.adopted++;
    worker.outbox.adopt(run, offer.token);
    return run;
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
    const key = keyOf(offer.clientInstance, offer.call);
    if (this.#pending.has(key)) {
      this.#attempts.refuse(worker, offer.token.index, offer.token.generation);
      return;
    }
    if (offer.ended !== null) offer.ended = copyOf(offer.ended);
    else {
      worker.inflight++;
      worker.undecided++;
    }
    this.#pending.set(key, { worker, offer });
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

function keyOf(instance: string, call: number): string {
  return `${instance}-${call}`;
}

/** The answer's bytes on their own: the frame they came in is not kept. */
function copyOf(ended: NonNullable<Offer['ended']>): NonNullable<Offer['ended']> {
  const { ending, slab, offset, length } = ended;
  const bytes = slab.bytes.slice(offset, offset + length);
  return { ending, slab: new Slab(bytes, slab.bornAt, false), offset: 0, length };
}
