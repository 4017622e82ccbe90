import { Channel, type Delivery } from '../core/channel.ts';
import { Changes } from './changes.ts';
import { Log } from './log.ts';
import { Member } from './member.ts';
import { NOTES, type Notes } from './notes.ts';
import { encode, type Person } from './person.ts';
import type { Post } from './post.ts';
import { Queue } from './queue.ts';
import { Wording } from './wording.ts';
import type { ChatEvent, RoomKind, RoomLine, RoomView } from './words.ts';

/** Members that one job is for: a larger room is split. */
const PART_MAX = 1000;
const PEOPLE_SHOWN = 100;
const CHANGES_SHOWN = 20;
/** People who come and go are told of so often, and in large rooms less. */
const CHANGES_MS = 250;
const CHANGES_MEMBERS = 500;

/** Where people talk: who is there, and what waits for those who are not. A mailbox is a room of one. */
export class Room {
  /** Empty for a mailbox. */
  readonly name: string;
  /** What it is called among the notes, and behind `chat/` among the channels. */
  readonly key: string;
  readonly kind: RoomKind | 'private';
  readonly channel: Channel;
  readonly wording: Wording;
  readonly log: Log | null;
  readonly queue: Queue | null;
  /** What was said here and has no end yet. */
  open = 0;
  /** What was said in an earlier life may be on its way: until it is not, one job reaches all, so that nothing overtakes it. */
  isWhole = false;
  #lastSaid: number;
  /** What was published last in an earlier life. */
  #bornAt: number;
  readonly #changes = new Changes();
  #changesAt = Number.POSITIVE_INFINITY;
  #toldAt = Number.NEGATIVE_INFINITY;

  /** `seq` is higher than any number of an earlier life; what was published last then, if that is known, is `published`. */
  constructor(key: string, kind: Room['kind'], notes: Notes, seq: number, published = seq) {
    this.key = key;
    this.name = kind === 'private' ? '' : key;
    this.kind = kind;
    this.channel = new Channel(NOTES + key, published, PART_MAX);
    this.wording = new Wording(this.name);
    this.#lastSaid = seq;
    this.#bornAt = published;
    this.log =
      kind === 'durable' || kind === 'private' ? new Log(key, notes, kind === 'durable') : null;
    this.queue = kind === 'queue' ? new Queue(key, notes, () => this.nextSeq()) : null;
  }

  /** Whether what is said here is to survive the broker. */
  get isKept(): boolean {
    return this.kind !== 'transient';
  }

  /** People who are there. */
  get size(): number {
    return this.channel.size;
  }

  /** How many jobs the message that was said last is: one for each part, or for all. In a queue each is for one. */
  get jobParts(): number {
    if (this.open <= 1) this.isWhole = false;
    return this.isWhole || this.queue !== null ? 1 : Math.max(1, this.channel.parts.length);
  }

  /** Whether nothing would be lost without it. */
  get isOver(): boolean {
    if (this.size > 0 || this.open > 0) return false;
    return (this.log?.readers ?? 0) === 0 && (this.queue?.size ?? 0) === 0;
  }

  /** Whether nothing more can wait here. */
  get isFull(): boolean {
    if (this.kind === 'private') return this.log!.isFull(this.open);
    return this.queue?.isFull(this.open) ?? false;
  }

  /** All that an earlier life wrote down of it has been read. */
  restored(): void {
    this.channel.seq = Math.max(this.channel.seq, this.log?.seq ?? 0, this.queue?.seq ?? 0);
    this.#bornAt = this.channel.seq;
    this.passed(this.channel.seq);
  }

  /** This number is taken, though the clock may say that it is not. */
  passed(seq: number): void {
    this.#lastSaid = Math.max(this.#lastSaid, seq);
  }

  nextSeq(): number {
    return ++this.#lastSaid;
  }

  /** The person is there from now on. */
  join(now: number, person: Person): Member {
    const known = person.members.get(this);
    if (known !== undefined) return known;
    const member = new Member(person, this);
    this.channel.add(member);
    // What waits in a queue has lower numbers.
    if (this.queue !== null) member.last = 0;
    person.members.set(this, member);
    this.#changes.came(person.nick);
    this.#changed(now);
    return member;
  }

  leave(now: number, member: Member): void {
    this.channel.remove(member);
    member.person.members.delete(this);
    this.queue?.stop(member);
    this.queue?.leave(member.name);
    this.#changes.went(member.name);
    this.#changed(now);
  }

