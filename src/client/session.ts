import { codeOf, LatidoError, sentenceOf } from '../errors.ts';
import { encodeOptions, type Item, textItem } from '../wire/items.ts';
import type { PeerEvent } from '../wire/peer-event.ts';
import { PeerSession } from '../wire/peer-session.ts';
import type { Reader } from '../wire/reader.ts';
import { Flag, NO_CALL, type Status, Tag, Verb } from '../wire/verbs.ts';
import { wallTimeIn } from '../wire/welcome.ts';
import { type Call, CallState } from './call.ts';
import { Calls } from './calls.ts';
import { Receipts } from './receipts.ts';
import { Revocation } from './revocation.ts';
import { Submits } from './submits.ts';
import { Timeouts } from './timeouts.ts';

/** How much longer than its timeout a call waits for the broker to say EXPIRED itself. */
const EXPIRED_GRACE_MS = 250;
const NOTHING: Uint8Array[][] = [];

export interface ClientSessionOptions {
  /** 16 random bytes, drawn once in a client's life. */
  readonly instance: Uint8Array;
  readonly name?: string;
  /** How long calls wait for a session before they end NO_BROKER; 0: for ever. */
  readonly connectTimeoutMs?: number;
  readonly onEvent?: ((event: PeerEvent) => void) | undefined;
  /** The number of the first call. */
  readonly firstCall?: number;
  /** What a wall clock is ahead of `now`, for ids until a broker has said what its own says. */
  readonly wallOffset?: number;
}

/**
 * A client's side of the protocol, without socket, timer and clock. Calls made before the session is open wait for it;
 * those that have no end when it ends are sent again, in the next one, as REPEAT.
 */
export class ClientSession extends PeerSession {
  readonly #hello: Uint8Array;
  readonly #connectTimeoutMs: number;
  #calls = new Calls();
  #timeouts = new Timeouts();
  #submits: Submits;
  #receipts = new Receipts();
  #nextCall: number;
  #closing = false;
  #retired = false;
  /** When calls stop waiting for a session; 0 until the first tick without one. */
  #giveUpAt = 0;

  constructor(options: ClientSessionOptions) {
    super(options.onEvent);
    const items: Item[] = [[Tag.INSTANCE, options.instance]];
    if (options.name) items.push(textItem(Tag.NAME, options.name));
    this.#hello = encodeOptions(items);
    this.#connectTimeoutMs = options.connectTimeoutMs ?? 0;
    this.#nextCall = options.firstCall ?? 1;
    this.#submits = new Submits(options.wallOffset ?? 0);
  }

  /** Calls that have no answer yet. */
  get size(): number {
    return this.#calls.size;
  }

  /** The numbers of this instance are used up: no call can be made any more. */
  get spent(): boolean {
    return this.#nextCall >= NO_CALL;
  }

