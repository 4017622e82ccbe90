import type { RoomKind, RoomLine, RoomView } from '../../chat/words.ts';
import { LatidoError } from '../../errors.ts';
import { clock, type Dealer } from '../../wire/dealer.ts';
import { tell } from '../../wire/tell.ts';
import { Inbox } from './inbox.ts';
import type { Message } from './message.ts';
import type { ChatNews } from './news.ts';
import type { RoomState } from './room.ts';
import { ChatSession } from './session.ts';
import type { TalkingSession } from './talking.ts';

export interface ChatSettings {
  /** 1 to 24 letters, digits, `_` and `-`. */
  readonly nick: string;
  /** A secret of the person: with it, what is kept for the nick is given to nobody else. */
  readonly key?: string | undefined;
  /** Hears of everything, in order; without it news wait until somebody iterates over the chat. */
  readonly onNews?: ((news: ChatNews) => void) | undefined;
}

/**
 * One person in the chat, over a client's connection: `for await (const news of chat)`, or `onNews`. What is said and asked
 * for without a connection waits for one. Of news that nobody takes the last 10,000 are kept.
 */
export class Chat implements AsyncIterable<ChatNews> {
  readonly #session: ChatSession;
  readonly #carrier: TalkingSession;
  readonly #dealer: Dealer;
  readonly #inbox = new Inbox<ChatNews>();

  constructor(carrier: TalkingSession, dealer: Dealer, settings: ChatSettings) {
    const { nick, key = '', onNews } = settings;
    checkText('nick', nick);
    checkText('key', key);
    this.#carrier = carrier;
    this.#dealer = dealer;
    this.#session = new ChatSession(
      { nick, key },
      { send: (order) => carrier.order(order) },
      (news) => (onNews === undefined ? this.#inbox.push(news) : tell(onNews, news)),
    );
    carrier.begin(clock(), this.#session);
    dealer.wake();
  }

  get nick(): string {
    return this.#session.nick;
  }

  /** The rooms that the person is in. */
  get rooms(): ReadonlyMap<string, RoomState> {
    return this.#session.rooms;
  }

  /** Whether the broker knows the person now. */
  get online(): boolean {
    return this.#session.online;
  }

  /** Goes to a room; without a name the broker finds one. The kind counts where the room is made by this. */
  join(room?: string, kind?: RoomKind): Promise<RoomView> {
    return this.#soon(this.#session.join(room, kind));
  }

  leave(room: string): Promise<void> {
    return this.#soon(this.#session.leave(room));
  }

  /** Another nick; resolves with the one that counts. After news `refused` it is what the person enters with. */
  rename(nick: string): Promise<string> {
    return this.#soon(this.#session.rename(nick));
  }

  /** The room with those who are there. */
  who(room: string): Promise<RoomView> {
    return this.#soon(this.#session.who(room));
  }

  /** The rooms that there are. */
  list(): Promise<readonly RoomLine[]> {
    return this.#soon(this.#session.list());
  }

  /** What is said in a durable room waits for the person from now on. */
  subscribe(room: string): Promise<void> {
    return this.#soon(this.#session.subscribe(room));
  }

  unsubscribe(room: string): Promise<void> {
    return this.#soon(this.#session.unsubscribe(room));
  }

  /** Whether the person takes in a queue room, or only gives. */
  take(room: string, on: boolean): Promise<void> {
    return this.#soon(this.#session.take(room, on));
  }

  /** Says it in a room. */
  say(room: string, text: string): Message {
    return this.#soon(this.#session.say(room, text));
  }

  /** Says it to one person, whose it is also when they are away. */
  msg(to: string, text: string): Message {
    return this.#soon(this.#session.msg(to, text));
  }

  /** Leaves for good: others are told at once, what was not done ends CLOSED, and iterations end. */
  close(): void {
    this.#carrier.hush();
    this.#dealer.wake();
    this.#inbox.end();
  }

  [Symbol.asyncIterator](): AsyncGenerator<ChatNews, void, undefined> {
    return this.#inbox[Symbol.asyncIterator]();
  }

  /** Something was written, or waits: it leaves at the end of this pass of the loop. */
  #soon<T>(value: T): T {
    this.#dealer.wake();
    return value;
  }
}

function checkText(name: string, value: unknown): void {
  if (typeof value === 'string') return;
  throw new LatidoError(
    'OPTION_INVALID',
    `option '${name}' must be a string, got ${String(value)}`,
  );
}
