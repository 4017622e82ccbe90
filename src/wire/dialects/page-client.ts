import type { Client } from '../../core/client.ts';
import { Deaf } from '../../core/deaf.ts';
import { sentenceOf } from '../../errors.ts';
import type { Connection, Dialect, Door } from '../door.ts';

const INSTANCE = /^[0-9a-f]{32}$/;
const NAME_CHARS_MAX = 64;
const FIRST =
  'The first order of a connection is enter, with an instance of 32 hexadecimal digits.';

/**
 * A page at /chat: each message is one JSON text, an order one way and a word of the chat the other. It hands in no jobs,
 * so of all that a client can be told only words of the chat reach it. A message without frames asks the host to end the
 * connection.
 */
class PageClient extends Deaf implements Connection {
  readonly side = 'client';
  readonly dialect = 'page';
  readonly #door: Door;
  readonly #routingId: Uint8Array;
  #client: Client | null = null;
  #out: Uint8Array[] = [];
  /** Words that leave when what they reveal is durable. */
  #durables: Uint8Array[] = [];
  #written = false;
  #over = false;

  constructor(door: Door, routingId: Uint8Array) {
    super();
    this.#door = door;
    this.#routingId = routingId;
  }

  receive(now: number, frames: Uint8Array[]): void {
    if (this.#over) return;
    const order = textOf(frames[0]!);
    if (!this.#standing && !this.#enter(order)) return;
    this.#door.broker.state.company.ordered(now, this.#client!, order);
  }

  ended(now: number): void {
    if (this.#standing) this.#door.broker.clientAway(now, this.#client!);
    this.#leave();
  }

  dropped(now: number): void {
    if (this.#standing) this.#door.broker.clientGone(now, this.#client!);
    this.#leave();
  }

  flush(): void {
    const out = this.#out;
    const durables = this.#durables;
    this.#out = [];
    this.#durables = [];
    this.#written = false;
    this.#send(out);
    if (durables.length > 0) this.#hold(durables);
    if (this.#over) this.#door.host.send(this.#routingId, []);
  }

  pulse(): void {}

  override chat(word: Uint8Array, durable: boolean): void {
    (durable ? this.#durables : this.#out).push(new Uint8Array(word));
    this.#touch();
  }

  /** What it has was lost from memory: it is to come again, and enter anew. */
  override again(): void {
    this.#over = true;
    this.#touch();
  }

  get #standing(): boolean {
    return this.#client !== null && this.#client.outbox === this;
  }

  /** Whether the order says who this is. */
  #enter(order: string): boolean {
    const person = personIn(order);
    if (person === null) {
      this.#door.drop('chat-first');
      this.chat(refusal('CHAT_FIRST', FIRST), false);
      return false;
    }
    this.#client = this.#door.broker.hello(person.instance, person.nick, this.dialect, this);
    return true;
  }

  #leave(): void {
    this.#client = null;
    this.#over = true;
  }

  #touch(): void {
    if (!this.#written) this.#door.wrote(this);
    this.#written = true;
  }

  #hold(words: readonly Uint8Array[]): void {
    const client = this.#client;
    const drop = () => {
      if (this.#client !== client) return;
      this.again();
      this.flush();
    };
    const release = () => {
      if (this.#client === client) this.#send(words);
    };
    this.#door.hold({ release, drop });
  }

  #send(words: readonly Uint8Array[]): void {
    if (this.#over) return;
    for (const word of words) this.#door.host.send(this.#routingId, [word]);
  }
}

function textOf(frame: Uint8Array): string {
  return Buffer.from(frame.buffer, frame.byteOffset, frame.length).toString();
}

/** Whom an `enter` names; null for any other order. */
function personIn(order: string): { instance: string; nick: string } | null {
  let words: { do?: unknown; instance?: unknown; nick?: unknown } | null;
  try {
    words = JSON.parse(order);
  } catch {
    return null;
  }
  if (words?.do !== 'enter' || typeof words.instance !== 'string') return null;
  if (!INSTANCE.test(words.instance)) return null;
  const nick = typeof words.nick === 'string' ? words.nick : '';
  return {
    instance: words.instance,
    nick: nick.slice(0, NAME_CHARS_MAX).replace(/[\p{C}\uFFFD]/gu, ''),
  };
}

function refusal(code: string, text: string): Uint8Array {
  return Buffer.from(JSON.stringify({ re: 0, error: code, text }));
}

export const pageClients: Dialect = {
  recognises: (frames) => frames.length === 1,
  open: (door, routingId): Connection => new PageClient(door, routingId),
  turnAway(door, routingId) {
    const code = 'CONNECTIONS_MAX';
    door.host.send(routingId, [refusal(code, sentenceOf(code))]);
    door.host.send(routingId, []);
  },
};
