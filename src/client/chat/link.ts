import type { EnterOrder, Place } from '../../chat/words.ts';
import { sentenceOf } from '../../errors.ts';
import { viewsIn, type Words, wordsIn } from './heard.ts';
import type { ChatNews } from './news.ts';
import { Orders, type Wish } from './orders.ts';
import { Places } from './places.ts';
import type { RoomState } from './room.ts';

/** Events that wait for the reply which says what they belong to; more are asked for again. */
const PARKED_MAX = 1000;

/** Who somebody is in the chat. */
export interface Person {
  readonly nick: string;
  /** A secret of the person: what is kept for the nick is given to nobody without it. Empty for none. */
  readonly key: string;
  /** 32 hexadecimal digits, drawn for this session; left out where the connection has said it already. */
  readonly instance?: string;
  /** What an earlier session of the same instance has left. */
  readonly memory?: ChatMemory;
}

/** What is to be known of a session so that another can go on where it was: a page that is loaded again, say. */
export interface ChatMemory {
  /** The number of its last order. */
  readonly order: number;
  readonly rooms: readonly Place[];
  /** The number of the last private message that was shown. */
  readonly mail: number;
}

/** Where orders go: one JSON text each. It is asked only between `opened` and `closed`. */
export interface ChatWire {
  send(order: string): void;
}

type State = 'closed' | 'entering' | 'refused' | 'online' | 'over';

/**
 * Gets a person into the chat, and again when the connection was lost.
 *
 * ```
 *            opened               reply
 *   closed ──────────▶ entering ─────────▶ online
 *     ▲                 │   ▲ rename         │
 *     │           error ▼   │                │
 *     ├──────────────── refused              │
 *     └───────────── closed ─────────────────┘
 * ```
 */
export abstract class ChatLink {
  /** The rooms that the person is in. */
  readonly rooms: ReadonlyMap<string, RoomState>;
  protected readonly orders: Orders;
  protected readonly places: Places;
  protected readonly onNews: (news: ChatNews) => void;
  #nick: string;
  #state: State = 'closed';
  /** The nick was refused the last time. */
  #needsNick = false;
  /** The nick that is tried in its place. */
  #renaming: Wish | null = null;
  #parked: Words[] = [];
  readonly #person: Person;
  readonly #send: (order: string) => void;

  constructor(person: Person, wire: ChatWire, onNews: (news: ChatNews) => void) {
    this.#nick = person.nick;
    this.onNews = onNews;
    this.#person = person;
    this.#send = (order) => wire.send(order);
    const memory = person.memory ?? { order: 0, rooms: [], mail: 0 };
    this.orders = new Orders(memory.order);
    this.places = new Places(onNews, (order) => wire.send(JSON.stringify(order)), memory);
    this.rooms = this.places.rooms;
  }

  get nick(): string {
    return this.#nick;
  }

  /** Whether the broker knows the person now. */
  get online(): boolean {
    return this.#state === 'online';
  }

  /** What the next session of the same instance is to know; what is on its way is not in it. */
  get memory(): ChatMemory {
    return { order: this.orders.last, ...this.places.words() };
  }

