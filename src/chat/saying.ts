import type { Person } from './person.ts';
import { type ChatRefusal, sentence } from './refusals.ts';
import type { Room } from './room.ts';
import type { ChatJob } from './words.ts';

/** Something that is said, on its way through the workers: one job for each part of its room. */
export class Saying {
  /** Null for what a worker says itself, and for what was said in an earlier life of the broker until its author is back. */
  person: Person | null;
  /** The number of the order. */
  readonly n: number;
  readonly room: Room;
  readonly message: ChatJob['messages'][number];
  /** When it was said, in core time. */
  readonly at: number;
  /** Jobs of it that have not ended. */
  open = 0;
  /** To how many it has been given. */
  to = 0;
  notice = '';
  #isSent = false;
  #failed: { readonly code: ChatRefusal; readonly text: string } | null = null;
  /** Its author is to say it again, and is not told anything. */
  #isUndone = false;

  constructor(
    person: Person | null,
    n: number,
    room: Room,
    message: ChatJob['messages'][number],
    at: number,
  ) {
    this.person = person;
    this.n = n;
    this.room = room;
    this.message = message;
    this.at = at;
    room.open++;
  }

  /** What identifies it, also in a later life of the broker: the author, and the number of the order. */
  get id(): string {
    return `${this.message.id}-${this.message.n}`;
  }

  /** The broker has it, at the level of its room. */
  sent(durable: boolean): void {
    if (this.#isSent || this.open === 0) return;
    this.#isSent = true;
    this.person?.sent(this.n, this.message.seq, durable);
  }

  /** The store has failed: whether it has it is not known. */
  doubt(): void {
    this.#isSent = false;
    this.person?.doubt(this.n);
  }

  /** Its author has said it again. */
  takeUp(person: Person): void {
    this.person = person;
    if (this.#isSent) person.sent(this.n, this.message.seq, true);
  }

  /** It was not done; without a text of its own that is said with the sentence of the code. */
  fail(code: ChatRefusal, text = ''): void {
    this.#failed ??= { code, text: text || sentence(code) };
  }

  undo(): void {
    this.#isUndone = true;
  }

  /** One of its jobs has ended; true when that was the last. */
  ended(durable: boolean): boolean {
    this.open--;
    if (this.open > 0) return false;
    this.room.open--;
    if (this.#isUndone) this.person?.undo(this.n);
    else this.#finish(durable);
    return true;
  }

  #finish(durable: boolean): void {
    const { person, n, to, notice } = this;
    if (this.#failed !== null) person?.fail(n, this.#failed.code, this.#failed.text);
    else {
      const delivered = { re: n, state: 'delivered', to } as const;
      person?.finish(n, notice === '' ? delivered : { ...delivered, notice }, durable);
    }
  }
}
