import type { Delivery } from '../../core/channel.ts';
import type { Client } from '../../core/client.ts';
import { Ending, type Job } from '../../core/job.ts';
import type { EndedJob } from '../../core/journal.ts';
import { isDurable, Level } from '../../core/keep.ts';
import type { ClientOutbox, Refusal } from '../../core/outbox.ts';
import type { ErrorCode } from '../../errors.ts';
import type { Batch } from '../batch.ts';
import { deathNote, deathNoteOf } from '../death-note.ts';
import type { Connection, Dialect, Door } from '../door.ts';
import { encodeOptions, u64Item } from '../items.ts';
import { isId, whatIsWrongWith } from '../kept-options.ts';
import { NamedTypes } from '../named-types.ts';
import { isNative, type Reader } from '../reader.ts';
import { SessionEnds } from '../session-ends.ts';
import { Flag, NO_CALL, ORDER_BYTES_MAX, Tag, Verb } from '../verbs.ts';
import { NativePeer, turnAwayNative } from './native-peer.ts';
import { SubmitReader } from './submit-record.ts';
import { subscribe } from './subscribe-record.ts';

const INSTANCE_BYTES = 16;
/** The native dialect at the frontend: one client's connection. */
class NativeClient extends NativePeer implements ClientOutbox {
  readonly side = 'client';
  protected readonly opening = Verb.HELLO;
  #client: Client | null = null;
  #types: NamedTypes;
  #ends = new SessionEnds();
  readonly #submits = new SubmitReader();

  constructor(door: Door, routingId: Uint8Array) {
    super(door, routingId);
    this.#types = new NamedTypes(door);
  }

  protected get standing(): boolean {
    return this.#client !== null && this.#client.outbox === this;
  }

