import type { Client } from '../../core/client.ts';
import { Ending } from '../../core/job.ts';
import { type Token, tokenKey, type WorkerOutbox } from '../../core/outbox.ts';
import type { Run } from '../../core/run.ts';
import type { Worker } from '../../core/worker.ts';
import type { Batch } from '../batch.ts';
import { Confirmations } from '../confirmations.ts';
import type { Connection, Dialect, Door, Held, ProcessClaim } from '../door.ts';
import { isNative, type Reader } from '../reader.ts';
import { fullCount } from '../session-ends.ts';
import { Flag, NO_CALL, Verb } from '../verbs.ts';
import { endingOf, fits, unusable } from './answer-record.ts';
import { writeDispatch } from './dispatch-record.ts';
import { introductionIn, whatIsWrong } from './introduction.ts';
import { Joining } from './joining.ts';
import { NativePeer, turnAwayNative } from './native-peer.ts';
import { publishedBytes, takePublished } from './published.ts';

const INSTANCE_BYTES = 16;
const LOAD_MAX = 1000;

/** The native dialect at the backend: one worker's connection. */
class NativeWorker extends NativePeer implements WorkerOutbox {
  readonly side = 'worker';
  protected readonly opening = Verb.READY;
  #worker: Worker | null = null;
  #joining: Joining | null = null;
  #claim: ProcessClaim | null = null;
  /** The number that a type has in this session, and the client that a number means in it. */
  #typeNumbers = new Map<string, number>();
  #clients: Client[] = [];
  #confirmations = new Confirmations();
  /** Dispatches that are held. */
  #heldRuns: Run[] = [];

  protected get standing(): boolean {
    return this.#joining !== null || (this.#worker !== null && this.#worker.outbox === this);
  }

  /** An answer that waits for its client would die with this broker: the worker keeps it, and those behind it, until then. */
  protected override get confirmed(): number {
    return this.#confirmations.upTo(this.ack);
  }

  /** With the records go the dispatches they are of: they count from when they leave. */
  protected override held(batch: Batch): Held {
    const { session } = this;
    const held = super.held(batch);
    const runs = this.#heldRuns;
    this.#heldRuns = [];
    const release = () => {
      if (this.session === session) for (const run of runs) this.door.broker.left(run);
      held.release();
    };
    return { release, drop: held.drop };
  }

  override flush(): void {
    const confirmations = this.#confirmations;
    confirmations.settle(this.#worker?.offers);
    // If the store fails, what was answered is lost: the worker has it still, and is to offer it again.
    if (confirmations.seal()) this.door.hold(this.heldBack(() => confirmations.durable()));
    super.flush();
  }

  override pulse(): void {
    if (this.#confirmations.hasNews(this.#worker?.offers)) this.touch();
    super.pulse();
  }

  /** What the answers of this turn have changed is not durable yet: up to this one they are confirmed. */
  #confirmLater(count: number): void {
    this.#confirmations.wait(count);
    this.touch();
  }

  ended(now: number): void {
    const worker = this.#worker;
    if (worker !== null && worker.outbox === this)
      this.door.host.workerLost(now, worker, this.#claim);
    this.#worker = this.#joining = null;
  }

  dropped(now: number): void {
    const worker = this.#worker;
    if (worker !== null && worker.outbox === this) this.door.broker.workerGone(now, worker);
    this.#worker = this.#joining = null;
  }

  dispatch(run: Run): void {
    // It is saying what it holds, and this is not among it: when it has said all, the job goes on its way.
    if (this.#joining !== null) return;
    const job = run.job!;
    this.#declare(job.client);
    const type = this.#typeNumbers.get(job.type.name) ?? 0;
    const trace = run.followed === null ? job.trace : run.followed.trace;
    writeDispatch(this.#batchFor(run), run, type, trace);
    if (run.durable) this.#heldRuns.push(run);
  }

  /** Behind its dispatch, when that may still be held. */
  cancel(run: Run): void {
    this.#batchFor(run).begin(Verb.CANCEL, 0, 0, run.index, run.generation);
  }

  /** The job may have ended with the very answer that is refused now: the worker keeps that until the end is durable. */
  stale(index: number, generation: number): void {
    const isEnd = this.#confirmations.wasOffered(tokenKey(index, generation));
    const batch = isEnd ? this.durables : this.batch;
    batch.begin(Verb.STALE, 0, 0, index, generation);
    this.touch();
  }

  adopt(run: Run, old: Token): void {
    const { client } = run.job!;
    this.#declare(client);
    this.batch.begin(Verb.ADOPT, 0, 0, run.index, run.generation);
    this.batch.pair(old.epoch, old.index);
    this.batch.pair(old.generation, client.number);
    this.touch();
  }

  closing(): void {
    this.say(Verb.CLOSING, 0, 0, 0);
  }

  leave(): void {
    this.say(Verb.LEAVE, 0, 0, 0);
  }

  protected acked(): void {}

  protected record(now: number, reader: Reader): void {
    if (reader.verb === Verb.READY) this.#ready(reader);
    else if (this.#joining !== null) this.#join(now, reader, this.#joining);
    else this.#work(now, reader, this.#worker!);
  }

  #work(now: number, reader: Reader, worker: Worker): void {
    const { broker } = this.door;
    const { a, b } = reader;
    switch (reader.verb) {
      case Verb.ANSWER:
        this.#answer(now, reader, worker);
        break;
      case Verb.REPORT:
        this.#report(now, reader, worker);
        break;
      case Verb.PART:
        this.#part(reader, worker);
        break;
      case Verb.RETURN:
        broker.handBack(now, worker, a, b);
        break;
      case Verb.LEAVE:
        broker.leave(worker);
        break;
      case Verb.BYE:
        this.dropped(now);
        break;
      default:
        this.misplaced(
          reader,
          'This is the backend, for workers: clients connect to the frontend.',
        );
    }
  }

  #answer(now: number, reader: Reader, worker: Worker): void {
    this.ack++;
    const { broker } = this.door;
    const { a, b } = reader;
    const { recorded } = broker.state;
    const note = this.#pass(now, reader, worker);
    if (note !== null) {
      const slab = broker.state.slabs.frame(now, note);
      broker.answer(now, worker, a, b, Ending.FAILED, slab, 0, note.length);
    }
    if (broker.state.recorded !== recorded) this.#confirmLater(this.ack - 1);
    if (worker.offers.size === 0) return;
    const key = tokenKey(a, b);
    if (worker.offers.has(key)) this.#confirmations.undecided(this.ack, key);
  }

  /** Passes an answer on, with what is published; the note of what is wrong with it if it cannot be. */
  #pass(now: number, reader: Reader, worker: Worker): Uint8Array | null {
    const ending = endingOf(reader);
    if (ending === null || !fits(this.door, reader)) return unusable(ending === null);
    const bytes = publishedBytes(reader);
    const published = bytes === null ? null : takePublished(reader, bytes);
    if (bytes !== null && published === null) {
      this.door.drop('published');
      return unusable(true);
    }
    const { a, b, bodyAt, bodyLength } = reader;
    const permanent = (reader.flags & Flag.PERMANENT) !== 0;
    const slab = this.slabOf(reader);
    const { broker } = this.door;
    broker.answer(now, worker, a, b, ending, slab, bodyAt, bodyLength, permanent, published);
    return null;
  }

  #report(now: number, reader: Reader, worker: Worker): void {
    const { dispatched, adopted } = worker;
    const load = Math.min(reader.a / 1000, LOAD_MAX);
    const seen = fullCount(reader.ack, dispatched + adopted);
    this.door.broker.report(now, worker, load, seen, fullCount(reader.b, dispatched));
  }

  #part(reader: Reader, worker: Worker): void {
    if (!fits(this.door, reader)) return;
    const progress = (reader.flags & Flag.PROGRESS) !== 0;
    const { body, bodyAt, bodyLength } = reader;
    this.door.broker.part(worker, reader.a, reader.b, progress, body, bodyAt, bodyLength);
  }

