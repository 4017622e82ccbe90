import type { Broker } from '../core/broker.ts';
import type { Client } from '../core/client.ts';
import type { Company } from '../core/company.ts';
import { Histogram } from '../core/histogram.ts';
import { FanOut } from './fan-out.ts';
import { Mailboxes } from './mailboxes.ts';
import { Nicks } from './nicks.ts';
import { readOrder } from './orders.ts';
import { Pace } from './pace.ts';
import { encode, Person } from './person.ts';
import { type ChatRefusal, sentence } from './refusals.ts';
import { Requests } from './requests.ts';
import { restoreNotes } from './restoring.ts';
import { Rooms } from './rooms.ts';
import type { Saying } from './saying.ts';
import { Talk } from './talk.ts';
import { isNick } from './text.ts';
import type { ChatEvent, EnterOrder, Order, RoomView } from './words.ts';

/** What can be set of the chat. */
export interface ChatSettings {
  /** People in a room that the broker chooses. */
  readonly roomCapacity: number;
  readonly roomsMax: number;
  /** Orders a second of one person. */
  readonly chatRate: number;
}

const STEPS_SEEN = 10;

/** The chat: who is there, and what becomes of their orders. */
export class Chat implements Company {
  readonly rooms: Rooms;
  readonly nicks: Nicks;
  /** From when something was said to when it had been given to all. */
  readonly fanOutTime = new Histogram();
  messages = 0;
  readonly #broker: Broker;
  readonly #settings: ChatSettings;
  /** A digest of a key or an instance: these themselves are neither written down nor told. */
  readonly #digest: (key: string) => string;
  readonly #people = new Map<Client, Person>();
  readonly #mailboxes: Mailboxes;
  readonly #fanOut: FanOut;
  readonly #talk: Talk;
  readonly #requests: Requests;
  #now = 0;
  /** When the broker started: its first tick. */
  #bornAt: number | null = null;
  #sweepAt = 0;
  #isRestored = false;

  constructor(broker: Broker, settings: ChatSettings, digest: (key: string) => string) {
    this.#broker = broker;
    this.#settings = settings;
    this.#digest = digest;
    const { notes } = broker;
    this.rooms = new Rooms(broker.state, settings, notes);
    this.nicks = new Nicks(notes, () => this.#mailboxes.needed);
    this.#mailboxes = new Mailboxes(this.rooms, this.nicks);
    this.#fanOut = new FanOut(
      broker,
      this.rooms,
      notes,
      (room, from, text, key) => this.#talk.reply(this.#now, room, from, text, key),
      (saying) => this.#ended(saying),
    );
    this.#talk = new Talk(broker.state, this.nicks, this.rooms, this.#mailboxes, this.#fanOut);
    this.#requests = new Requests(broker.state, this.nicks, this.rooms, this.#mailboxes);
    broker.state.company = this;
  }

