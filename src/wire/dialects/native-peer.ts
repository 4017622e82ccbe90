import { NOTHING, type Slab } from '../../core/slab.ts';
import { type ErrorCode, sentenceOf, wireOf } from '../../errors.ts';
import { Batch, NO_SESSION, type Session } from '../batch.ts';
import type { Connection, Door, Held } from '../door.ts';
import { Reader } from '../reader.ts';
import { NO_CALL, Verb } from '../verbs.ts';

const NAME_BYTES_MAX = 64;

/** What the native connections of both doors share: sessions, records in, batches out. */
export abstract class NativePeer implements Connection {
  abstract readonly side: 'client' | 'worker';
  readonly dialect = 'native';
  protected readonly door: Door;
  protected batch = new Batch();
  protected session: Session = NO_SESSION;
  /** What was taken that the peer waits to have acknowledged, and what the last header acknowledged. */
  protected ack = 0;
  #ackSent = 0;
  /** The number of the greeting that began the session. */
  #greeting = 0;
  readonly #routingId: Uint8Array;
  #durables = new Batch();
  #written = false;
  #now = 0;
  #frame: Uint8Array | null = null;
  #slab: Slab = NOTHING;

  constructor(door: Door, routingId: Uint8Array) {
    this.door = door;
    this.#routingId = Buffer.from(routingId);
  }

  receive(now: number, frames: Uint8Array[]): void {
    const reader = new Reader(frames);
    this.#now = now;
    let known = this.#knows(reader);
    const acked = known ? this.session : null;
    while (reader.next()) {
      const opens = reader.verb === this.opening;
      if (!opens && !(known && this.standing)) {
        this.#who();
        break;
      }
      this.record(now, reader);
      known ||= opens;
    }
    if (reader.broken !== null) this.door.drop(reader.broken);
    // After the records: they may repeat calls whose answers arrived before they could leave.
    if (acked === this.session && this.standing) this.acked(reader.ack);
    this.#frame = null;
    this.#slab = NOTHING;
  }

  abstract ended(now: number): void;
  abstract dropped(now: number): void;

  flush(): void {
    this.#written = false;
    const holds = this.#durables.records > 0;
    if (!holds || this.batch.records > 0) this.#send(this.batch);
    if (holds) {
      this.door.hold(this.held(this.#durables));
      this.#durables = new Batch();
    }
  }

  /** What the peer has was lost from memory: it is to begin again. */
  again(): void {
    if (this.session === NO_SESSION) return;
    this.#who();
    this.session = NO_SESSION;
  }

  /** Where records are written that reveal what is to be durable first. */
  protected get durables(): Batch {
    this.touch();
    return this.#durables;
  }

  /** Records that wait for a commit; they are not sent in another session. */
  protected held(batch: Batch): Held {
    const { session } = this;
    return this.heldBack(() => {
      if (this.session === session) this.#send(batch);
    });
  }

  /** Something that waits for a commit; if that fails, the peer is to begin again, though no turn ends. */
  protected heldBack(release: () => void): Held {
    const { session } = this;
    const drop = () => {
      if (this.session !== session) return;
      this.again();
      this.flush();
    };
    return { release, drop };
  }

  pulse(): void {
    if (this.confirmed !== this.#ackSent) this.touch();
  }

  /** The verb that begins a session. */
  protected abstract readonly opening: number;
  /** Whether this connection still stands for its peer. */
  protected abstract readonly standing: boolean;
  protected abstract record(now: number, reader: Reader): void;
  protected abstract acked(ack: number): void;

  /** What the next header acknowledges. */
  protected get confirmed(): number {
    return this.ack;
  }

  /** Something has been written. */
  protected touch(): void {
    if (this.#written) return;
    this.#written = true;
    this.door.wrote(this);
  }

  /** Writes a record of 16 bytes. */
  protected say(verb: number, flags: number, a: number, b: number): void {
    this.batch.begin(verb, flags, 0, a, b);
    this.touch();
  }

  /** A session begins; the peer hears of it by `welcome`, and of what was written for the one before no more. */
  protected begin(greeting: number): void {
    this.batch = new Batch();
    this.#durables = new Batch();
    this.#greeting = greeting;
    this.session = this.door.host.newSession();
    this.ack = 0;
  }

  protected welcome(): void {
    const { heartbeatMs, bodyBytesMax } = this.door.settings;
    const { state } = this.door.broker;
    const wall = state.wallAt(this.#now);
    this.batch.begin(Verb.WELCOME, 0, this.#greeting, state.runs.epoch, heartbeatMs);
    this.batch.u32(bodyBytesMax);
    this.batch.wide(wall);
    this.touch();
  }

  /** Refuses a call, or what the session asked for, with a sentence. */
  protected decline(call: number, code: ErrorCode, text: string = sentenceOf(code)): void {
    const body = Buffer.from(text);
    this.batch.begin(Verb.REFUSE, 0, 0, call, wireOf(code));
    this.batch.body(body, 0, body.length);
    this.touch();
  }

  /** A verb that has no business here. */
  protected misplaced(reader: Reader, advice: string): void {
    this.door.drop('verb');
    if (reader.verb === Verb.HELLO || reader.verb === Verb.READY) {
      this.decline(NO_CALL, 'MALFORMED', advice);
    }
  }

  /** The slab of the frame that the record's body is in. */
  protected slabOf(reader: Reader): Slab {
    if (reader.bodyLength === 0) return NOTHING;
    if (this.#frame !== reader.body) {
      this.#frame = reader.body;
      this.#slab = this.door.broker.state.slabs.frame(this.#now, reader.body);
    }
    return this.#slab;
  }

  /** A name for people: what does not fit is cut, what does not print is left out. */
  protected nameOf(reader: Reader, at: number, length: number): string {
    return reader.text(at, Math.min(length, NAME_BYTES_MAX)).replace(/[\p{C}\uFFFD]/gu, '');
  }

  #send(batch: Batch): void {
    const ack = this.confirmed;
    this.#ackSent = ack;
    const messages = batch.take(this.session, ack);
    for (let i = 0; i < messages.length; i++) this.door.host.send(this.#routingId, messages[i]!);
  }

  #knows(reader: Reader): boolean {
    const { low, high } = this.session;
    if (this.session === NO_SESSION || !this.standing) return false;
    const none = reader.sessionLow === 0 && reader.sessionHigh === 0;
    return none || (reader.sessionLow === low && reader.sessionHigh === high);
  }

  #who(): void {
    this.door.drop('session');
    this.batch.begin(Verb.WHO, 0, 0, 0, 0);
    this.touch();
  }
}

/** Tells a peer that there is no room for it. */
export function turnAwayNative(door: Door, routingId: Uint8Array): void {
  const batch = new Batch();
  const body = Buffer.from(sentenceOf('CONNECTIONS_MAX'));
  batch.begin(Verb.REFUSE, 0, 0, NO_CALL, wireOf('CONNECTIONS_MAX'));
  batch.body(body, 0, body.length);
  for (const frames of batch.take(NO_SESSION, 0)) door.host.send(routingId, frames);
}