  #ready(reader: Reader): void {
    const { instance, name, types, claim } = introductionIn(reader, (at, length) =>
      this.nameOf(reader, at, length),
    );
    const wrong = whatIsWrong(instance, types, reader.a);
    if (wrong !== null) {
      this.door.drop('ready');
      this.decline(NO_CALL, 'MALFORMED', wrong);
      return;
    }
    const { dialect } = this;
    const hello = { instance, name, dialect, types, capacity: reader.a, reports: true };
    this.#heldRuns = [];
    this.#joining = new Joining(this.door, hello, claim);
    this.begin(reader.type);
  }

  #join(now: number, reader: Reader, joining: Joining): void {
    if (reader.verb === Verb.OFFER) {
      if ((reader.flags & Flag.ENDED) !== 0) this.ack++;
      joining.take(now, reader, this.ack);
    } else if (reader.verb === Verb.RESUMED) {
      this.#joined(now, joining);
    } else {
      this.door.drop('verb');
    }
  }

  #joined(now: number, { hello, claim, offers, ended }: Joining): void {
    const { broker } = this.door;
    const before = this.#worker;
    this.#joining = null;
    this.#claim = claim;
    this.#clients = [];
    this.#typeNumbers = new Map(hello.types.map((name, number) => [name, number]));
    this.welcome();
    const { recorded } = broker.state;
    this.#confirmations = new Confirmations(ended);
    this.#worker = broker.ready(now, hello, this, offers);
    if (broker.state.recorded !== recorded) this.#confirmLater(0);
    // One connection stands for one worker: who comes with another instance, or cannot come, has left.
    if (before !== null && before !== this.#worker && before.outbox === this) {
      broker.workerGone(now, before);
    }
    if (this.#worker === null) this.decline(NO_CALL, 'TYPES_MAX');
    else if (broker.state.draining) this.closing();
  }

  #batchFor(run: Run): Batch {
    if (run.durable) return this.durables;
    this.touch();
    return this.batch;
  }

  /** Makes sure that the worker knows which client the number means. */
  #declare(client: Client): void {
    const { number } = client;
    if (this.#clients[number] === client) return;
    this.#clients[number] = client;
    const instance = Buffer.from(client.instance.padEnd(INSTANCE_BYTES * 2, '0'), 'hex');
    this.batch.begin(Verb.CLIENT, 0, 0, number, 0);
    this.batch.body(instance, 0, INSTANCE_BYTES);
  }
}

export const nativeWorkers: Dialect = {
  recognises: (frames) => isNative(frames[0]),
  open: (door: Door, routingId): Connection => new NativeWorker(door, routingId),
  turnAway: turnAwayNative,
};
