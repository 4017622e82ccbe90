/** One member of a room, by as few bytes and steps as its server's protocol asks for: what is measured is the server. */

import { randomBytes } from 'node:crypto';
import { Dealer } from 'zeromq';
import { Batch, NO_SESSION, type Session } from '../src/wire/batch.ts';
import { encodeOptions } from '../src/wire/items.ts';
import { Reader } from '../src/wire/reader.ts';
import { Flag, Tag, Verb } from '../src/wire/verbs.ts';

/** `{"event":"said"` and `…"state":"delivered"` are told from the rest by a byte or two. */
const EVENT_SAID = Buffer.from('{"event":"said"');
const DELIVERED = Buffer.from('"state":"delivered"');
const JOINED = Buffer.from('"joined"');
const ERROR = Buffer.from('"error"');
const options = { linger: 0, sendHighWaterMark: 0, receiveHighWaterMark: 0 };

/** What is done with what a member is told. */
export interface Hearing {
  joined(): void;
  /** Something another member has said; its bytes hold the text. */
  said(message: Buffer): void;
  /** What this member said has been given to all. */
  delivered(member: ChatMember): void;
}

export interface ChatMember {
  say(text: string): void;
}

/** A member of a room of the chat, over the native protocol. */
export class LatidoMember implements ChatMember {
  readonly #socket: Dealer;
  readonly #room: string;
  readonly #hearing: Hearing;
  #session: Session = NO_SESSION;
  #batch = new Batch();
  #n = 1;
  #sending = false;
  #queue: Uint8Array[][] = [];
  #planned = false;

  constructor(address: string, nick: string, room: string, hearing: Hearing) {
    this.#socket = new Dealer(options);
    this.#room = room;
    this.#hearing = hearing;
    this.#socket.connect(address);
    this.#batch.begin(Verb.HELLO, Flag.OPTIONS, 1, 0, 0);
    this.#batch.raw(encodeOptions([[Tag.INSTANCE, randomBytes(16)]]));
    this.#flush();
    void this.#receive(nick);
  }

  say(text: string): void {
    this.#n++;
    this.#order({ n: this.#n, do: 'say', room: this.#room, text });
  }

  #order(order: object): void {
    const body = Buffer.from(JSON.stringify(order));
    this.#batch.begin(Verb.CHAT, 0, 0, 0, 0);
    this.#batch.body(body, 0, body.length);
    if (this.#planned) return;
    this.#planned = true;
    setImmediate(() => {
      this.#planned = false;
      this.#flush();
    });
  }

  #flush(): void {
    this.#queue.push(...this.#batch.take(this.#session, 0));
    if (!this.#sending) void this.#send();
  }

  async #send(): Promise<void> {
    this.#sending = true;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      await this.#socket.send(next);
    }
    this.#sending = false;
  }

  async #receive(nick: string): Promise<void> {
    for await (const frames of this.#socket) {
      const reader = new Reader(frames);
      while (reader.next()) this.#record(reader, nick);
    }
  }

  #record(reader: Reader, nick: string): void {
    if (reader.verb === Verb.WELCOME) {
      this.#session = { low: reader.sessionLow, high: reader.sessionHigh };
      this.#order({ n: 0, do: 'enter', nick, key: '', rooms: [], mail: 0 });
      this.#order({ n: 1, do: 'join', room: this.#room });
      return;
    }
    if (reader.verb !== Verb.CHAT) return;
    const { buffer, byteOffset } = reader.body;
    const word = Buffer.from(buffer, byteOffset + reader.bodyAt, reader.bodyLength);
    if (EVENT_SAID.compare(word, 0, EVENT_SAID.length) === 0) this.#hearing.said(word);
    else if (word.includes(DELIVERED)) this.#hearing.delivered(this);
    else if (word.includes(JOINED)) this.#hearing.joined();
    else if (word.includes(ERROR)) throw new Error(word.toString());
  }
}

/** A member of a room of the plain server. */
export class PlainMember implements ChatMember {
  readonly #socket: Dealer;
  readonly #hearing: Hearing;
  #isIn = false;
  #sending = false;
  #queue: Buffer[] = [];

  constructor(address: string, _nick: string, room: string, hearing: Hearing) {
    this.#socket = new Dealer(options);
    this.#hearing = hearing;
    this.#socket.connect(address);
    this.#queue.push(Buffer.concat([Buffer.of(0), Buffer.from(room)]));
    void this.#send();
    void this.#receive();
  }

  say(text: string): void {
    this.#queue.push(Buffer.from(text));
    if (!this.#sending) void this.#send();
  }

  async #send(): Promise<void> {
    this.#sending = true;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      await this.#socket.send(next);
    }
    this.#sending = false;
  }

  async #receive(): Promise<void> {
    for await (const [message] of this.#socket) {
      if (message!.length > 1) this.#hearing.said(message!);
      else if (this.#isIn) this.#hearing.delivered(this);
      else {
        this.#isIn = true;
        this.#hearing.joined();
      }
    }
  }
}
