import type { Delivery } from '../core/channel.ts';

const encoder = new TextEncoder();
const END = 0x7d;

/**
 * `said` events as bytes. Nearly all members of a room were given the same message before: what was made for one serves the
 * next.
 */
export class Wording {
  readonly #room: string;
  #delivery: Delivery | null = null;
  #prev = 0;
  #word: Uint8Array = new Uint8Array(0);

  constructor(room: string) {
    this.#room = JSON.stringify(room);
  }

  of(delivery: Delivery, prev: number): Uint8Array {
    if (delivery === this.#delivery && prev === this.#prev) return this.#word;
    this.#delivery = delivery;
    this.#prev = prev;
    const { seq, bytes, offset, length } = delivery;
    const head = encoder.encode(
      `{"event":"said","room":${this.#room},"seq":${seq},"prev":${prev},"said":`,
    );
    const word = new Uint8Array(head.length + length + 1);
    word.set(head);
    word.set(bytes.subarray(offset, offset + length), head.length);
    word[word.length - 1] = END;
    this.#word = word;
    return word;
  }
}
