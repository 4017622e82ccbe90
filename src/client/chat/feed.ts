import type { RoomKind, Utterance } from '../../chat/words.ts';
import type { Heard } from './heard.ts';
import type { Repeats } from './repeats.ts';

/** More than this is not held back behind a gap. */
const HELD_MAX = 1000;
/** What is missing is asked for anew when it has not come for so long: a broker passes over orders that come too fast. */
const ASK_AGAIN_MS = 3000;
/** When something is not remembered any more, what still is may be behind the news of it. */
const REMEMBERED_MS = 300;

/** Something to show, and its number. */
export interface Shown {
  readonly seq: number;
  readonly said: Utterance;
}

/**
 * What is said in one room, or to one person, brought in order: repetitions are dropped, and what came behind a gap is
 * held back until that is filled.
 */
export class Feed {
  /** All up to this number has been shown. */
  shown: number;
  /** When what is held back is shown though something is missing; Infinity for not at all. */
  dueAt = Number.POSITIVE_INFINITY;
  /** Whatever comes next follows: what was before it is not known. */
  #anew: boolean;
  /** When what is missing was asked for last. */
  #askedAt = Number.NEGATIVE_INFINITY;
  readonly #held = new Map<number, Heard>();
  readonly #repeats: Repeats;

  constructor(repeats: Repeats, shown: number, anew: boolean) {
    this.shown = shown;
    this.#anew = anew;
    this.#repeats = repeats;
  }

  /** When what is missing is to be asked for; Infinity while nothing is. */
  get wantsAt(): number {
    if (this.#held.size === 0 || this.#anew) return Number.POSITIVE_INFINITY;
    return this.#askedAt + ASK_AGAIN_MS;
  }

  asked(now: number): void {
    this.#askedAt = now;
  }

  /** Whether more is held back than may be: it is to go on with what is there. */
  get isFull(): boolean {
    return this.#held.size > HELD_MAX;
  }

  /** What can be shown now that this has come. */
  take(heard: Heard): Shown[] {
    const { seq, prev } = heard.place;
    if (seq <= this.shown) return [];
    this.#held.set(seq, heard);
    if (prev > this.shown && !this.#anew) return [];
    // Nothing else lies before it: what is held back below it is from a broker that knows no more what was before that.
    const below = this.#release(({ place }) => place.seq < seq);
    return [...below, ...this.#follow()];
  }

  /** Something that is missing does not come any more: the lowest of what is there follows, and of what comes soon. */
  missed(now: number): void {
    this.#anew = true;
    if (this.#held.size > 0) this.dueAt = Math.min(this.dueAt, now + REMEMBERED_MS);
  }

  /** Everything that is held back. */
  release(): Shown[] {
    this.#anew = false;
    return this.#release(() => true);
  }

  /** Another numbering begins, and where is not known. */
  restart(): void {
    this.shown = 0;
    this.#anew = true;
    this.#held.clear();
    this.#askedAt = Number.NEGATIVE_INFINITY;
    this.dueAt = Number.POSITIVE_INFINITY;
  }

  /** The broker says that what is said follows behind `seq`; what of all that is held back can be shown then. */
  resume(kind: RoomKind, seq: number): Shown[] {
    this.#anew = false;
    const shown = this.#release((next) => next.place.seq <= seq);
    // A transient room that was made anew may have begun to count anew.
    if (seq > this.shown || kind === 'transient') this.shown = seq;
    return [...shown, ...this.#follow()];
  }

  /** Takes out what follows what has been shown. */
  #follow(): Shown[] {
    return this.#release(({ place }) => {
      const follows = place.prev <= this.shown || this.#anew;
      this.#anew = false;
      return follows;
    });
  }

  /** Takes out what is held back, lowest first, while it may be shown. */
  #release(may: (next: Heard) => boolean): Shown[] {
    const shown: Shown[] = [];
    const inOrder = [...this.#held.values()].sort((x, y) => x.place.seq - y.place.seq);
    for (const next of inOrder) {
      const { seq } = next.place;
      if (!may(next)) break;
      this.#held.delete(seq);
      if (seq <= this.shown) continue;
      this.shown = seq;
      if (next.said !== null && !this.#repeats.has(next.said)) shown.push({ seq, said: next.said });
    }
    if (this.#held.size === 0) {
      this.#askedAt = Number.NEGATIVE_INFINITY;
      this.dueAt = Number.POSITIVE_INFINITY;
    }
    return shown;
  }
}
