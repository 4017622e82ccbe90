/** A person's session and a broker's side that is no broker, with a wire between them that a test moves and cuts. */

import type { Order, RoomKind } from '../../../src/chat/words.ts';
import type { ChatNews } from '../../../src/client/chat/news.ts';
import { type ChatMemory, ChatSession } from '../../../src/client/chat/session.ts';
import { FakeChat } from './fake-chat.ts';

export class Talk {
  now = 0;
  readonly broker: FakeChat;
  session: ChatSession;
  readonly news: ChatNews[] = [];
  /** Orders on their way. */
  up: string[] = [];
  /** The next instant that the session wants. */
  dueAt = Number.POSITIVE_INFINITY;
  #connected = false;

  constructor(rooms: Readonly<Record<string, RoomKind>> = {}) {
    this.broker = new FakeChat(rooms);
    this.session = this.#begin();
  }

  /** The person's program has gone, and another goes on as the same instance. */
  renew(): void {
    this.cut();
    this.session = this.#begin(this.session.memory);
  }

  connect(): void {
    if (this.#connected) return;
    this.#connected = true;
    this.session.opened(this.now);
    this.tick();
  }

  /** What is on its way in either direction is lost. */
  cut(): void {
    if (!this.#connected) return;
    this.#connected = false;
    this.up = [];
    this.broker.cut();
    this.session.closed(this.now);
  }

  /** Moves so many orders to the broker. */
  rise(count = Number.POSITIVE_INFINITY): void {
    if (!this.#connected) return;
    for (const order of this.up.splice(0, count)) this.broker.hear(order);
  }

  /** Moves so many words to the person. */
  fall(count = Number.POSITIVE_INFINITY): void {
    for (const word of this.broker.out.splice(0, count)) this.session.receive(this.now, word);
    this.tick();
  }

  /** Moves everything until nothing moves any more. */
  settle(): void {
    while (this.#connected && (this.up.length > 0 || this.broker.out.length > 0)) {
      this.rise();
      this.fall();
    }
  }

  /** Time passes. */
  wait(ms: number): void {
    this.now += ms;
    this.tick();
  }

  tick(): void {
    this.dueAt = this.session.tick(this.now);
  }

  /** What the person was shown there. */
  texts(room: string): string[] {
    return this.news.flatMap((each) =>
      each.news === 'said' && each.room === room ? [each.said.text] : [],
    );
  }

  /** The kinds of news since the last time. */
  kinds(): string[] {
    return this.news.splice(0).map(({ news }) => news);
  }

  /** What the broker has heard since the last time. */
  heard(): string[] {
    return this.broker.heard.splice(0).map(said);
  }

  #begin(memory?: ChatMemory): ChatSession {
    const person = { nick: 'Ana', key: 'secret', instance: '0'.repeat(32) };
    const wire = { send: (order: string) => this.up.push(order) };
    const onNews = (news: ChatNews) => this.news.push(news);
    return new ChatSession(memory ? { ...person, memory } : person, wire, onNews);
  }
}

/** A person in a room, and nothing on its way. */
export function inRoom(room: string, kind: RoomKind): Talk {
  const talk = new Talk({ [room]: kind });
  talk.connect();
  talk.session.join(room).catch(() => {});
  talk.settle();
  talk.kinds();
  talk.heard();
  return talk;
}

function said(order: Order): string {
  if (order.do === 'enter') return `enter ${order.nick}`;
  const n = 'n' in order ? `${order.n} ` : '';
  const what = 'text' in order ? ` ${order.text}` : '';
  return `${n}${order.do}${what}${'again' in order ? ' again' : ''}`;
}
