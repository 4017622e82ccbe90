import type { Utterance } from '../../chat/words.ts';

/** Authors, or messages, that are remembered of one room: the latest. */
const REMEMBERED_MAX = 10_000;

/**
 * Knows a message that came before under another number of its room, by its author's number. Where one
 * author's numbers rise, the last of each author is enough: everywhere but in a queue room, where what one who took has
 * not seen is given to another later, and in the mailbox, which is another for each nick.
 */
export class Repeats {
  readonly #rises: boolean;
  readonly #known = new Map<string, number>();

  constructor(rises: boolean) {
    this.#rises = rises;
  }

  /** Whether it was here before; from now on it was. */
  has({ id, n }: Utterance): boolean {
    if (id === '') return false;
    const key = this.#rises ? id : `${id} ${n}`;
    const last = this.#known.get(key);
    if (last !== undefined && last >= n) return true;
    // The latest stand last: those that go first have been silent for longest.
    this.#known.delete(key);
    this.#known.set(key, n);
    if (this.#known.size > REMEMBERED_MAX) this.#forgetOne();
    return false;
  }

  #forgetOne(): void {
    for (const key of this.#known.keys()) {
      this.#known.delete(key);
      return;
    }
  }
}
