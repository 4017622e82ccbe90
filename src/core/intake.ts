import type { Adoption } from './adoption.ts';
import type { Attempts } from './attempts.ts';
import type { Client } from './client.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Endings } from './endings.ts';
import { Ending, Expiry, Job, JobState, stampOf } from './job.ts';
import type { Backoff } from './journal.ts';
import type { Level } from './keep.ts';
import type { Refusal } from './outbox.ts';
import type { Slab } from './slab.ts';
import type { State } from './state.ts';
import type { Trace } from './trace.ts';
import type { Type } from './type.ts';
import type { Waiting } from './waiting.ts';

/** Jobs that may be known besides those that wait: at workers, or ended and not received by their clients. */
const JOBS_BESIDES_MAX = 1_000_000;

/** What a client asks for besides type and body. */
export interface Submit {
  call: number;
  /** Answer timeout of each attempt; 0 for the broker's. */
  timeoutMs: number;
  /** Submitted before: it may be known here. */
  repeat: boolean;
  acceptWanted: boolean;
  /** Higher is sooner. */
  priority: number;
  /** Milliseconds from now after which the job ends EXPIRED; 0 for never. */
  expiresMs: number;
  trace: Trace | null;
  /** What makes it a kept job; null for a job of its client alone. */
  kept: KeptSubmit | null;
}

/** A submit that asks for nothing but its job. */
export function plainSubmit(call: number): Submit {
  return {
    call,
    timeoutMs: 0,
    repeat: false,
    acceptWanted: false,
    priority: 0,
    expiresMs: 0,
    trace: null,
    kept: null,
  };
}

/** What a client asks for of a kept job besides. Instants are wall-clock milliseconds; 0 for none. */
export interface KeptSubmit {
  id: string;
  level: Level;
  delayMs: number;
  at: number;
  deadline: number;
  /** 0 for the broker's. */
  attemptsMax: number;
  backoff: Backoff | null;
  key: string;
  /** Who hands it in knows that this id was never handed in before: the store need not be asked. */
  isNew?: boolean;
  /** The call ends with the answer, not with the accept. */
  follow: boolean;
}

/** How jobs come in, and how they are taken back. */
export class Intake {
  readonly #state: State;
  readonly #waiting: Waiting;
  readonly #attempts: Attempts;
  readonly #endings: Endings;
  readonly #adoption: Adoption;
  readonly #dispatcher: Dispatcher;

  constructor(
    state: State,
    waiting: Waiting,
    attempts: Attempts,
    endings: Endings,
    adoption: Adoption,
    dispatcher: Dispatcher,
  ) {
    this.#state = state;
    this.#waiting = waiting;
    this.#attempts = attempts;
    this.#endings = endings;
    this.#adoption = adoption;
    this.#dispatcher = dispatcher;
  }

  /** Takes a job or refuses it; one that is known already stays the one job it is. */
  submit(
    now: number,
    client: Client,
    type: Type,
    submit: Submit,
    slab: Slab,
    offset: number,
    length: number,
  ): void {
    const { call } = submit;
    if (submit.repeat || call <= client.lastCall) {
      const known = client.calls.get(call);
      if (known !== undefined) {
        this.#again(client, known, submit.acceptWanted);
        return;
      }
      if (!submit.repeat) {
        this.#state.counts.repeated++;
        return;
      }
    }
    const code = this.obstacle(now, type, length, submit.repeat);
    if (code !== null) {
      this.refuse(client, call, code);
      return;
    }
    if (call > client.lastCall) client.lastCall = call;
    const timeoutMs = submit.timeoutMs || this.#state.settings.answerTimeoutMs;
    const job = new Job(client, call, type, stampOf(now), timeoutMs);
    this.#state.slabs.hold(job, slab, offset, length);
    client.calls.add(job);
    this.#state.jobs++;
    type.counts.submitted++;
    client.tally.submitted++;
    this.limit(now, job, submit.priority, submit.expiresMs);
    if (submit.trace !== null) job.needRare().trace = submit.trace;
    if (submit.acceptWanted) client.outbox?.accept(job);
    if (submit.repeat) {
      client.repeated?.add(job);
      if (this.#adoption.claim(now, job)) return;
    }
    this.#waiting.push(now, job);
  }

  /** Nobody wants the job any more: waiting, it goes away; running, its worker is told. */
  cancel(now: number, client: Client, call: number): void {
    const job = client.calls.get(call);
    if (job?.open) this.withdraw(now, job, Ending.CANCELLED);
  }

  /** Ends an open job without an answer of a worker. */
  withdraw(now: number, job: Job, ending: Ending): void {
    if (job.state === JobState.DISPATCHED) {
      job.run!.over('withdrawn');
      this.#attempts.abandon(job.run!);
    } else this.#attempts.withdraw(job);
    this.#adoption.drop(job);
    this.#endings.end(now, job, ending);
  }

  /** Takes a waiting job back without an answer: the client is told to hand it in again later. */
  refuseWaiting(job: Job, code: Refusal): void {
    this.#attempts.withdraw(job);
    this.#adoption.drop(job);
    const expiry = job.rare?.expiry;
    if (expiry) this.#state.expiries.remove(expiry);
    job.state = JobState.DONE;
    this.#endings.forget(job);
    this.refuse(job.client, job.call, code);
  }

  #again(client: Client, job: Job, acceptWanted: boolean): void {
    this.#state.counts.repeated++;
    const { repeated } = client;
    if (repeated === null || repeated.has(job)) return;
    repeated.add(job);
    if (job.open) {
      if (acceptWanted) client.outbox?.accept(job);
    } else if (!client.awaits(job)) {
      this.#endings.deliver(job);
    }
  }

  /** Why a job cannot be taken; null when it can. One that is handed in again was taken before its type was drained. */
  obstacle(now: number, type: Type, length: number, isRepeat: boolean): Refusal | null {
    const { settings, slabs } = this.#state;
    if (this.#state.draining) return 'CLOSING';
    if (type.draining && !isRepeat) return 'TYPE_DRAINING';
    if (slabs.heldBytes + length > settings.waitingBytesMax) return 'BUSY';
    if (this.#state.jobs >= settings.waitingJobsMax + JOBS_BESIDES_MAX) return 'BUSY';
    if (this.#state.waiting < settings.waitingJobsMax) return null;
    this.#dispatcher.run(now);
    if (this.#state.waiting < settings.waitingJobsMax) return null;
    return type.waiting === 0 && !type.paused && type.fleet.best() !== null ? null : 'BUSY';
  }

  refuse(client: Client, call: number, code: Refusal): void {
    this.#state.refused(code);
    client.outbox?.refuse(call, code);
  }

  /** The job's priority, and the time after which it ends EXPIRED: wherever it is, or unless it runs (`spares`). */
  limit(now: number, job: Job, priority: number, expiresMs: number, spares = false): void {
    if (priority === 0 && expiresMs === 0) return;
    const rare = job.needRare();
    rare.priority = priority;
    if (expiresMs === 0) return;
    rare.expiry = new Expiry(job, spares);
    this.#state.expiries.add(now, rare.expiry, expiresMs);
  }

  /** A job's time is over. */
  expire(now: number, { job, spares }: Expiry): void {
    const waits = job.state === JobState.WAITING && !(job.keep !== null && job.keep.fence > 0);
    if (!spares || waits) this.withdraw(now, job, Ending.EXPIRED);
    else if (job.keep !== null) job.keep.overdue = true;
  }
}
