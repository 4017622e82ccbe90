import type { State } from '../core/state.ts';
import type { Mailboxes } from './mailboxes.ts';
import type { Member } from './member.ts';
import type { Nicks } from './nicks.ts';
import { PLACES_MAX } from './orders.ts';
import type { Person } from './person.ts';
import type { ChatRefusal } from './refusals.ts';
import type { Room } from './room.ts';
import type { Rooms } from './rooms.ts';
import { isNick, isRoomName } from './text.ts';
import type { EnterOrder, MsgOrder, Order, RoomKind, SayOrder, SeenOrder } from './words.ts';

/** An order that is neither about what is said nor about being there at all. */
export type Request = Exclude<
  Order,
  EnterOrder | SayOrder | MsgOrder | SeenOrder | { readonly do: 'exit' }
>;

/** What people ask for: rooms, names, who is there. */
export class Requests {
  readonly #state: State;
  readonly #nicks: Nicks;
  readonly #rooms: Rooms;
  readonly #mailboxes: Mailboxes;

  constructor(state: State, nicks: Nicks, rooms: Rooms, mailboxes: Mailboxes) {
    this.#state = state;
    this.#nicks = nicks;
    this.#rooms = rooms;
    this.#mailboxes = mailboxes;
  }

  answer(now: number, person: Person, order: Request): void {
    switch (order.do) {
      case 'join':
        this.#join(now, person, order.n, order.room ?? '', order.kind);
        return;
      case 'nick':
        this.#nick(now, person, order.n, order.nick);
        return;
      case 'rooms':
        person.tell({ re: order.n, rooms: this.#rooms.list() });
        return;
      case 'who':
        this.#who(person, order.n, order.room);
        return;
      case 'again':
        this.#again(person, order.room, order.since);
        return;
      default:
        this.#inRoom(now, person, order);
    }
  }

  seen(now: number, person: Person, { room: name, seq }: SeenOrder): void {
    const member = this.#memberOf(person, name);
    if (member === null) return;
    const { room } = member;
    room.seen(member, Math.min(seq, member.last));
    this.#rooms.stir(now, room);
  }

  rename(now: number, person: Person, nick: string): void {
    const wall = this.#state.wallAt(now);
    this.#mailboxes.close(now, person);
    this.#nicks.release(wall, person);
    person.nick = nick;
    this.#nicks.take(wall, nick, person);
    for (const [room, member] of person.members) {
      room.rename(member, nick);
      this.#rooms.stir(now, room);
    }
  }

  /** The room of that name, made of that kind if there is none; the broker's choice without a name. */
  roomFor(now: number, name: string, kind: RoomKind = 'transient'): Room | ChatRefusal {
    if (name === '') return this.#rooms.find(now) ?? 'ROOMS_MAX';
    if (!isRoomName(name)) return 'ROOM_INVALID';
    return this.#rooms.need(now, name, kind) ?? 'ROOMS_MAX';
  }

  /** The member takes, or only gives; `isNew`: it has been said just now, and not before the connection was lost. */
  taking(member: Member, on: boolean, isNew: boolean): void {
    const { queue } = member.room;
    if (queue === null) return;
    member.takes = on;
    if (on) queue.take(member, isNew);
    else queue.stop(member);
  }

  #join(now: number, person: Person, n: number, name: string, kind?: RoomKind): void {
    if (this.#placesOf(person) >= PLACES_MAX) {
      person.refuse(n, 'YOUR_ROOMS_MAX');
      return;
    }
    const room = this.roomFor(now, name, kind);
    if (typeof room === 'string') {
      person.refuse(n, room);
      return;
    }
    const isNew = !person.members.has(room);
    const member = room.join(now, person);
    const since = isNew ? room.since(member, 0) : member.last;
    this.#rooms.stir(now, room);
    person.tell({ re: n, joined: room.view(member, since) });
    if (kind !== undefined && kind !== room.kind) {
      person.notice('ROOM_KIND', `The room ${room.name} is there already, and is ${room.kind}.`);
    }
    if (isNew) room.replay(member, since);
  }

  #placesOf({ members }: Person): number {
    let count = 0;
    for (const { kind } of members.keys()) if (kind !== 'private') count++;
    return count;
  }

  #nick(now: number, person: Person, n: number, nick: string): void {
    if (!isNick(nick)) person.refuse(n, 'NICK_INVALID');
    else if (!this.#nicks.isFree(nick, person, person.key) || this.#isOther(nick, person)) {
      person.refuse(n, 'NICK_TAKEN');
    } else {
      if (person.nick !== nick) this.rename(now, person, nick);
      // What is kept for the person has this nick, too.
      person.tell({ re: n, nick }, true);
      this.#mailboxes.open(now, person, 0);
    }
  }

  #isOther(nick: string, person: Person): boolean {
    const holder = this.#nicks.get(nick);
    return holder !== null && holder !== person;
  }

  #who(person: Person, n: number, name: string): void {
    const room = this.#rooms.get(name);
    if (room === null || room.kind === 'private') person.refuse(n, 'ROOM_UNKNOWN');
    else {
      const member = person.members.get(room) ?? null;
      person.tell({ re: n, who: room.view(member, member?.last ?? room.channel.seq) });
    }
  }

  #again(person: Person, name: string, since: number): void {
    const member = this.#memberOf(person, name);
    if (member !== null) member.room.replay(member, member.room.since(member, since), since);
  }

  #inRoom(
    now: number,
    person: Person,
    order: Extract<Request, { do: 'leave' | 'subscribe' | 'unsubscribe' | 'take' }>,
  ): void {
    const { n } = order;
    const member = this.#memberOf(person, order.room);
    if (member === null || member.room.kind === 'private') {
      const isKnown = isRoomName(order.room) && this.#rooms.get(order.room) !== null;
      person.refuse(n, isKnown ? 'NOT_THERE' : 'ROOM_UNKNOWN');
      return;
    }
    const { room } = member;
    if (order.do === 'leave') {
      room.leave(now, member);
      person.tell({ re: n, left: room.name }, room.isKept);
    } else if (order.do === 'take') this.#take(person, n, member, order.on);
    else this.#subscribe(person, n, member, order.do === 'subscribe');
    this.#rooms.stir(now, room);
  }

  #take(person: Person, n: number, member: Member, on: boolean): void {
    if (member.room.queue === null) person.refuse(n, 'ROOM_KIND');
    else {
      person.tell({ re: n, takes: on });
      this.taking(member, on, true);
    }
  }

  #subscribe(person: Person, n: number, member: Member, on: boolean): void {
    const { log } = member.room;
    const wrong = log === null ? 'ROOM_KIND' : on && person.key === '' ? 'KEY_NEEDED' : null;
    if (wrong !== null) {
      person.refuse(n, wrong);
      return;
    }
    if (on) log!.subscribe(member.name, Math.max(member.last, member.room.channel.seq));
    else log!.unsubscribe(member.name);
    person.tell({ re: n, subscribed: on }, true);
  }

  #memberOf(person: Person, name: string): Member | null {
    const room = name === '' ? this.#mailboxes.known(person.nick) : this.#rooms.get(name);
    return room === null ? null : (person.members.get(room) ?? null);
  }
}
