import type { Adoption, Offer } from './adoption.ts';
import type { Attempts } from './attempts.ts';
import type { Channels, Publication } from './channels.ts';
import type { Client } from './client.ts';
import type { Commissions } from './commissions.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Endings } from './endings.ts';
import type { Intake, Submit } from './intake.ts';
import type { Inventory } from './inventory.ts';
import type { Ending } from './job.ts';
import type { KeptJob } from './journal.ts';
import { type KeptStore, NO_STORE } from './kept-store.ts';
import type { Lives } from './lives.ts';
import type { Lookups } from './lookups.ts';
import type { Notes } from './notes.ts';
import type { Operator } from './operator.ts';
import type { ClientOutbox, StoreRefusal, Watcher, WorkerOutbox } from './outbox.ts';
import { Parts } from './parts.ts';
import type { Roster } from './roster.ts';
import type { Run } from './run.ts';
import type { Slab } from './slab.ts';
import type { Settings, State } from './state.ts';
import type { Type } from './type.ts';
import type { Waiting } from './waiting.ts';
import type { Worker, WorkerHello } from './worker.ts';

/**
 * The broker's logic and nothing of the world: inputs are these methods, `now` first, in milliseconds that never go
 * back; outputs are calls on the outboxes. `tick` does all that the inputs and the time have made due.
 */
export class Broker {
  readonly state: State;
  readonly operator: Operator;
  readonly inventory: Inventory;
  readonly lives: Lives;
  readonly lookups: Lookups;
  readonly channels: Channels;
  readonly notes: Notes;
  readonly #parts: Parts;
  readonly #attempts: Attempts;
  readonly #endings: Endings;
  readonly #adoption: Adoption;
  readonly #dispatcher: Dispatcher;
  readonly #roster: Roster;
  readonly #intake: Intake;
  readonly #waiting: Waiting;
  readonly #commissions: Commissions;
  #beatAt: number;

  /** `epoch` is a random u32, drawn at each start. Without a store no durable job is taken. */
  constructor(
    now: number,
    epoch: number,
    settings: Settings,
    watcher: Watcher,
    store: KeptStore = NO_STORE,
  ) {
    const parts = new Parts(now, epoch, settings, watcher, store);
    this.#parts = parts;
    this.state = parts.state;
    this.operator = parts.operator;
    this.inventory = parts.inventory;
    this.lives = parts.lives;
    this.lookups = parts.lookups;
    this.channels = parts.channels;
    this.notes = parts.notes;
    this.#endings = parts.endings;
    this.#attempts = parts.attempts;
    this.#adoption = parts.adoption;
    this.#dispatcher = parts.dispatcher;
    this.#roster = parts.roster;
    this.#intake = parts.intake;
    this.#waiting = parts.waiting;
    this.#commissions = parts.commissions;
    this.#beatAt = now + settings.heartbeatMs;
  }

  hello(instance: string, name: string, dialect: string, outbox: ClientOutbox): Client {
    return this.#parts.guests.hello(instance, name, dialect, outbox);
  }

  submit(
    now: number,
    client: Client,
    type: Type,
    submit: Submit,
    slab: Slab,
    offset: number,
    length: number,
  ): void {
    const into = submit.kept === null ? this.#intake : this.#commissions;
    into.submit(now, client, type, submit, slab, offset, length);
  }

  /** The store has been opened: its instance, and the first number and fence that are free. */
  opened(instance: string, nextNumber: number, nextFence: number): void {
    this.#parts.ledger.begin(instance, nextNumber);
    this.state.nextFence = Math.max(this.state.nextFence, nextFence);
  }

  /** The store has forgotten jobs that ended up to this instant of the wall clock. */
  forgot(to: number): void {
    this.state.forgottenTo = Math.max(this.state.forgottenTo, to);
  }

  restore(now: number, job: KeptJob): void {
    this.#parts.recovery.restore(now, job);
  }

  /** All jobs of the store have been restored. */
  restored(now: number): void {
    this.#parts.recovery.ready(now);
    this.operator.types.restored();
    this.lookups.resume(now);
  }

  /** The store has failed, or is not open yet. */
  storeFailed(now: number, code: StoreRefusal): void {
    this.#parts.recovery.fail(now, code);
    this.lookups.fail(now, code);
    this.channels.fail();
  }

  /** The dispatch of a durable job leaves. */
  left(run: Run): void {
    this.#attempts.left(run);
  }

  cancel(now: number, client: Client, call: number): void {
    if (client.follows?.has(call) || client.postponed?.has(call))
      this.lookups.cancel(now, client, call);
    else this.#intake.cancel(now, client, call);
  }

  resumed(now: number, client: Client): void {
    this.#parts.guests.resumed(now, client);
  }