  /** People who are connected now. */
  get people(): number {
    let count = 0;
    for (const person of this.#people.values()) if (person.isHere) count++;
    return count;
  }

  get deliveries(): number {
    return this.#fanOut.deliveries;
  }

  ordered(now: number, client: Client, text: string): void {
    this.#now = now;
    const { order, n } = readOrder(text);
    const person = this.#people.get(client);
    if (order === null) refuse(client, n, 'ORDER_INVALID');
    else if (order.do === 'enter') this.#enter(now, client, order);
    else if (person?.isHere) this.#obey(now, person, order);
    else refuse(client, n, 'CHAT_FIRST');
  }

  away(_now: number, client: Client): void {
    const person = this.#people.get(client);
    if (person !== undefined) person.outbox = null;
  }

  gone(now: number, client: Client): void {
    const person = this.#people.get(client);
    if (person !== undefined) this.#leave(now, person);
  }

  closing(_now: number): void {
    const event: ChatEvent = { event: 'closing' };
    const word = encode(event);
    for (const person of this.#people.values()) person.say(word);
  }

  tick(now: number): void {
    this.#bornAt ??= now;
    this.#now = now;
    this.#fanOut.tick(now);
    this.rooms.tick(now);
    if (now >= this.#sweepAt) this.#sweepAt = this.nicks.sweep(now, this.#broker.state.wallAt(now));
  }

  next(): number {
    const said = Math.max(this.#now, this.#fanOut.lanes.dueAt);
    return Math.min(said, this.#sweepAt, this.rooms.dueAt);
  }

  /** What was written down in an earlier life is there. A store that was read again may lack what is known. */
  restored(now: number): void {
    if (this.#isRestored) {
      this.#fanOut.restored(now);
      for (const person of this.#people.values()) person.reopened();
      return;
    }
    this.#isRestored = true;
    restoreNotes(now, this.#broker.notes.all(), this.rooms, this.nicks);
    this.#fanOut.adopt(now);
  }

  #obey(now: number, person: Person, order: Exclude<Order, EnterOrder>): void {
    switch (order.do) {
      case 'exit':
        this.#leave(now, person);
        return;
      case 'seen':
        this.#requests.seen(now, person, order);
        return;
      case 'say':
      case 'msg':
        if (this.#broker.state.draining || !person.begin(order.n)) return;
        this.#talk.say(now, person, order);
        return;
      default:
        if (person.pace.step(now)) this.#requests.answer(now, person, order);
        else if ('n' in order) person.refuse(order.n, 'TOO_FAST');
    }
  }

  #enter(now: number, client: Client, order: EnterOrder): void {
    const { outbox } = client;
    if (outbox === null) return;
    const known = this.#people.get(client) ?? null;
    const { nick } = order;
    const key = order.key === '' ? '' : this.#digest(order.key);
    const isFree = isNick(nick) && this.nicks.isFree(nick, known, key);
    if (!isFree) {
      if (known !== null) known.outbox = null;
      refuse(client, 0, isNick(nick) ? 'NICK_TAKEN' : 'NICK_INVALID');
      return;
    }
    const holder = this.nicks.get(nick);
    if (holder !== null && holder !== known) this.#leave(now, holder);
    const person = known ?? this.#newcomer(now, client, nick, key);
    person.outbox = outbox;
    person.key = key;
    const isOther = person.nick !== nick;
    if (isOther) this.#requests.rename(now, person, nick);
    else this.nicks.take(this.#broker.state.wallAt(now), nick, person);
    this.#comeIn(now, person, order, isOther);
  }

  #newcomer(now: number, client: Client, nick: string, key: string): Person {
    const id = this.#digest(client.instance);
    const pace = new Pace(now, this.#settings.chatRate);
    const person = new Person(client, id, nick, key, pace, this.#broker.notes);
    this.#people.set(client, person);
    return person;
  }

  /** The person is in the rooms that it names, and in no others, and is given what it has missed there; `durable`: under another nick. */
  #comeIn(now: number, person: Person, { rooms, mail }: EnterOrder, durable: boolean): void {
    const named = new Set(rooms.map(({ room }) => room));
    if (rooms.some(({ seen }) => seen > 0)) this.#awaitOthers(now);
    for (const [room, member] of person.members) {
      if (room.kind === 'private' || named.has(room.name)) continue;
      room.leave(now, member);
      this.rooms.stir(now, room);
    }
    const views: RoomView[] = [];
    const replays: (() => void)[] = [];
    for (const place of rooms) {
      const room = this.#requests.roomFor(now, place.room, place.kind);
      if (typeof room === 'string') continue;
      const member = room.join(now, person);
      this.rooms.stir(now, room);
      const since = room.since(member, place.seen);
      room.seen(member, place.seen);
      member.takes = room.queue !== null && place.takes === true;
      views.push(room.view(member, since));
      replays.push(() => {
        room.replay(member, since);
        this.#requests.taking(member, member.takes, false);
      });
    }
    person.tell({ re: 0, nick: person.nick, rooms: views }, durable);
    for (const replay of replays) replay();
    this.#mailboxes.open(now, person, mail);
  }

  /** Who was there before the broker started is back: the others have a moment to be, too, before anything is given to them. */
  #awaitOthers(now: number): void {
    const until = (this.#bornAt ?? now) + this.#broker.state.settings.adoptMs;
    if (now < until) this.#fanOut.lanes.heldUntil = until;
  }

  #leave(now: number, person: Person): void {
    this.#people.delete(person.client);
    this.#mailboxes.close(now, person);
    for (const [room, member] of person.members) {
      room.leave(now, member);
      this.rooms.stir(now, room);
    }
    this.nicks.release(this.#broker.state.wallAt(now), person);
    person.outbox = null;
  }

  #ended(saying: Saying): void {
    this.messages++;
    this.fanOutTime.observe(Math.round((this.#now - saying.at) * STEPS_SEEN));
    this.rooms.stir(this.#now, saying.room);
  }
}

function refuse(client: Client, n: number, error: ChatRefusal): void {
  client.outbox?.chat(encode({ re: n, error, text: sentence(error) }), false);
}
