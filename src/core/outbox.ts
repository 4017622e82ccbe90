import type { Delivery } from './channel.ts';
import type { SubscribeRefusal } from './channels.ts';
import type { Cause, Job } from './job.ts';
import type { EndedJob } from './journal.ts';
import type { Level } from './keep.ts';
import type { Run } from './run.ts';
import type { Type } from './type.ts';
import type { Worker } from './worker.ts';

/** Why the core declines a submit: codes of the errors table. */
export type Refusal =
  | 'BUSY'
  | 'CLOSING'
  | 'TYPE_DRAINING'
  | StoreRefusal
  | KeptRefusal
  | SubscribeRefusal;

/** Why nothing can be kept now. */
export type StoreRefusal = 'DISK_FULL' | 'STORE_FAILED' | 'NO_STORE';

/** What is wrong with the id that a client names. */
type KeptRefusal = 'JOB_UNKNOWN' | 'JOB_ENDED' | 'ID_EXPIRED';

/**
 * What the core asks of the world: calls on the two halves of the outbox, one object a peer. They write and do not send:
 * what they wrote leaves when the turn has been committed. Bytes given to them are valid during the call only.
 */
export interface ClientOutbox {
  /** The end of a job: `job.ending`, and its body where it has one. Said again when the client comes back for it. */
  answer(job: Job): void;
  /** A piece of the answer of `job`'s present attempt. */
  part(job: Job, progress: boolean, bytes: Uint8Array, offset: number, length: number): void;
  /** The job has been taken at the level asked for. */
  accept(job: Job): void;
  /** `call` asked for a kept job, which has been taken at this level. */
  acceptKept(call: number, job: Job, level: Level): void;
  /** The same of a job that only the store remembers. */
  acceptEnded(call: number): void;
  /** The end of a kept job, for `call`. */
  answerKept(call: number, job: Job): void;
  /** The same of a job that only the store remembers. */
  answerEnded(call: number, ended: EndedJob): void;
  /** A piece of the answer of a kept job. */
  partKept(
    call: number,
    job: Job,
    progress: boolean,
    bytes: Uint8Array,
    offset: number,
    length: number,
  ): void;
  /** The subscription under `call` stands: deliveries follow behind this number. */
  subscribed(call: number, since: number, missed: boolean): void;
  /** What was published in a channel, for the subscription under `call`; `prev` is the number of the delivery before. */
  delivered(call: number, delivery: Delivery, prev: number): void;
  /** A word of the chat, as JSON; `durable`: it reveals a record. */
  chat(word: Uint8Array, durable: boolean): void;
  /** What it waits for was lost from memory: it is to hand in again. */
  again(): void;
  /** The call was not taken. */
  refuse(call: number, code: Refusal): void;
  /** The broker is going down. */
  closing(): void;
}

export interface WorkerOutbox {
  /** Do `run.job`. */
  dispatch(run: Run): void;
  /** Stop it if you can: nobody waits for its answer. */
  cancel(run: Run): void;
  /** What it holds was lost from memory: it is to offer it again. */
  again(): void;
  /** The answer or offer under this token was refused. */
  stale(index: number, generation: number): void;
  /** What was offered under `old` is still yours, as `run`. */
  adopt(run: Run, old: Token): void;
  /** You are to take no more jobs, finish those that run, and go. */
  leave(): void;
  /** The broker is going down. */
  closing(): void;
}

/** The proof of an attempt. */
export interface Token {
  readonly epoch: number;
  readonly index: number;
  readonly generation: number;
}

/** A token without its epoch, to be found by. */
export function tokenKey(index: number, generation: number): string {
  return `${index}.${generation}`;
}

/** What the core tells whoever watches it: for logs and the console, never for logic. */
export interface Watcher {
  worker(worker: Worker, event: WorkerEvent): void;
  /**
   * `lost`: an attempt at a job was given up. `moved`: it is dispatched again, `to` a worker. `dead`: it is given up. `cause` is why
   * the last attempt was given up, at the worker `from`.
   */
  job?(
    job: Job,
    event: JobEvent,
    attempt: number,
    cause: Cause | '',
    from: string,
    to: string | null,
  ): void;
  type?(type: Type, event: TypeEvent): void;
}

export type JobEvent = 'lost' | 'moved' | 'dead';
export type TypeEvent = 'paused' | 'resumed' | 'draining';

export type WorkerEvent = 'joined' | 'back' | 'stalled' | 'awake' | 'away' | 'leaving' | 'gone';