  /** The client has the first `count` answers of this session. */
  received(client: Client, count: number): void {
    this.#endings.received(client, count);
  }

  clientAway(now: number, client: Client): void {
    this.#parts.guests.away(now, client);
  }

  clientGone(now: number, client: Client): void {
    this.#parts.guests.gone(now, client);
  }

  ready(now: number, hello: WorkerHello, outbox: WorkerOutbox, offers: Offer[]): Worker | null {
    return this.#roster.ready(now, hello, outbox, offers);
  }

  report(now: number, worker: Worker, load: number, seen: number, started: number): void {
    this.#roster.report(now, worker, load, seen, started);
  }

  answer(
    now: number,
    worker: Worker,
    index: number,
    generation: number,
    ending: Ending,
    slab: Slab,
    offset: number,
    length: number,
    permanent = false,
    published: readonly Publication[] | null = null,
  ): void {
    const run = this.#runOf(worker, index, generation);
    if (run !== null) {
      this.#attempts.answer(now, run, ending, slab, offset, length, permanent, published);
      return;
    }
    const ended = { ending, permanent, slab, offset, length, published };
    if (!this.#adoption.answer(worker, index, generation, ended)) {
      this.#attempts.refuse(worker, index, generation);
    }
  }

  /** A piece of an answer; one of an attempt that was given up is dropped. */
  part(
    worker: Worker,
    index: number,
    generation: number,
    progress: boolean,
    bytes: Uint8Array,
    offset: number,
    length: number,
  ): void {
    const job = this.state.runs.find(worker, index, generation)?.job;
    if (!job) return;
    job.type.counts.parts++;
    if (job.keep === null) job.client.outbox?.part(job, progress, bytes, offset, length);
    else {
      for (const { client, call } of job.keep.follows)
        client.outbox?.partKept(call, job, progress, bytes, offset, length);
    }
  }

  handBack(now: number, worker: Worker, index: number, generation: number): void {
    const run = this.#runOf(worker, index, generation);
    if (run !== null) this.#attempts.handBack(now, run);
    else this.#adoption.handBack(worker, index, generation);
  }

  leave(worker: Worker): void {
    this.#roster.leave(worker);
  }

  workerAway(now: number, worker: Worker): void {
    this.#roster.away(now, worker);
  }

  workerGone(now: number, worker: Worker): void {
    this.#roster.gone(now, worker);
  }

  /** Takes no new jobs from now on, and after `drainMs` refuses those that wait, but for the durable ones. */
  drain(now: number, drainMs: number): void {
    this.#parts.drain.begin(now, drainMs);
  }

  /** Whether no job is open but durable ones that wait. */
  get idle(): boolean {
    return this.#parts.drain.over;
  }

  /** Does what is due; returns the next instant at which something will be. */
  tick(now: number): number {
    const { state } = this;
    state.company.tick(now);
    for (let run = state.answersDue.take(now); run !== null; run = state.answersDue.take(now)) {
      this.#attempts.timeOut(now, run);
    }
    for (let due = state.expiries.take(now); due !== null; due = state.expiries.take(now)) {
      this.#intake.expire(now, due);
    }
    for (let keep = state.delays.take(now); keep !== null; keep = state.delays.take(now)) {
      this.#waiting.release(now, keep.job);
    }
    const away = Math.min(
      this.#parts.guests.expire(now),
      this.#roster.expire(now),
      this.#parts.ledger.expire(now),
      this.channels.expire(now),
    );
    if (this.#adoption.open && now >= this.#adoption.until) this.#adoption.close(now);
    if (now >= this.#beatAt) this.#beat(now);
    if (now >= this.#parts.drain.until) this.#parts.drain.refuseWaiting(now);
    this.#dispatcher.run(now);
    if (state.overfull.size > 0) this.#parts.guests.dropOverfull(now);
    if (state.slabs.next() <= now) state.slabs.settle(now);
    state.slabs.endTurn();
    state.runs.turn++;
    return this.#next(away);
  }

  #runOf(worker: Worker, index: number, generation: number): Run | null {
    return (
      this.state.runs.find(worker, index, generation) ??
      this.#adoption.find(worker, index, generation)
    );
  }

  #beat(now: number): void {
    this.#beatAt = now + this.state.settings.heartbeatMs;
    this.#roster.beat(now);
    this.state.slabs.settle(now);
  }

  #next(away: number): number {
    const { state } = this;
    const adoption = this.#adoption.open ? this.#adoption.until : Number.POSITIVE_INFINITY;
    return Math.min(
      away,
      adoption,
      this.#beatAt,
      this.#parts.drain.until,
      state.answersDue.next(),
      state.expiries.next(),
      state.delays.next(),
      state.slabs.next(),
      state.company.next(),
    );
  }
}
