import type { State } from '../core/state.ts';
import type { FanOut } from './fan-out.ts';
import type { Mailboxes } from './mailboxes.ts';
import type { Nicks } from './nicks.ts';
import type { Person } from './person.ts';
import type { ChatRefusal } from './refusals.ts';
import type { Room } from './room.ts';
import type { Rooms } from './rooms.ts';
import { Saying } from './saying.ts';
import { clean, fits } from './text.ts';
import type { MsgOrder, SayOrder } from './words.ts';

/** Who says something that nobody deals with is told so again after this. */
const WARN_MS = 30_000;
const NOBODY_WORKS =
  'No worker of type chat is there: what you say waits for one (worker --type chat).';

/** What people say, to a room or to one person. */
export class Talk {
  readonly #state: State;
  readonly #nicks: Nicks;
  readonly #rooms: Rooms;
  readonly #mailboxes: Mailboxes;
  readonly #fanOut: FanOut;

  constructor(state: State, nicks: Nicks, rooms: Rooms, mailboxes: Mailboxes, fanOut: FanOut) {
    this.#state = state;
    this.#nicks = nicks;
    this.#rooms = rooms;
    this.#mailboxes = mailboxes;
    this.#fanOut = fanOut;
  }

  say(now: number, person: Person, order: SayOrder | MsgOrder): void {
    if (order.again && this.#fanOut.takesUp(person, order.n)) return;
    const text = clean(order.text);
    const wrong = this.#wrongWith(now, person, order.text, text);
    const room = wrong ?? this.#placeOf(now, person, order);
    if (typeof room === 'string') {
      person.fail(order.n, room);
      return;
    }
    if (room.isFull || this.#fanOut.isFull(room)) {
      person.fail(order.n, room.kind === 'private' ? 'MAILBOX_FULL' : 'ROOM_FULL');
      return;
    }
    const { nick: from, id } = person;
    const message = {
      seq: room.nextSeq(),
      from,
      id,
      n: order.n,
      at: this.#state.wallAt(now),
      text,
    };
    const saying = new Saying(person, order.n, room, message, now);
    if (order.do === 'msg' && this.#nicks.get(order.to)?.isHere !== true) {
      saying.notice = `${order.to} is away: it is kept until they are back.`;
    }
    if (!this.#fanOut.hasWorkers) this.#warn(now, person);
    this.#fanOut.say(now, saying, order.again === true);
  }

  /** A worker says something itself; `key` is of one job and place in it. */
  reply(now: number, room: Room, from: string, text: string, key: string): void {
    const id = `bot.${this.#state.runs.epoch}.${key}`;
    const at = this.#state.wallAt(now);
    const message = { seq: room.nextSeq(), from, id, n: 1, at, text, bot: true };
    this.#fanOut.say(now, new Saying(null, 0, room, message, now), false);
    this.#rooms.stir(now, room);
  }

  #wrongWith(now: number, person: Person, given: string, text: string): ChatRefusal | null {
    if (!person.pace.step(now)) return 'TOO_FAST';
    if (text === '') return 'TEXT_EMPTY';
    return fits(given) ? null : 'TEXT_TOO_LONG';
  }

  #placeOf(now: number, person: Person, order: SayOrder | MsgOrder): Room | ChatRefusal {
    if (order.do === 'msg') return this.#mailboxes.of(now, order.to) ?? 'NICK_UNKNOWN';
    const room = this.#rooms.get(order.room);
    if (room === null || room.kind === 'private') return 'ROOM_UNKNOWN';
    return person.members.has(room) ? room : 'NOT_THERE';
  }

  #warn(now: number, person: Person): void {
    if (now < person.warnedAt + WARN_MS) return;
    person.warnedAt = now;
    person.notice('NO_WORKER', NOBODY_WORKS);
  }
}
