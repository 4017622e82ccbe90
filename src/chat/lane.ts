import type { Room } from './room.ts';
import type { Saying } from './saying.ts';

/** Messages that one job carries, and their characters together, at most. */
const MESSAGES_MAX = 64;
const CHARACTERS_MAX = 64 * 1024;
/** Messages that wait for their job. */
const WAITING_MAX = 1000;

/**
 * What is said in one part of a transient room, in order: one job at a time. What is said while it is under way goes with
 * the next, so that a room is not slower than its people.
 */
export class Lane {
  readonly room: Room;
  readonly part: number;
  /** A job of it is under way. */
  isBusy = false;
  #waiting: Saying[] = [];

  constructor(room: Room, part: number) {
    this.room = room;
    this.part = part;
  }

  get isFull(): boolean {
    return this.#waiting.length >= WAITING_MAX;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  add(saying: Saying): void {
    this.#waiting.push(saying);
  }

  /** What the next job carries. */
  take(): Saying[] {
    let count = 0;
    for (let characters = 0; count < Math.min(this.#waiting.length, MESSAGES_MAX); count++) {
      characters += this.#waiting[count]!.message.text.length;
      if (count > 0 && characters > CHARACTERS_MAX) break;
    }
    return this.#waiting.splice(0, count);
  }
}