  /** A connection stands. */
  opened(now: number): void {
    this.closed(now);
    if (this.#state === 'closed') this.#enter();
  }

  /** It has ended: everything waits. */
  closed(_now: number): void {
    const wasOnline = this.online;
    this.#parked = [];
    if (this.#state !== 'over') this.#state = 'closed';
    if (wasOnline) this.onNews({ news: 'offline' });
  }

  /** An event or a reply; what is malformed is ignored. */
  receive(now: number, text: string): void {
    const words = this.#state === 'closed' || this.#state === 'over' ? null : wordsIn(text);
    if (words === null) return;
    const { event, re } = words;
    if (typeof event === 'string') this.#event(now, words);
    else if (typeof re !== 'number') return;
    else if (re > 0) this.#replied(now, re, words);
    else if (this.#state === 'entering') this.#ofEnter(now, words);
    else if (typeof words.error === 'string') this.#notice(words.error, words.text);
  }

  /** Does what is due; returns when the next is. */
  tick(now: number): number {
    return this.online ? this.places.tick(now) : Number.POSITIVE_INFINITY;
  }

  /** Leaves for good: others are told at once, and what was not done ends CLOSED. */
  exit(): void {
    if (this.#state === 'over') return;
    if (this.online) this.places.tell();
    if (this.#state !== 'closed') this.#send('{"do":"exit"}');
    this.#state = 'over';
    this.#renaming?.failed('CLOSED', sentenceOf('CLOSED'));
    this.orders.fail('CLOSED', sentenceOf('CLOSED'));
  }

  /** The nick counts from now on. Each has a mailbox of its own. */
  protected called(nick: string): void {
    if (!isSame(nick, this.#nick)) this.places.otherMailbox();
    this.#nick = nick;
  }

  /** Told once more what has been shown, the broker gives it to nobody else when the person leaves. */
  protected leaves(room: string): void {
    if (this.online) this.places.tell();
    this.places.leaves(room);
  }

  /** Has it done, as soon as the person is online. */
  protected wish(wish: Wish): void {
    if (this.#state === 'over') {
      wish.failed('CLOSED', sentenceOf('CLOSED'));
      return;
    }
    this.orders.add(wish);
    if (this.online) this.orders.send(this.#send);
    else if (this.#state === 'refused') this.#enterRenamed();
  }

  #enter(): void {
    this.#state = 'entering';
    if (this.#needsNick) this.#renaming ??= this.orders.withdraw(isNick);
    const { instance, key } = this.#person;
    const nick = (this.#renaming?.words.nick as string | undefined) ?? this.#nick;
    const where = this.places.wordsToEnter();
    const order: EnterOrder = {
      n: 0,
      do: 'enter',
      ...(instance !== undefined && { instance }),
      nick,
      key,
      ...where,
      mail: isSame(nick, this.#nick) ? where.mail : 0,
    };
    this.#send(JSON.stringify(order));
  }

  /** Tries with the nick that somebody has asked for meanwhile. */
  #enterRenamed(): void {
    this.#renaming = this.orders.withdraw(isNick);
    if (this.#renaming !== null) this.#enter();
  }

  #ofEnter(now: number, words: Words): void {
    const { nick, error, text } = words;
    const views = viewsIn(words.rooms);
    if (typeof error === 'string') this.#refused(error, text);
    else if (views !== null && typeof nick === 'string') {
      this.#needsNick = false;
      this.called(nick);
      this.#state = 'online';
      // Before anybody hears of it, who may make new orders: numbers rise on the wire.
      this.orders.repeat(this.#send);
      const gone = this.places.know(views);
      this.onNews({ news: 'online', nick, rooms: [...this.rooms.values()] });
      for (const room of gone) if (!this.places.isLeft(room)) this.onNews({ news: 'gone', room });
      this.#renaming?.replied(words);
      this.#renaming = null;
      this.places.resume(now, views);
      this.#unpark(now);
      this.orders.send(this.#send);
    }
  }

  #refused(code: string, given: unknown): void {
    const text = typeof given === 'string' ? given : sentenceOf(code);
    this.#state = 'refused';
    this.#needsNick = true;
    this.#renaming?.failed(code, text);
    this.#renaming = null;
    this.onNews({ news: 'refused', code, text });
    // Who was told may have called `rename`, which has entered again, or `exit`.
    if (this.#state === 'refused') this.#enterRenamed();
  }

  #replied(now: number, n: number, reply: Words): void {
    this.orders.replied(n, reply);
    this.#unpark(now);
    if (this.online) this.orders.send(this.#send);
  }

  #event(now: number, event: Words): void {
    const { code } = event;
    if (event.event === 'closing') this.onNews({ news: 'closing' });
    else if (event.event !== 'notice') this.#heard(now, event);
    else if (typeof code === 'string') this.#notice(code, event.text);
  }

  /**
   * What belongs to a room may overtake the reply that says that the person is there. What comes before the reply to `enter` was
   * said before that was heard: it comes again behind it, and what is missing before it, too.
   */
  #heard(now: number, event: Words): void {
    if (!this.online || this.places.heard(now, event) || !this.orders.some(isJoin)) return;
    if (this.#parked.length < PARKED_MAX) this.#parked.push(event);
  }

  #unpark(now: number): void {
    if (this.#parked.length === 0) return;
    for (const event of this.#parked.splice(0)) this.#heard(now, event);
  }

  #notice(code: string, text: unknown): void {
    const shown = typeof text === 'string' ? text : sentenceOf(code);
    this.onNews({ news: 'notice', code, text: shown });
  }
}

/** Two nicks are the same when only case tells them apart. */
function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function isNick(words: Words): boolean {
  return words.do === 'nick';
}

function isJoin(words: Words): boolean {
  return words.do === 'join';
}
