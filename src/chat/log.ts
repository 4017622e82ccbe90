import type { Member } from './member.ts';
import { type Notes, noteName } from './notes.ts';
import { deliveryOf, type Post, Posts } from './post.ts';
import { folded } from './text.ts';

/** What may wait in one room for those who are away: beyond that, the oldest is not kept any more. */
const POSTS_MAX = 1000;
const BYTES_MAX = 4 * 1024 * 1024;

/** Who is subscribed: what it has seen, and whether something was dropped that it has not. */
interface Reader {
  readonly nick: string;
  seen: number;
}

/** What was said in a durable room, or to one person, for as long as a reader has not seen it. */
export class Log {
  readonly #room: string;
  readonly #notes: Notes;
  readonly #posts: Posts;
  readonly #readers = new Map<string, Reader>();
  /** Up to here posts were dropped that some have not seen. */
  #droppedTo = 0;
  #added = 0;
  #trimmable = false;

  constructor(room: string, notes: Notes) {
    this.#room = room;
    this.#notes = notes;
    this.#posts = new Posts(room, notes);
  }

  get size(): number {
    return this.#posts.size;
  }

  get isFull(): boolean {
    return this.#posts.size >= POSTS_MAX || this.#posts.bytes >= BYTES_MAX;
  }

  get readers(): number {
    return this.#readers.size;
  }

  /** The highest number that is written here. */
  get seq(): number {
    let seq = Math.max(this.#added, this.#posts.all.at(-1)?.seq ?? 0);
    for (const reader of this.#readers.values()) seq = Math.max(seq, reader.seen);
    return seq;
  }

  isRead(nick: string): boolean {
    return this.#readers.has(folded(nick));
  }

  /** What is said behind `seq` waits for that person from now on. */
  subscribe(nick: string, seq: number): void {
    if (!this.isRead(nick)) this.#write({ nick, seen: seq });
  }

  unsubscribe(nick: string): void {
    if (!this.#readers.delete(folded(nick))) return;
    this.#notes.drop(this.#nameOf(nick));
    this.#trimmable = true;
  }

  /** The same reader under another nick. */
  rename(from: string, to: string): void {
    const reader = this.#readers.get(folded(from));
    if (reader === undefined || folded(from) === folded(to)) return;
    this.unsubscribe(from);
    this.#write({ nick: to, seen: reader.seen });
  }

  /** Keeps what was said, if somebody may have to be told later; false when it is known already. */
  add(post: Post): boolean {
    if (post.seq <= this.seq) return false;
    this.#added = post.seq;
    if (this.#readers.size > 0) this.#posts.add(post);
    this.#trimmable ||= this.isFull;
    return true;
  }

  seen(nick: string, seq: number): void {
    const reader = this.#readers.get(folded(nick));
    if (reader === undefined || reader.seen >= seq) return;
    this.#write({ nick: reader.nick, seen: seq });
    this.#trimmable = true;
  }

  /** The number behind which is given what the reader has not seen, though it says so of everything up to `seen` itself. */
  since(nick: string, seen: number): number {
    const reader = this.#readers.get(folded(nick));
    return Math.max(seen, reader?.seen ?? 0);
  }

  /** Gives a member what was said behind `since`, and says so when some of it is not kept any more. */
  replay(member: Member, since: number): void {
    const { person, room } = member;
    if (since < this.#droppedTo) person.tell({ event: 'missed', room: room.name });
    member.last = Math.max(since, this.#droppedTo);
    for (const post of this.#posts.all) {
      if (post.seq > since && isFor(post, member.name)) member.take(deliveryOf(post, false));
    }
  }

  /** Drops what all have seen, and what is too much. */
  trim(): void {
    if (!this.#trimmable) return;
    this.#trimmable = false;
    let least = Number.POSITIVE_INFINITY;
    for (const { seen } of this.#readers.values()) least = Math.min(least, seen);
    this.#posts.remove(({ seq }) => seq <= least);
    if (!this.isFull) return;
    const half = this.#posts.all[this.#posts.size >> 1]!.seq;
    this.#posts.remove(({ seq }) => seq <= half);
    this.#droppedTo = half;
  }

  restorePost(post: Post): void {
    this.#posts.restore(post);
  }

  restoreReader(nick: string, seen: number): void {
    this.#readers.set(folded(nick), { nick, seen });
  }

  /** Forgets everything. */
  clear(): void {
    for (const { nick } of [...this.#readers.values()]) this.unsubscribe(nick);
    this.#posts.remove(() => true);
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
  return only !== null ? only.includes(name) : but === null || !but.includes(name);
}