  /** A member has seen everything up to `seen` (0: nothing): the number behind which it can be given the rest. */
  since(member: Member, seen: number): number {
    const known = Math.min(seen, this.#lastSaid);
    if (this.queue !== null) return known;
    if (this.log?.isRead(member.name)) return this.log.since(member.name, known);
    // What was said in an earlier life is not missed: nobody knows it any more.
    return seen === 0 ? this.channel.seq : Math.max(known, this.#bornAt);
  }

  /** The member has seen everything up to `seq`: it is not given again, nor to others. */
  seen(member: Member, seq: number): void {
    const known = Math.min(seq, this.#lastSaid);
    this.log?.seen(member.name, known);
    this.queue?.seen(member.name, known);
  }

  /**
   * Gives the member what followed `since`, and says so when some of it is not kept any more. It knows what is up to `known`:
   * nothing that it is to be given lies between the two.
   */
  replay(member: Member, since: number, known = since): void {
    if (this.queue !== null) this.queue.replay(member, since);
    else if (this.log?.isRead(member.name)) this.log.replay(member, since, known);
    else {
      if (!this.channel.hasAll(since)) member.person.tell({ event: 'missed', room: this.name });
      this.channel.replay(member, since);
    }
  }

  /** What a worker made of a message goes to those it is for, in one part of the room or, with -1, in all; to how many. */
  publish(delivery: Delivery, part: number, text: () => string): number {
    const { seq, only, but, durable } = delivery;
    if (this.queue !== null) {
      const post: Post = { seq, only, but, text: text(), to: null };
      return this.queue.add(post, durable);
    }
    if (part <= 0) this.log?.add({ seq, only, but, text: text(), to: null });
    return this.channel.publish(delivery, part);
  }

  rename(member: Member, nick: string): void {
    const was = member.name;
    this.#tellChanges();
    this.channel.rename(member, nick);
    this.log?.rename(was, nick);
    this.queue?.rename(was, nick);
    this.tell({ event: 'renamed', room: this.name, was, is: nick });
  }

  /** Who is there under this identity; null for nobody. */
  personOf(id: string): Person | null {
    for (const { person } of this.channel.all as ReadonlySet<Member>) {
      if (person.id === id) return person;
    }
    return null;
  }

  /** Tells all who are there. */
  tell(event: ChatEvent): void {
    const word = encode(event);
    for (const member of this.channel.all) (member as Member).person.say(word);
  }

  /** Tells who has come and gone, when that is due; the next instant at which it is. */
  tick(now: number): number {
    this.log?.trim();
    if (now < this.#changesAt) return this.#changesAt;
    this.#changesAt = Number.POSITIVE_INFINITY;
    this.#toldAt = now;
    this.#tellChanges();
    return Number.POSITIVE_INFINITY;
  }

  /** As `member` sees it, who is given what follows `since`. */
  view(member: Member | null, since: number): RoomView {
    const kind = this.kind as RoomKind;
    const { size: count } = this;
    this.#changes.looked();
    return {
      room: this.name,
      kind,
      people: this.#people(PEOPLE_SHOWN),
      count,
      seq: since,
      subscribed: member !== null && (this.log?.isRead(member.name) ?? false),
      takes: member?.takes ?? false,
    };
  }

  line(): RoomLine {
    const online = this.size;
    let members = online;
    if (this.log !== null) {
      const present = [...this.channel.all].filter(({ name }) => this.log!.isRead(name)).length;
      members += this.log.readers - present;
    }
    const kind = this.kind as RoomKind;
    return { room: this.name, kind, online, members, people: this.#people(CHANGES_SHOWN) };
  }

  #tellChanges(): void {
    const changes = this.#changes.take();
    const came = changes.came.slice(0, CHANGES_SHOWN);
    const went = changes.went.slice(0, CHANGES_SHOWN);
    if (came.length + went.length === 0 || this.kind === 'private') return;
    const event = { event: 'people', room: this.name, came, went, count: this.size } as const;
    const word = encode(event);
    const isNew = new Set(came);
    for (const { name, person } of this.channel.all as ReadonlySet<Member>) {
      if (!isNew.has(name)) person.say(word);
      // Who has come knows it.
      else if (came.length + went.length > 1) {
        person.tell({ ...event, came: came.filter((nick) => nick !== name) });
      }
    }
  }

  #people(most: number): string[] {
    const names: string[] = [];
    for (const { name } of this.channel.all) {
      if (names.length === most) break;
      names.push(name);
    }
    return names;
  }

  #changed(now: number): void {
    const pause = CHANGES_MS * (1 + Math.floor(this.size / CHANGES_MEMBERS));
    this.#changesAt = Math.min(this.#changesAt, Math.max(now, this.#toldAt + pause));
  }
}
