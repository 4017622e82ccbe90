import type { Client } from '../core/client.ts';
import type { ClientOutbox } from '../core/outbox.ts';
import type { Member } from './member.ts';
import type { Notes } from './notes.ts';
import type { Pace } from './pace.ts';
import { type ChatRefusal, sentence } from './refusals.ts';
import type { Room } from './room.ts';
import type { ChatEvent, Reply } from './words.ts';

/** Finished orders whose last reply is remembered, in case it did not arrive. */
const FINISHED_MAX = 256;
const encoder = new TextEncoder();

export function encode(word: Reply | ChatEvent): Uint8Array {
  return encoder.encode(JSON.stringify(word));
}

/** What was replied to an order. */
interface Told {
  readonly word: Uint8Array | null;
  readonly isLast: boolean;
}

const NOTHING_YET: Told = { word: null, isLast: false };

/** Somebody who chats: a client with a nick. */
export class Person {
  readonly client: Client;
  nick: string;
  /** What proves that the nick is this person's; empty for nothing. */
  key: string;
  /** The rooms that the person is in. */
  readonly members = new Map<Room, Member>();
  readonly pace: Pace;
  /** Where the person is told things: the connection that it entered on; null while it is away. */
  outbox: ClientOutbox | null = null;
  /** When it was last told that nothing is done with what it says. */
  warnedAt = Number.NEGATIVE_INFINITY;
  /** The identity of the person, and of what it says, in front of the order's number: others learn nothing else from it. */
  readonly id: string;
  readonly #notes: Notes;
  /** Something was not told because the store, which is closed, may not have it. */
  #isOwed = false;
  /** The last reply to what was said. */
  readonly #said = new Map<number, Told>();

  constructor(client: Client, id: string, nick: string, key: string, pace: Pace, notes: Notes) {
    this.client = client;
    this.#notes = notes;
    this.id = id;
    this.nick = nick;
    this.key = key;
    this.pace = pace;
  }

  /** Whether it can be told things now. */
  get isHere(): boolean {
    return this.outbox !== null && this.client.outbox === this.outbox;
  }

  tell(word: Reply | ChatEvent, durable = false): void {
    this.say(encode(word), durable);
  }

  /** The same with a word that is encoded already. */
  say(word: Uint8Array, durable = false): void {
    if (!this.isHere) return;
    if (durable && this.#notes.isShut) this.#isOwed = true;
    else this.outbox!.chat(word, durable);
  }

  /** The store is open again: who was not told something enters anew, and is told. */
  reopened(): void {
    if (this.#isOwed && this.isHere) this.outbox!.again();
    this.#isOwed = false;
  }

  refuse(n: number, code: ChatRefusal): void {
    this.tell({ re: n, error: code, text: sentence(code) });
  }

  notice(code: string, text: string): void {
    this.tell({ event: 'notice', code, text });
  }

  /** Whether the order is new; of one that is known, what was replied last is said again. */
  begin(n: number): boolean {
    const known = this.#said.get(n);
    if (known === undefined) this.#said.set(n, NOTHING_YET);
    else if (known.word !== null) this.say(known.word, true);
    return known === undefined;
  }

  /** What was said is taken; there is another reply to come. */
  sent(n: number, seq: number, durable: boolean): void {
    const word = encode({ re: n, state: 'sent', seq });
    this.#said.set(n, { word, isLast: false });
    this.say(word, durable);
  }

  /** It may not be taken after all: that it is is not said again. */
  doubt(n: number): void {
    if (this.#said.get(n)?.isLast === false) this.#said.set(n, NOTHING_YET);
  }

  /** The order was not taken: it may come again. */
  undo(n: number): void {
    this.#said.delete(n);
  }

  /** The last reply to an order. */
  finish(n: number, reply: Reply, durable = false): void {
    const word = encode(reply);
    this.say(word, durable);
    this.#said.delete(n);
    this.#said.set(n, { word, isLast: true });
    if (this.#said.size <= 2 * FINISHED_MAX) return;
    let tooMany = this.#said.size - FINISHED_MAX;
    for (const [old, { isLast }] of this.#said) {
      if (tooMany-- <= 0) return;
      if (isLast) this.#said.delete(old);
    }
  }

  fail(n: number, code: ChatRefusal, text: string = sentence(code)): void {
    this.finish(n, { re: n, error: code, text });
  }
}