  ended(now: number): void {
    this.#types.forget();
    if (this.standing) this.door.broker.clientAway(now, this.#client!);
    this.#client = null;
  }

  /** Who only listens would never notice: it is told, for when it reads again. */
  dropped(now: number): void {
    this.#leave(now);
    this.again();
  }

  answer(job: Job): void {
    this.#ends.answered();
    this.batch.begin(Verb.ANSWER, job.ending << 4, 0, job.call, job.attempts);
    if (job.ending === Ending.DEAD) {
      const note = deathNote(job);
      this.batch.body(note, 0, note.length);
    } else if (job.length > 0) this.batch.body(job.slab.bytes, job.offset, job.length);
    this.touch();
  }

  part(job: Job, progress: boolean, bytes: Uint8Array, offset: number, length: number): void {
    const flags = progress ? Flag.PROGRESS : 0;
    this.batch.begin(Verb.PART, flags, 0, job.call, job.attempts);
    this.batch.body(bytes, offset, length);
    this.touch();
  }

  accept(job: Job): void {
    this.say(Verb.ACCEPT, 0, job.call, 0);
  }

  acceptKept(call: number, job: Job, level: Level): void {
    if (!isDurable(job)) this.say(Verb.ACCEPT, level << 4, call, 0);
    else this.durables.begin(Verb.ACCEPT, level << 4, 0, call, 0);
  }

  acceptEnded(call: number): void {
    this.say(Verb.ACCEPT, Level.DISK << 4, call, 0);
  }

  answerKept(call: number, job: Job): void {
    const batch = this.#batchFor(job);
    const status = (job.ending << 4) | Flag.KEPT;
    batch.begin(Verb.ANSWER, status, 0, call, job.attempts);
    if (job.ending === Ending.DEAD) {
      const note = deathNote(job);
      batch.body(note, 0, note.length);
    } else if (job.length > 0) batch.body(job.slab.bytes, job.offset, job.length);
  }

  answerEnded(call: number, ended: EndedJob): void {
    const { ending, attempts, answer } = ended;
    this.batch.begin(Verb.ANSWER, (ending << 4) | Flag.KEPT, 0, call, attempts);
    const body = ending === Ending.DEAD ? deathNoteOf(ended) : answer;
    this.batch.body(body, 0, body.length);
    this.touch();
  }

  partKept(
    call: number,
    job: Job,
    progress: boolean,
    bytes: Uint8Array,
    offset: number,
    length: number,
  ): void {
    const batch = this.#batchFor(job);
    batch.begin(Verb.PART, progress ? Flag.PROGRESS : 0, 0, call, job.attempts);
    batch.body(bytes, offset, length);
  }

  subscribed(call: number, since: number, missed: boolean): void {
    this.batch.begin(Verb.ACCEPT, Flag.OPTIONS | (missed ? Flag.MISSED : 0), 0, call, 0);
    this.batch.raw(encodeOptions([u64Item(Tag.SINCE, since)]));
    this.touch();
  }

  delivered(call: number, delivery: Delivery, prev: number): void {
    const { seq, bytes, offset, length, durable } = delivery;
    const batch = this.#laneOf(durable);
    batch.begin(Verb.DELIVER, 0, 0, call, 0);
    batch.wide(seq);
    batch.wide(prev);
    batch.body(bytes, offset, length);
  }

  chat(word: Uint8Array, durable: boolean): void {
    const batch = this.#laneOf(durable);
    batch.begin(Verb.CHAT, 0, 0, 0, 0);
    batch.body(word, 0, word.length);
  }

  /** The core has counted it. */
  refuse(call: number, code: Refusal): void {
    this.#ends.refused();
    this.decline(call, code);
  }

  closing(): void {
    this.say(Verb.CLOSING, 0, 0, 0);
  }

  protected acked(ack: number): void {
    const answers = this.#ends.received(ack);
    if (answers === null) this.door.drop('ack');
    else this.door.broker.received(this.#client!, answers);
  }

  protected record(now: number, reader: Reader): void {
    switch (reader.verb) {
      case Verb.SUBMIT:
        this.#take(now, reader);
        break;
      case Verb.HELLO:
        this.#hello(now, reader);
        break;
      case Verb.TYPE:
        this.#types.declare(reader);
        break;
      case Verb.CANCEL:
        this.#cancel(now, reader.a);
        break;
      case Verb.SUBSCRIBE:
        this.#subscribe(now, reader);
        break;
      case Verb.ATTACH:
      case Verb.REVOKE:
        this.#byId(now, reader);
        break;
      case Verb.CHAT:
        if (reader.bodyLength > ORDER_BYTES_MAX) this.door.drop('order-size');
        else this.door.broker.state.company.ordered(now, this.#client!, reader.bodyText());
        break;
      case Verb.RESUMED:
        this.door.broker.resumed(now, this.#client!);
        break;
      case Verb.BYE:
        this.#leave(now);
        break;
      default:
        this.misplaced(reader, 'This is the frontend, for clients: workers join at the backend.');
    }
  }

  #take(now: number, reader: Reader): void {
    const type = this.#types.of(reader.type);
    if (type === null || reader.bodyLength > this.door.settings.bodyBytesMax) {
      this.#refuse(reader.a, this.#types.obstacle(reader.type) ?? 'BODY_TOO_LARGE');
      return;
    }
    const submit = this.#submits.read(reader, this.door);
    const wrong = submit.kept === null ? null : whatIsWrongWith(submit.kept);
    if (wrong !== null) {
      this.#refuse(reader.a, wrong);
      return;
    }
    const slab = this.slabOf(reader);
    const { bodyAt, bodyLength } = reader;
    this.door.broker.submit(now, this.#client!, type, submit, slab, bodyAt, bodyLength);
  }

  /** ATTACH and REVOKE: the job is named by its id. */
  #byId(now: number, reader: Reader): void {
    let id = '';
    reader.options((tag, at, length) => {
      if (tag === Tag.ID) id = reader.text(at, length);
    });
    const { broker } = this.door;
    if (!isId(id)) this.#refuse(reader.a, 'ID_INVALID');
    else if (reader.verb === Verb.ATTACH) broker.lookups.attach(now, this.#client!, reader.a, id);
    else broker.lookups.revoke(now, this.#client!, reader.a, id);
  }

  #leave(now: number): void {
    this.#types.forget();
    if (this.standing) this.door.broker.clientGone(now, this.#client!);
    this.#client = null;
  }

  #subscribe(now: number, reader: Reader): void {
    const wrong = subscribe(now, this.door.broker, this.#client!, reader);
    if (wrong !== null) this.#refuse(reader.a, wrong);
  }

  #cancel(now: number, call: number): void {
    const { broker } = this.door;
    if (!broker.channels.unsubscribe(this.#client!, call)) broker.cancel(now, this.#client!, call);
  }

  #batchFor(job: Job): Batch {
    return this.#laneOf(isDurable(job));
  }

  #laneOf(durable: boolean): Batch {
    if (durable) return this.durables;
    this.touch();
    return this.batch;
  }

  #hello(now: number, reader: Reader): void {
    const { door } = this;
    let instance = '';
    let name = '';
    reader.options((tag, at, length) => {
      if (tag === Tag.INSTANCE && length === INSTANCE_BYTES) instance = reader.hex(at, length);
      if (tag === Tag.NAME) name = this.nameOf(reader, at, length);
    });
    if (instance === '') {
      door.drop('instance');
      this.decline(NO_CALL, 'MALFORMED', 'HELLO carries no INSTANCE of 16 bytes.');
      return;
    }
    // One connection stands for one client: who comes with another instance has left with the first.
    if (this.standing && this.#client!.instance !== instance) {
      door.broker.clientGone(now, this.#client!);
    }
    this.#types.forget();
    this.#ends = new SessionEnds();
    this.begin(reader.type);
    this.welcome();
    this.#client = door.broker.hello(instance, name, this.dialect, this);
    if (door.broker.state.draining) this.closing();
  }

  #refuse(call: number, code: ErrorCode): void {
    this.#ends.refused();
    this.door.broker.state.refused(code);
    this.decline(call, code);
  }
}

export const nativeClients: Dialect = {
  recognises: (frames) => isNative(frames[0]),
  open: (door: Door, routingId): Connection => new NativeClient(door, routingId),
  turnAway: turnAwayNative,
};
