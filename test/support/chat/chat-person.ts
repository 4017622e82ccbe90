import { type ChatNews, ChatSession, type Message, type RoomKind } from '../../../src/web.ts';
import { ChatPeer } from './chat-peer.ts';
import type { ChatWorld } from './chat-world.ts';

/** A person behind a real session: what counts is what is shown. */
export class ChatPerson extends ChatPeer {
  readonly news: ChatNews[] = [];
  readonly session: ChatSession;
  /** What was asked for, and the codes of what was refused. */
  readonly asked: Promise<unknown>[] = [];
  readonly refusals: string[] = [];

  constructor(world: ChatWorld, nick: string, key: string, instance: string) {
    super(world, instance);
    this.session = new ChatSession({ nick, key }, this, (news) => this.news.push(news));
  }

  /** Goes to rooms, and is there. */
  in(...rooms: string[]): this {
    for (const room of rooms) this.join(room);
    this.world.settle();
    return this;
  }

  join(room?: string, kind?: RoomKind): void {
    this.do(this.session.join(room, kind));
  }

  /** What is refused is told as news of its own. */
  do(asked: Promise<unknown>): void {
    this.asked.push(asked.catch(({ code }) => this.refusals.push(code)));
  }

  say(room: string, text: string): Message {
    return this.session.say(room, text);
  }

  msg(to: string, text: string): Message {
    return this.session.msg(to, text);
  }

  /** What was shown in a room, in order. */
  shown(room: string): string[] {
    return this.news.flatMap((news) =>
      news.news === 'said' && news.room === room ? [news.said.text] : [],
    );
  }

  /** Who came and went, in order. */
  get people(): string[] {
    return this.news.flatMap((news) => {
      if (news.news === 'renamed') return [`${news.was}=${news.is}`];
      if (news.news !== 'people') return [];
      return [...news.came.map((nick) => `+${nick}`), ...news.went.map((nick) => `-${nick}`)];
    });
  }

  notices(): string[] {
    return this.news.flatMap((news) => (news.news === 'notice' ? [news.code] : []));
  }

  has(news: ChatNews['news']): boolean {
    return this.news.some((each) => each.news === news);
  }

  /** Comes back after the connection was lost. */
  back(): void {
    this.connect();
    this.world.settle();
  }

  exit(): void {
    this.session.exit();
    this.world.settle();
    if (this.isConnected) this.gone();
  }

  protected override opened(): void {
    this.session.opened(this.world.now);
  }

  protected override closed(): void {
    this.session.closed(this.world.now);
  }

  protected override heard(word: string): void {
    this.session.receive(this.world.now, word);
  }
}

/** Somebody who sends what it likes. */
export class RawPeer extends ChatPeer {
  readonly words: Record<string, unknown>[] = [];

  order(...orders: (object | string)[]): void {
    for (const order of orders)
      this.send(typeof order === 'string' ? order : JSON.stringify(order));
    this.world.settle();
  }

  enter(nick: string, more: object = {}): void {
    this.order({ n: 0, do: 'enter', nick, key: '', rooms: [], mail: 0, ...more });
  }

  /** The replies to an order. */
  replies(n: number): Record<string, unknown>[] {
    return this.words.filter(({ re }) => re === n);
  }

  protected override heard(word: string): void {
    this.words.push(JSON.parse(word));
  }
}