  /** Hands the call in, now or when there is a session. It may be refused before this returns. */
  call(now: number, call: Call): void {
    const refusal = this.#whyNot(now, call);
    if (refusal !== null) {
      this.#refuse(call, refusal.code, refusal.message);
      return;
    }
    call.number = this.takeNumber();
    call.state = CallState.WAITING;
    if (call.kept !== null) call.kept.madeAt = now;
    this.#calls.add(call);
    if (call.timeoutMs > 0) this.#timeouts.add(now, call, call.timeoutMs);
    if (this.isOpen && !(this.#closing && isSubmit(call))) this.#submit(now, call);
  }

  /**
   * The caller has lost interest: nothing more is said of the call, and its job is cancelled, if the call was to bring
   * the job's answer and not only to wait for that of a job that others handed in.
   */
  cancel(now: number, call: Call): void {
    if (call.state !== CallState.WAITING && call.state !== CallState.SENT) return;
    if (call.state === CallState.SENT && call.kept?.follows !== false) this.#callOff(now, call);
    this.#remove(call);
  }

  take(now: number): Uint8Array[][] {
    if (this.isAbsent) return NOTHING;
    if (this.batch.records === 0 && !this.#receipts.isDue(now)) return NOTHING;
    this.#receipts.told();
    return this.batch.take(this.session, this.#receipts.received);
  }

  tick(now: number): number {
    if (this.ended) return Number.POSITIVE_INFINITY;
    const greetAt = this.greetIfDue(now);
    for (const call of this.#timeouts.takeDue(now)) this.#expire(now, call);
    const giveUpAt = this.#giveUp(now);
    const ackAt = this.#receipts.nextDue(now);
    return Math.min(this.#timeouts.next(), greetAt, ackAt, giveUpAt);
  }

  /** Takes no more calls, and says BYE after the last answer. */
  retire(): void {
    this.#retired = true;
    this.#endIfDone();
  }

  /** Says BYE: the jobs of open calls are cancelled, and the calls end CLOSED. */
  bye(): void {
    for (const call of this.#calls.inOrder()) this.#refuse(call, 'CLOSED');
    this.retire();
  }

  protected greet(now: number): void {
    this.#receipts.begin();
    this.batch.begin(Verb.HELLO, Flag.OPTIONS, this.greeting, 0, 0);
    this.batch.raw(this.#hello);
    this.#giveUp(now);
  }

  protected welcomed(now: number, reader: Reader): void {
    const wall = wallTimeIn(reader);
    if (wall !== null) this.#submits.wallOffset = wall - now;
    this.#giveUpAt = 0;
    this.#closing = false;
    this.#submits.types.forgetDeclared();
    const calls = this.#calls.inOrder();
    for (const call of calls) if (call.state === CallState.SENT) this.#submit(now, call);
    this.batch.begin(Verb.RESUMED, 0, 0, 0, 0);
    for (const call of calls) if (call.state === CallState.WAITING) this.#submit(now, call);
  }

  protected record(now: number, reader: Reader): void {
    switch (reader.verb) {
      case Verb.ANSWER:
        this.#answer(now, reader);
        break;
      case Verb.PART:
        this.#part(reader);
        break;
      case Verb.ACCEPT:
        this.#accepted(reader);
        break;
      case Verb.REFUSE:
        this.#refused(now, reader);
        break;
      case Verb.CLOSING:
        this.#closing = true;
        this.say('closing', '');
        break;
    }
  }

  protected received(): void {}

  /** Nobody has answered for so long that calls wait no more. */
  protected gaveUp(): void {}

  /** The number of a new call. */
  protected takeNumber(): number {
    return this.#nextCall++;
  }

  #submit(now: number, call: Call): void {
    if (call.body.length <= this.bodyBytesMax) this.#submits.write(this.batch, now, call);
    else this.#refuse(call, 'BODY_TOO_LARGE', this.#tooLarge(call));
  }

  #whyNot(now: number, call: Call): LatidoError | null {
    if (this.ended) return new LatidoError('CLOSED');
    if (this.#giveUpAt !== 0 && now >= this.#giveUpAt) return new LatidoError('NO_BROKER');
    if (call.body.length > this.bodyBytesMax) {
      return new LatidoError('BODY_TOO_LARGE', this.#tooLarge(call));
    }
    try {
      if (isSubmit(call)) this.#submits.types.number(call.type);
      return null;
    } catch (error) {
      return error as LatidoError;
    }
  }

  /** An answer is an answer: its call need not be repeated, when the broker may not have it any more. */
  protected override late(reader: Reader): void {
    if (reader.verb === Verb.ANSWER) this.#take(reader);
    else if (reader.verb === Verb.ACCEPT) this.#accepted(reader);
  }

  #accepted(reader: Reader): void {
    const call = this.#calls.get(reader.a);
    if (call === null) return;
    if (call.kept?.follows === false) this.#remove(call);
    call.accepted(reader.status);
  }

  #answer(now: number, reader: Reader): void {
    if ((reader.flags & Flag.KEPT) === 0) this.#receipts.add(now);
    this.#take(reader);
  }

  #take(reader: Reader): void {
    const call = this.#calls.get(reader.a);
    if (call === null) return;
    this.#remove(call);
    const status = reader.status as Status;
    call.answer(status, reader.body, reader.bodyAt, reader.bodyLength, reader.b);
  }

  #part(reader: Reader): void {
    const isProgress = (reader.flags & Flag.PROGRESS) !== 0;
    this.#calls.get(reader.a)?.part(reader.bodyView(), reader.b, isProgress);
  }

  #refused(now: number, reader: Reader): void {
    this.#receipts.add(now);
    const call = this.#calls.get(reader.a);
    const code = codeOf(reader.b);
    // A call refused because the broker goes down is handed in again when one is back.
    if (code === 'CLOSING') this.#closing = true;
    else if (call !== null) this.#refuse(call, code, reader.bodyText());
  }

  #callOff(now: number, call: Call): void {
    const { kept } = call;
    // A CANCEL is lost with its connection, and a kept job does not end with its client.
    if (kept !== null && isSubmit(call) && !this.spent) this.call(now, new Revocation(kept.id));
    else if (this.isOpen) this.batch.begin(Verb.CANCEL, 0, 0, call.number, 0);
  }

  #expire(now: number, call: Call): void {
    if (this.isOpen && !call.late && isSubmit(call)) {
      call.late = true;
      this.#timeouts.add(now, call, EXPIRED_GRACE_MS);
      return;
    }
    // A kept job ends EXPIRED by itself, whether its client is there or not.
    if (call.kept !== null && isSubmit(call)) this.#remove(call);
    else this.cancel(now, call);
    call.refused('EXPIRED', sentenceOf('EXPIRED'));
  }

  /** Ends the calls that have waited too long for a session; returns when that is due. */
  #giveUp(now: number): number {
    if (this.#connectTimeoutMs === 0 || this.isOpen) return Number.POSITIVE_INFINITY;
    if (this.#giveUpAt === 0) this.#giveUpAt = now + this.#connectTimeoutMs;
    if (now < this.#giveUpAt) return this.#giveUpAt;
    for (const call of this.#calls.inOrder()) this.#refuse(call, 'NO_BROKER');
    this.gaveUp();
    return Number.POSITIVE_INFINITY;
  }

  #tooLarge(call: Call): string {
    return `The body has ${call.body.length} bytes, and the broker takes ${this.bodyBytesMax}.`;
  }

  #refuse(call: Call, code: string, text = sentenceOf(code)): void {
    this.#remove(call);
    call.refused(code, text);
  }

  #remove(call: Call): void {
    call.state = CallState.ENDED;
    if (call.line !== null) this.#timeouts.remove(call);
    if (call.number !== 0) this.#calls.delete(call);
    if (this.#retired) this.#endIfDone();
  }

  #endIfDone(): void {
    if (this.ended || this.#calls.size > 0) return;
    if (this.isOpen) this.batch.begin(Verb.BYE, 0, 0, 0, 0);
    this.ended = true;
  }
}

/** Whether it hands in a job; other calls ask for one that is kept already. */
function isSubmit({ kept }: Call): boolean {
  return kept === null || kept.verb === Verb.SUBMIT;
}
