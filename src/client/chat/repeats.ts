import type { RoomKind, Utterance } from '../../chat/words.ts';

/** Authors, or messages of a queue room, that are remembered of one room: the latest. */
const REMEMBERED_MAX = 10_000;

/**
 * Knows a message that came before under another number of its room, by its author's number. One author's numbers rise
 * within a room, but for a queue room: there, what one who took has not seen is given to another later.
 */
export class Repeats {
  readonly #rises: boolean;
  readonly #known = new Map<string, number>();

  constructor(kind: RoomKind) {
    this.#rises = kind !== 'queue';
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
