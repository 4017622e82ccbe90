import type { Audience, Delivery } from '../core/channel.ts';
import { type Notes, noteName } from './notes.ts';

const encoder = new TextEncoder();

/** Something said that is kept for who has not seen it. */
export interface Post extends Audience {
  readonly seq: number;
  /** What the worker made of it: an `Utterance`, as JSON. */
  readonly text: string;
  /** Queue rooms: to whom it is given, once it is. */
  readonly to: string | null;
}

/** The post as it is given to a member; `durable`: it waits with its record, if that is not durable yet. */
export function deliveryOf({ seq, only, but, text }: Post, durable: boolean): Delivery {
  const bytes = encoder.encode(text);
  return { seq, only, but, bytes, offset: 0, length: bytes.length, durable };
}

/** The posts of a room, each with its note. */
export class Posts {
  readonly #room: string;
  readonly #notes: Notes;
  #all: Post[] = [];
  bytes = 0;

  constructor(room: string, notes: Notes) {
    this.#room = room;
    this.#notes = notes;
  }

  /** Lowest number first. */
  get all(): readonly Post[] {
    return this.#all;
  }

  get size(): number {
    return this.#all.length;
  }

  /** Adds the one with the highest number. */
  add(post: Post): void {
    this.#all.push(post);
    this.bytes += post.text.length;
    this.#write(post);
  }

  /** A note of an earlier life, in any order. */
  restore(post: Post): void {
    const at = this.#all.findIndex((other) => other.seq > post.seq);
    this.#all.splice(at < 0 ? this.#all.length : at, 0, post);
    this.bytes += post.text.length;
  }

  /** The same post, said otherwise. */
  replace(post: Post): void {
    const at = this.#all.findIndex(({ seq }) => seq === post.seq);
    if (at < 0) return;
    this.#all[at] = post;
    this.#write(post);
  }

  /** Whom they are for, or not, has another nick. */
  rename(from: string, to: string): void {
    const renamed = (nick: string) => (nick === from ? to : nick);
    for (const post of this.#all) {
      const { only, but } = post;
      if (!only?.includes(from) && !but?.includes(from)) continue;
      const names = { only: only?.map(renamed) ?? null, but: but?.map(renamed) ?? null };
      this.replace({ ...post, ...names });
    }
  }

  /** Takes out those of which it says so. */
  remove(isOver: (post: Post) => boolean): Post[] {
    const removed = this.#all.filter(isOver);
    if (removed.length === 0) return removed;
    this.#all = this.#all.filter((post) => !isOver(post));
    for (const { seq, text } of removed) {
      this.bytes -= text.length;
      this.#notes.drop(this.#nameOf(seq));
    }
    return removed;
  }

  #write({ seq, only, but, text, to }: Post): void {
    this.#notes.put(this.#nameOf(seq), JSON.stringify({ only, but, text, to }));
  }

  #nameOf(seq: number): string {
    return noteName('post', this.#room, String(seq));
  }
}
