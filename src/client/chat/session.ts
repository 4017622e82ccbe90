import type { RoomKind, RoomLine, RoomView } from '../../chat/words.ts';
import { LatidoError } from '../../errors.ts';
import { Message } from './message.ts';
import type { ChatNews } from './news.ts';
import type { RoomState } from './room.ts';

/** Who somebody is in the chat. */
export interface Person {
  readonly nick: string;
  /** A secret of the person: what is kept for the nick is given to nobody without it. Empty for none. */
  readonly key: string;
  /** 32 hexadecimal digits, drawn for this session; left out where the connection has said it already. */
  readonly instance?: string;
}

/** Where orders go: one JSON text each. It is asked only between `opened` and `closed`. */
export interface ChatWire {
  send(order: string): void;
}

/**
 * A client's side of the chat protocol, without socket, timer and clock; it runs in a browser too. What is said without
 * a connection waits for one. Whoever drives it calls `tick` after everything that was called, and when it is due.
 */
export class ChatSession {
  /** The rooms that the person is in. */
  readonly rooms: ReadonlyMap<string, RoomState> = new Map();
  #nick: string;
  #messages = 0;
  #online = false;
  readonly #wire: ChatWire;
  readonly #onNews: (news: ChatNews) => void;

  constructor(person: Person, wire: ChatWire, onNews: (news: ChatNews) => void) {
    this.#nick = person.nick;
    this.#wire = wire;
    this.#onNews = onNews;
  }

  get nick(): string {
    return this.#nick;
  }

  /** Whether the broker knows the person now. */
  get online(): boolean {
    return this.#online;
  }

  /** A connection stands. */
  opened(_now: number): void {}

  /** It has ended: everything waits. */
  closed(_now: number): void {
    this.#onNews({ news: 'offline' });
  }

  /** An event or a reply; what is malformed is ignored. */
  receive(_now: number, _text: string): void {}

  /** Does what is due; returns when the next is. */
  tick(_now: number): number {
    return Number.POSITIVE_INFINITY;
  }

  /** Goes to a room; without a name the broker finds one. */
  join(_room?: string, _kind?: RoomKind): Promise<RoomView> {
    return Promise.reject(new LatidoError('CLOSED'));
  }

  leave(_room: string): Promise<void> {
    return Promise.reject(new LatidoError('CLOSED'));
  }

  /** Another nick; the one that counts from then on. After a refusal it is what the person enters with. */
  rename(_nick: string): Promise<string> {
    return Promise.reject(new LatidoError('CLOSED'));
  }

  who(_room: string): Promise<RoomView> {
    return Promise.reject(new LatidoError('CLOSED'));
  }

  /** The rooms that there are. */
  list(): Promise<readonly RoomLine[]> {
    return Promise.reject(new LatidoError('CLOSED'));
  }

  subscribe(_room: string): Promise<void> {
    return Promise.reject(new LatidoError('CLOSED'));
  }

  unsubscribe(_room: string): Promise<void> {
    return Promise.reject(new LatidoError('CLOSED'));
  }

  take(_room: string, _on: boolean): Promise<void> {
    return Promise.reject(new LatidoError('CLOSED'));
  }

  say(room: string, text: string): Message {
    return new Message(++this.#messages, room, '', text);
  }

  /** Says it to one person. */
  msg(to: string, text: string): Message {
    return new Message(++this.#messages, '', to, text);
  }

  /** Leaves for good: others are told at once, and what was not done ends CLOSED. */
  exit(): void {
    this.#wire.send('{"do":"exit"}');
  }
}
