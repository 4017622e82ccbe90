import type { Member } from './member.ts';
import type { Notes } from './notes.ts';
import { deliveryOf, type Post, Posts } from './post.ts';
import { folded, includesNick } from './text.ts';

/** What may wait in a queue room. */
const POSTS_MAX = 10_000;
const BYTES_MAX = 16 * 1024 * 1024;

/**
 * What was given in a queue room: each post goes to the one of those who take that was given the fewest, in turn among equals,
 * and is theirs until they have seen it.
 */
export class Queue {
  readonly #posts: Posts;
  /** The highest number under which something was said that is or was here. */
  #added = 0;
  /** Of equals the first is next. */
  #takers: Member[] = [];
  /** How many each was given, by nick. Who was cut off for a moment catches up with the others. */
  readonly #given = new Map<string, number>();
  readonly #nextSeq: () => number;

  /** `nextSeq` is the next number of the room. */
  constructor(room: string, notes: Notes, nextSeq: () => number) {
    this.#posts = new Posts(room, notes);
    this.#nextSeq = nextSeq;
  }

  get size(): number {
    return this.#posts.size;
  }

  /** Whether no more can wait, when so many are on their way. */
  isFull(underWay: number): boolean {
    return this.#posts.size + underWay >= POSTS_MAX || this.#posts.bytes >= BYTES_MAX;
  }

  get seq(): number {
    return this.#posts.all.at(-1)?.seq ?? 0;
  }

  /** Takes it in, unless it has been before, and gives it to who is next; to how many that was. */
  add(post: Post, durable: boolean): number {
    if (post.seq <= this.#added) return 0;
    this.#added = post.seq;
    const member = this.#next(post);
    const to = member === null ? null : folded(member.name);
    const given: Post = { ...post, seq: this.#nextSeq(), to };
    this.#posts.add(given);
    return member?.take(deliveryOf(given, durable)) ? 1 : 0;
  }

  /** The member is given something from now on, if it is its turn; and at once what waits. `isNew`: it did not take before. */
  take(member: Member, isNew: boolean): void {
    if (!this.#takers.includes(member)) {
      const least = Math.min(...this.#takers.map((other) => this.#givenTo(other)));
      if (isNew && this.#takers.length > 0) this.#given.set(folded(member.name), least);
      this.#takers.push(member);
    }
    this.distribute();
  }

  /** It is given nothing more; what it has, it has. */
  stop(member: Member): void {
    this.#takers = this.#takers.filter((other) => other !== member);
  }

  /** It is back: what it was given and has not seen comes again. */
  replay(member: Member, seen: number): void {
    const to = folded(member.name);
    member.last = seen;
    for (const post of this.#posts.all) {
      if (post.to === to && post.seq > seen) member.take(deliveryOf(post, true));
    }
  }

  seen(nick: string, seq: number): void {
    const to = folded(nick);
    this.#posts.remove((post) => post.to === to && post.seq <= seq);
  }

  /** The person does not come back: what it was given and has not seen goes to others. */
  leave(nick: string): void {
    const to = folded(nick);
    this.#given.delete(to);
    this.#renumber((post) => post.to === to);
    this.distribute();
  }

  /** What was given to people of an earlier life of the broker who have not come back goes to others. */
  reclaim(isThere: (folded: string) => boolean): void {
    this.#renumber(({ to }) => to !== null && !isThere(to));
    this.distribute();
  }

  rename(from: string, to: string): void {
    this.#posts.rename(from, to);
    const [old, now] = [folded(from), folded(to)];
    const given = this.#given.get(old);
    this.#given.delete(old);
    if (given !== undefined) this.#given.set(now, given);
    for (const post of this.#posts.all)
      if (post.to === old) this.#posts.replace({ ...post, to: now });
  }

  /** Gives what waits to those who take. */
  distribute(): void {
    if (this.#takers.length === 0) return;
    for (const post of this.#posts.all) {
      if (post.to !== null) continue;
      const member = this.#next(post);
      if (member === null) continue;
      const given: Post = { ...post, to: folded(member.name) };
      this.#posts.replace(given);
      member.take(deliveryOf(given, true));
    }
  }

  restore(post: Post): void {
    this.#posts.restore(post);
  }

  clear(): void {
    this.#posts.remove(() => true);
  }

  /** They are nobody's again, behind what others may have been given meanwhile. */
  #renumber(isLost: (post: Post) => boolean): void {
    for (const post of this.#posts.remove(isLost)) {
      this.#posts.add({ ...post, seq: this.#nextSeq(), to: null });
    }
  }

  /** Who is next of those it is for: it goes to the end of the line. */
  #next({ only, but }: Post): Member | null {
    const fits = ({ name, isHere }: Member) =>
      isHere && (only === null || includesNick(only, name)) && !includesNick(but ?? [], name);
    let next: Member | null = null;
    for (const member of this.#takers) {
      if (!fits(member)) continue;
      if (next === null || this.#givenTo(member) < this.#givenTo(next)) next = member;
    }
    if (next !== null) this.#given.set(folded(next.name), this.#givenTo(next) + 1);
    return next;
  }

  #givenTo({ name }: Member): number {
    return this.#given.get(folded(name)) ?? 0;
  }
}
