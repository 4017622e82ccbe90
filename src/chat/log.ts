import type { Member } from './member.ts';
import { type Notes, noteName } from './notes.ts';
import { deliveryOf, type Post, Posts } from './post.ts';
import { folded, includesNick } from './text.ts';

/** What may wait in one room for those who are away: beyond that, the oldest is not kept any more. */
const POSTS_MAX = 1000;
const BYTES_MAX = 4 * 1024 * 1024;

/** Who is subscribed, and what it has seen. */
interface Reader {
  readonly nick: string;
  readonly seen: number;
  /** Up to here posts were dropped that it has not seen. */
  readonly dropped: number;
}

/** What was said in a durable room, or to one person, for as long as a reader has not seen it. */
export class Log {
  readonly #room: string;
  readonly #notes: Notes;
  readonly #posts: Posts;
  readonly #readers = new Map<string, Reader>();
  readonly #dropsOldest: boolean;
  /** The highest number that was ever here. What readers say that they have seen is not to be relied on. */
  #added = 0;
  #trimmable = false;

  /** `dropsOldest`: when it is full. */
  constructor(room: string, notes: Notes, dropsOldest: boolean) {
    this.#room = room;
    this.#dropsOldest = dropsOldest;
    this.#notes = notes;
    this.#posts = new Posts(room, notes);
  }

  get size(): number {
    return this.#posts.size;
  }

  /** Whether no more can wait, when so many are on their way. */
  isFull(underWay: number): boolean {
    return this.#posts.size + underWay >= POSTS_MAX || this.#posts.bytes >= BYTES_MAX;
  }

  get readers(): number {
    return this.#readers.size;
  }

  /** The highest number that is written here. */
  get seq(): number {
    let seq = this.#added;
    for (const reader of this.#readers.values()) seq = Math.max(seq, reader.seen);
    return seq;
  }

  /** Readers, as nicks are compared. */
  get folds(): Iterable<string> {
    return this.#readers.keys();
  }

  isRead(nick: string): boolean {
    return this.#readers.has(folded(nick));
  }

  /** What is said behind `seq` waits for that person from now on. */
  subscribe(nick: string, seq: number): void {
    if (!this.isRead(nick)) this.#write({ nick, seen: seq, dropped: 0 });
  }

  unsubscribe(nick: string): void {
    if (!this.#readers.delete(folded(nick))) return;
    this.#notes.drop(this.#nameOf(nick));
    this.#trimmable = true;
  }

  /** The same reader under another nick. */
  rename(from: string, to: string): void {
    this.#posts.rename(from, to);
    const reader = this.#readers.get(folded(from));
    if (reader === undefined) return;
    if (folded(from) !== folded(to)) this.unsubscribe(from);
    this.#write({ ...reader, nick: to });
  }

  /** Keeps what was said, if somebody may have to be told later and it is not known already. */
  add(post: Post): void {
    if (post.seq <= this.#added) return;
    this.#added = post.seq;
    if (this.#isUnseen(post)) this.#posts.add(post);
    this.#trimmable ||= this.isFull(0);
  }

  seen(nick: string, seq: number): void {
    const reader = this.#readers.get(folded(nick));
    if (reader === undefined || reader.seen >= seq) return;
    this.#write({ ...reader, seen: seq });
    this.#trimmable = true;
  }

  /** The number behind which is given what the reader has not seen, though it says so of everything up to `seen` itself. */
  since(nick: string, seen: number): number {
    const reader = this.#readers.get(folded(nick));
    return Math.max(seen, reader?.seen ?? 0);
  }

  /** Gives a member, who knows what is up to `known`, what was said behind `since`; says so when some is not kept any more. */
  replay(member: Member, since: number, known: number): void {
    const { person, room } = member;
    const dropped = this.#readers.get(folded(member.name))?.dropped ?? 0;
    if (since < dropped) person.tell({ event: 'missed', room: room.name });
    member.last = Math.max(known, dropped);
    for (const post of this.#posts.all) {
      if (post.seq > since && isFor(post, member.name)) member.take(deliveryOf(post, true));
    }
  }

  /** Drops what all have seen, and what is too much. */
  trim(): void {
    if (!this.#trimmable) return;
    this.#trimmable = false;
    const least = this.#posts.all.find((post) => this.#isUnseen(post));
    const end = least?.seq ?? Number.POSITIVE_INFINITY;
    this.#posts.remove(({ seq }) => seq < end);
    if (!this.isFull(0) || !this.#dropsOldest) return;
    const half = this.#posts.all[this.#posts.size >> 1]!.seq;
    this.#posts.remove(({ seq }) => seq <= half);
    for (const reader of this.#readers.values()) {
      if (reader.seen < half) this.#write({ ...reader, dropped: half });
    }
  }

  restorePost(post: Post): void {
    this.#posts.restore(post);
    this.#trimmable = true;
    this.#added = Math.max(this.#added, post.seq);
  }

  restoreReader(reader: Reader): void {
    this.#readers.set(folded(reader.nick), reader);
  }

  /** Forgets everything. */
  clear(): void {
    for (const { nick } of [...this.#readers.values()]) this.unsubscribe(nick);
    this.#posts.remove(() => true);
  }

  /** Whether somebody whom it is for has not seen it: its author is never given it. */
  #isUnseen(post: Post): boolean {
    for (const { nick, seen } of this.#readers.values()) {
      if (seen < post.seq && isFor(post, nick)) return true;
    }
    return false;
  }

  #write(reader: Reader): void {
    this.#readers.set(folded(reader.nick), reader);
    this.#notes.put(this.#nameOf(reader.nick), JSON.stringify(reader));
  }

  #nameOf(nick: string): string {
    return noteName('reader', this.#room, folded(nick));
  }
}

function isFor({ only, but }: Post, name: string): boolean {
  return only !== null ? includesNick(only, name) : but === null || !includesNick(but, name);
}
