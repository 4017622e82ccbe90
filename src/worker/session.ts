import { failureBody } from '../wire/bodies.ts';
import type { PeerEvent } from '../wire/peer-event.ts';
import { PeerSession } from '../wire/peer-session.ts';
import type { Reader } from '../wire/reader.ts';
import { Flag, Status, Verb } from '../wire/verbs.ts';
import { DispatchReader } from './dispatch-reader.ts';
import { Holdings } from './holdings.ts';
import { type Introduction, readyOptions } from './ready.ts';
import { type Run, RunState } from './run.ts';
import { writeAnswer, writeOffer } from './run-record.ts';
import { Starts } from './starts.ts';

/** How long a handler has, after it was told to stop, before its place is given to others. */
const CANCEL_GRACE_MS = 1000;
/** Heartbeats between the reports of a worker with nothing in hand: many must not keep a broker busy. */
const IDLE_HEARTBEATS = 2;
const NEVER = Number.POSITIVE_INFINITY;
const NOTHING: Uint8Array[][] = [];
const NO_BYTES = new Uint8Array(0);

/** Who runs the handlers. */
export interface WorkerHost {
  /** Starts the job; its answer comes to `WorkerSession.answer`, perhaps before this returns. False: no more in this pass. */
  start(now: number, run: Run): boolean;
  /** Tells the job to stop. */
  cancel(run: Run): void;
  /** How loaded the worker is: 0 idle, 1 full. */
  load(now: number): number;
}

export interface WorkerSessionOptions extends Introduction {
  readonly onEvent?: ((event: PeerEvent) => void) | undefined;
}

/**
 * A worker's side of the protocol, without socket, timer and clock. Jobs start only in an open session. Those that run
 * go on without one, and the next session is offered them; their answers are kept until they are confirmed.
 */
export class WorkerSession extends PeerSession {
  readonly #host: WorkerHost;
  readonly #options: WorkerSessionOptions;
  readonly #ready: Uint8Array;
  readonly #dispatches = new DispatchReader();
  readonly #holdings = new Holdings();
  readonly #starts: Starts;
  /** Rises with every session: what a run was dispatched in. */
  #serial = 0;
  #epoch = -1;
  #heartbeatMs = 1000;
  #leaving = false;
  /** DISPATCH and ADOPT records of this session. */
  #seen = 0;
  #reported = 0;
  #confirmed = 0;
  #reportWanted = false;
  #reportAt = NEVER;
  #cancelled: Run[] = [];

  constructor(options: WorkerSessionOptions, host: WorkerHost) {
    super(options.onEvent);
    this.#options = options;
    this.#host = host;
    this.#ready = readyOptions(options);
    this.#starts = new Starts(this.#holdings, (now, run) => this.#start(now, run));
  }

  /** Jobs here that have not ended. */
  get size(): number {
    return this.#holdings.held.size + this.#holdings.running.size;
  }

