/** The broker's side of the chat protocol for one person, as docs/chat.md has it and no more. */

import type { Order, RoomKind, RoomView, SaidEvent, Utterance } from '../../../src/chat/words.ts';

/** What was said in one room, as far as it is for the person. */
interface Log {
  readonly room: string;
  readonly kind: RoomKind;
  seq: number;
  /** Of all that is for the person, the number of the last. */
  given: number;
  isIn: boolean;
  seen: number;
  readonly events: SaidEvent[];
}

export class FakeChat {
  /** What the person has said, each once. */
  readonly taken: string[] = [];
  readonly heard: Order[] = [];
  readonly logs = new Map<string, Log>();
  /** Nicks that somebody else has. */
  readonly others = new Set<string>();
  /** Words on their way to the person. */
  out: string[] = [];
  #replies = new Map<number, object[]>();
  #entered = false;

  constructor(rooms: Readonly<Record<string, RoomKind>> = {}) {
    this.#open('', 'durable').isIn = true;
    for (const [room, kind] of Object.entries(rooms)) this.#open(room, kind);
  }

  /** The connection has ended. */
  cut(): void {
    this.#entered = false;
    this.out = [];
  }

  hear(text: string): void {
    const order = JSON.parse(text) as Order;
    this.heard.push(order);
    if (order.do === 'enter') this.#enter(order);
    else if (order.do === 'seen') this.#log(order.room).seen = order.seq;
    else if (order.do === 'again') this.#again(order.room, order.since);
    else if (order.do !== 'exit') this.#answer(order);
  }

  /** Somebody else says it; the person is given it, if that is how things are. */
  say(room: string, text: string, n = 0, id = ''): void {
    const log = this.#log(room);
    log.seq++;
    const isThere = this.#entered && log.isIn;
    if (!isThere && log.kind === 'transient') return;
    const said: Utterance = { from: 'Bea', id, n, at: 1, text };
    const event: SaidEvent = { event: 'said', room, seq: log.seq, prev: log.given, said };
    log.given = log.seq;
    log.events.push(event);
    if (isThere) this.tell(event);
  }

  tell(word: object): void {
    this.out.push(JSON.stringify(word));
  }

  /** What was said there for the person. */
  texts(room: string): string[] {
    return this.#log(room).events.map(({ said }) => said.text);
  }

  #enter(order: Extract<Order, { do: 'enter' }>): void {
    if (this.others.has(order.nick)) {
      this.tell({ re: 0, error: 'NICK_TAKEN', text: 'Somebody else has this nick.' });
      return;
    }
    this.#entered = true;
    for (const log of this.logs.values()) log.isIn = log.room === '';
    const logs = order.rooms.map(({ room, seen }) => {
      const log = this.#log(room);
      log.isIn = true;
      log.seen = Math.max(log.seen, seen);
      return log;
    });
    const mailbox = this.#log('');
    mailbox.seen = Math.max(mailbox.seen, order.mail);
    this.tell({
      re: 0,
      nick: order.nick,
      rooms: logs.map((log) => this.#view(log)),
    });
    for (const log of [mailbox, ...logs]) {
      if (log.kind !== 'transient') this.#again(log.room, log.seen);
    }
  }

  #answer(order: Extract<Order, { n: number }>): void {
    if (!this.#entered) return;
    if (!this.#replies.has(order.n)) this.#replies.set(order.n, this.#obey(order));
    for (const reply of this.#replies.get(order.n)!) this.tell({ re: order.n, ...reply });
  }

  #obey(order: Extract<Order, { n: number }>): object[] {
    switch (order.do) {
      case 'join': {
        const log = this.#log(order.room ?? 'found');
        log.isIn = true;
        log.given = Math.max(log.given, log.seq);
        return [{ joined: this.#view(log) }];
      }
      case 'leave':
        this.#log(order.room).isIn = false;
        return [{ left: order.room }];
      case 'nick':
        return [{ nick: order.nick }];
      case 'who':
        return [{ who: this.#view(this.#log(order.room)) }];
      case 'rooms':
        return [
          { rooms: [{ room: 'garden', kind: 'durable', online: 1, members: 2, people: [] }] },
        ];
      case 'subscribe':
      case 'unsubscribe':
        return [{ subscribed: order.do === 'subscribe' }];
      case 'take':
        return [{ takes: order.on }];
      case 'say':
      case 'msg':
        return this.#take(order);
      default:
        return [];
    }
  }

  #take(order: Extract<Order, { do: 'say' | 'msg' }>): object[] {
    this.taken.push(order.text);
    const seq = order.do === 'say' ? ++this.#log(order.room).seq : 0;
    return [
      { state: 'sent', seq },
      { state: 'delivered', to: 3 },
    ];
  }

  #again(room: string, since: number): void {
    for (const event of this.#log(room).events) if (event.seq > since) this.tell(event);
  }

  #view({ room, kind, seq, seen }: Log): RoomView {
    const behind = kind === 'transient' ? seq : Math.max(seen, this.#startOf(room));
    return {
      room,
      kind,
      people: ['Ana', 'Bea'],
      count: 2,
      seq: behind,
      subscribed: false,
      takes: false,
    };
  }

  /** What was said before the person came for the first time is not for the person. */
  #startOf(room: string): number {
    const log = this.#log(room);
    return log.events[0]?.prev ?? log.seq;
  }

  #log(room: string): Log {
    return this.logs.get(room) ?? this.#open(room, 'transient');
  }

  #open(room: string, kind: RoomKind): Log {
    const log: Log = { room, kind, seq: 0, given: 0, isIn: false, seen: 0, events: [] };
    this.logs.set(room, log);
    return log;
  }
}
