import { codeOf } from '../errors.ts';
import { Batch, NO_SESSION, type Session } from './batch.ts';
import type { Driven } from './dealer.ts';
import type { PeerEvent } from './peer-event.ts';
import { Reader } from './reader.ts';
import { tell } from './tell.ts';
import { NO_CALL, Verb } from './verbs.ts';
import { bodyBytesMaxIn } from './welcome.ts';

/** A WHO may be about the connection before this one: the news of the new one is just behind it. */
const WHO_MS = 20;
/** How soon a session that was refused is asked for again. */
const REFUSED_MS = 1000;

const GREETING_MAX = 0xffff;

const State = { ABSENT: 0, GREETING: 1, OPEN: 2 } as const;

/**
 * What a client's and a worker's side of the protocol share: getting a session, and getting one again.
 *
 * ```
 *           connected: greet           WELCOME
 *   absent ─────────────────▶ greeting ────────▶ open
 *     ▲                        │    ▲     WHO     │
 *     └────── disconnected ────┴────┴─────────────┘
 * ```
 */
export abstract class PeerSession implements Driven {
  ended = false;
  protected batch = new Batch();
  protected session: Session = NO_SESSION;
  protected bodyBytesMax = Number.POSITIVE_INFINITY;
  /** The number of the last greeting, not 0: its welcome repeats it. */
  protected greeting = 0;
  #state: (typeof State)[keyof typeof State] = State.ABSENT;
  #greetAt = Number.POSITIVE_INFINITY;
  /** The session before this one. */
  #last: Session = NO_SESSION;
  readonly #onEvent: ((event: PeerEvent) => void) | undefined;

  constructor(onEvent: ((event: PeerEvent) => void) | undefined) {
    this.#onEvent = onEvent;
  }

  protected get isAbsent(): boolean {
    return this.#state === State.ABSENT;
  }

  protected get isOpen(): boolean {
    return this.#state === State.OPEN;
  }

  /** A connection stands: greeting is the first word on it. */
  connected(now: number): void {
    if (!this.ended) this.#greet(now);
  }

  disconnected(_now: number): void {
    if (this.isOpen) this.say('disconnected', '');
    if (this.session !== NO_SESSION) this.#last = this.session;
    this.#state = State.ABSENT;
    this.#greetAt = Number.POSITIVE_INFINITY;
    this.batch = new Batch();
  }

  receive(now: number, frames: Uint8Array[]): void {
    const reader = new Reader(frames);
    let current = this.#isCurrent(reader);
    while (reader.next()) {
      if (this.#ofSession(now, reader)) current = this.#isCurrent(reader);
      else if (current) this.record(now, reader);
      else if (this.#isLate(reader)) this.late(reader);
    }
    if (current) this.received(now, reader);
  }

  abstract take(now: number): Uint8Array[][];
  abstract tick(now: number): number;

  /** Writes the first words of a new session into the empty batch. */
  protected abstract greet(now: number): void;
  /** The session is open; the record is its WELCOME. */
  protected abstract welcomed(now: number, reader: Reader): void;
  /** A record of the open session. */
  protected abstract record(now: number, reader: Reader): void;
  /** A record of the session before: the news that its connection ended has overtaken it. */
  protected late(_reader: Reader): void {}
  /** All records of a message of the open session have been read. */
  protected abstract received(now: number, reader: Reader): void;

  /** Greets again when that is due; returns when it will be. */
  protected greetIfDue(now: number): number {
    if (now >= this.#greetAt) this.#greet(now);
    return this.#greetAt;
  }

  protected say(kind: PeerEvent['kind'], detail: string): void {
    if (this.#onEvent !== undefined) tell(this.#onEvent, { kind, detail });
  }

  #greet(now: number): void {
    if (this.session !== NO_SESSION) this.#last = this.session;
    this.#state = State.GREETING;
    this.#greetAt = Number.POSITIVE_INFINITY;
    this.session = NO_SESSION;
    this.batch = new Batch();
    this.greeting = (this.greeting % GREETING_MAX) + 1;
    this.greet(now);
  }

  /** Whether the record was about the session itself, and is dealt with. */
  #ofSession(now: number, reader: Reader): boolean {
    if (reader.verb === Verb.WELCOME) {
      this.#welcome(now, reader);
      return true;
    }
    if (reader.verb === Verb.WHO) {
      if (this.isOpen) this.#greetAt = Math.min(this.#greetAt, now + WHO_MS);
      return true;
    }
    if (reader.verb !== Verb.REFUSE || reader.a !== NO_CALL) return false;
    this.#refused(now, reader);
    return true;
  }

  #welcome(now: number, reader: Reader): void {
    if (this.isAbsent || this.ended) return;
    // A greeting may wait in the socket for the next connection, and leave in front of the one that belongs to that.
    if (reader.type !== 0 && reader.type !== this.greeting) return;
    // Where the broker does not repeat the number: a welcome that nobody waits for belongs to an earlier greeting. Which
    // one counts is unknown, so greet again.
    if (this.isOpen) {
      this.#greet(now);
      return;
    }
    this.#state = State.OPEN;
    this.#greetAt = Number.POSITIVE_INFINITY;
    this.session = { low: reader.sessionLow, high: reader.sessionHigh };
    this.bodyBytesMax = bodyBytesMaxIn(reader);
    this.welcomed(now, reader);
    this.say('connected', '');
  }

  #refused(now: number, reader: Reader): void {
    if (!this.isAbsent) this.#state = State.GREETING;
    this.#greetAt = now + REFUSED_MS;
    this.say('refused', `${codeOf(reader.b)}: ${reader.bodyText()}`);
  }

  #isLate(reader: Reader): boolean {
    return this.#last !== NO_SESSION && isOf(this.#last, reader);
  }

  #isCurrent(reader: Reader): boolean {
    return this.isOpen && isOf(this.session, reader);
  }
}

function isOf({ low, high }: Session, reader: Reader): boolean {
  return reader.sessionLow === low && reader.sessionHigh === high;
}