  /** The job's end, as its handler has it; `permanent`: do not try again. One that was given up meanwhile is not told. */
  answer(run: Run, status: Status, bytes: Uint8Array, permanent = false): void {
    if (run.state !== RunState.RUNNING) return;
    const { running, untold } = this.#holdings;
    running.remove(run);
    run.end(status, bytes, permanent);
    if (status === Status.FAILED && run.cancelledAt > 0) {
      run.end(Status.CANCELLED, NO_BYTES, false);
    } else if (run.answer.length > this.bodyBytesMax) {
      const sizes = `The answer has ${run.answer.length} bytes, and the broker takes ${this.bodyBytesMax}.`;
      run.end(Status.FAILED, failureBody('BODY_TOO_LARGE', sizes), permanent);
    }
    if (this.isOpen && run.epoch === this.#epoch) this.#tell(run);
    else untold.push(run);
  }

  /** A piece of the answer, or how far it is; lost when there is no session. */
  part(run: Run, bytes: Uint8Array, isProgress: boolean): void {
    if (run.state !== RunState.RUNNING || run.cancelledAt > 0) return;
    if (!this.isOpen || run.epoch !== this.#epoch) return;
    this.batch.begin(Verb.PART, isProgress ? Flag.PROGRESS : 0, 0, run.a, run.b);
    this.batch.body(bytes, 0, bytes.length);
  }

  take(now: number): Uint8Array[][] {
    if (this.isAbsent) return NOTHING;
    const reports = this.isOpen && !this.ended;
    const isDue = reports && (this.#reportWanted || this.#starts.count !== this.#reported);
    if (this.batch.records === 0 && !isDue) return NOTHING;
    if (reports) this.#report(now);
    return this.batch.take(this.session, this.#seen);
  }

  tick(now: number): number {
    if (this.ended) return NEVER;
    const greetAt = this.greetIfDue(now);
    const abandonAt = this.#abandon(now);
    const startAt = this.isOpen ? this.#starts.tick(now) : NEVER;
    if (this.#starts.announces || (this.isOpen && now >= this.#reportAt)) this.#reportWanted = true;
    if (this.#leaving) this.#endIfDone();
    // One that is wanted leaves with what is taken next; there is another a heartbeat later.
    const reportAt = this.#reportWanted ? now + this.#heartbeatMs : this.#reportAt;
    return Math.min(greetAt, startAt, this.isOpen ? reportAt : NEVER, abandonAt);
  }

  /** Takes no more jobs, hands back those that have not started, and says BYE when all others are answered and confirmed. */
  leave(): void {
    this.#leaving = true;
    if (this.isOpen) this.#sayLeave();
    this.#endIfDone();
  }

  /** Ends at once: jobs that run are told to stop, and are nobody's here any more. */
  bye(): void {
    if (this.ended) return;
    const { running } = this.#holdings;
    for (let run = running.first; run !== null; run = run.next) this.#host.cancel(run);
    if (this.isOpen && !this.#leaving) this.#sayLeave();
    this.#end();
  }

  protected greet(): void {
    const { told, running, held } = this.#holdings;
    this.#seen = this.#confirmed = 0;
    this.batch.begin(Verb.READY, Flag.OPTIONS, this.greeting, this.#options.capacity, 0);
    this.batch.raw(this.#ready);
    this.#holdings.prepareOffers();
    for (const list of [told, running, held]) {
      for (let run = list.first; run !== null; run = run.next) {
        run.offered = true;
        writeOffer(this.batch, run);
      }
    }
    this.batch.begin(Verb.RESUMED, 0, 0, 0, 0);
  }

  protected welcomed(now: number, reader: Reader): void {
    this.#epoch = reader.a;
    this.#heartbeatMs = Math.max(1, reader.b);
    this.#starts.begin(++this.#serial, this.#epoch);
    this.#reported = 0;
    this.#reportWanted = true;
    this.#reportAt = now + this.#heartbeatMs;
    this.#tellDecided();
    if (this.#leaving) this.#sayLeave();
  }

  protected record(now: number, reader: Reader): void {
    switch (reader.verb) {
      case Verb.DISPATCH:
        this.#dispatched(reader);
        break;
      case Verb.CLIENT:
        this.#dispatches.client(reader);
        break;
      case Verb.CANCEL:
        this.#cancel(now, reader);
        break;
      case Verb.STALE:
        this.#stale(reader);
        break;
      case Verb.ADOPT:
        this.#adopt(reader);
        break;
      case Verb.LEAVE:
        this.say('dismissed', '');
        this.leave();
        break;
      case Verb.CLOSING:
        this.say('closing', '');
        break;
    }
  }

  protected received(now: number, reader: Reader): void {
    this.#holdings.confirm((reader.ack - this.#confirmed) >>> 0);
    this.#confirmed = reader.ack;
    this.#starts.afterReceive(now);
    if (this.#leaving) this.#endIfDone();
  }

  #dispatched(reader: Reader): void {
    this.#seen = (this.#seen + 1) >>> 0;
    if (this.#leaving) this.batch.begin(Verb.RETURN, 0, 0, reader.a, reader.b);
    else this.#holdings.held.push(this.#dispatches.run(reader, this.#epoch, this.#serial));
  }

  #start(now: number, run: Run): boolean {
    if (run.cancelledAt === 0) return this.#host.start(now, run);
    this.answer(run, Status.CANCELLED, NO_BYTES);
    return true;
  }

  #cancel(now: number, reader: Reader): void {
    const run = this.#holdings.open(this.#epoch, reader.a, reader.b);
    if (run === null || run.state === RunState.ENDED || run.cancelledAt > 0) return;
    run.cancelledAt = now;
    if (run.state === RunState.HELD) return;
    this.#cancelled.push(run);
    this.#host.cancel(run);
  }

  /** Handlers that did not stop in time are left alone, and their places freed; returns when that is due. */
  #abandon(now: number): number {
    for (let run = this.#cancelled[0]; run !== undefined; run = this.#cancelled[0]) {
      const at = run.cancelledAt + CANCEL_GRACE_MS;
      if (run.state === RunState.RUNNING && now < at) return at;
      this.#cancelled.shift();
      this.answer(run, Status.CANCELLED, NO_BYTES);
    }
    return NEVER;
  }

  #stale(reader: Reader): void {
    const run = this.#holdings.stale(reader.a, reader.b);
    if (run === null) return;
    const runs = run.state === RunState.RUNNING;
    this.#holdings.drop(run);
    if (runs) this.#host.cancel(run);
  }

  #adopt(reader: Reader): void {
    this.#seen = (this.#seen + 1) >>> 0;
    this.#reportWanted = true;
    const { view, fixedAt: at, a, b } = reader;
    const epoch = view.getUint32(at, true);
    const oldA = view.getUint32(at + 4, true);
    const oldB = view.getUint32(at + 8, true);
    const run = this.#holdings.open(epoch, oldA, oldB);
    if (run === null) {
      const told = this.#holdings.told.find((other) => other.has(epoch, oldA, oldB));
      if (told === null) this.batch.begin(Verb.RETURN, 0, 0, a, b);
      return;
    }
    run.epoch = this.#epoch;
    run.a = a;
    run.b = b;
    run.offered = false;
    if (run.state === RunState.ENDED) {
      this.#holdings.untold.remove(run);
      this.#tell(run);
    }
  }

  /** Tells what ended while it was being offered, and is still ours without another word. */
  #tellDecided(): void {
    const { untold } = this.#holdings;
    for (let run = untold.first, next: Run | null = null; run !== null; run = next) {
      next = run.next;
      if (run.epoch !== this.#epoch) continue;
      untold.remove(run);
      this.#tell(run);
    }
  }

  #tell(run: Run): void {
    writeAnswer(this.batch, run);
    this.#holdings.told.push(run);
  }

  #report(now: number): void {
    const load = Math.max(0, Math.round(this.#host.load(now) * 1000));
    this.batch.begin(Verb.REPORT, 0, 0, Math.min(load, 0xffffffff), this.#starts.count);
    this.#reported = this.#starts.count;
    this.#starts.announces = this.#reportWanted = false;
    this.#reportAt = now + this.#heartbeatMs * (this.size === 0 ? IDLE_HEARTBEATS : 1);
  }

  #sayLeave(): void {
    this.batch.begin(Verb.LEAVE, 0, 0, 0, 0);
    const { held } = this.#holdings;
    for (let run = held.first; run !== null; run = held.first) {
      held.remove(run);
      run.state = RunState.DROPPED;
      if (run.epoch === this.#epoch) this.batch.begin(Verb.RETURN, 0, 0, run.a, run.b);
    }
  }

  #endIfDone(): void {
    // Without a connection there is nobody to say goodbye to; while one is greeted, somebody is about to be there.
    const canLeave = this.isOpen || this.isAbsent;
    if (!this.ended && canLeave && this.#holdings.isEmpty) this.#end();
  }

  #end(): void {
    if (this.isOpen) this.batch.begin(Verb.BYE, 0, 0, 0, 0);
    this.ended = true;
  }
}
