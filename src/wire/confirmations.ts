/** An answer that waits for its client to come back: the how manieth it is in this session, and the key of its token. */
export interface Undecided {
  readonly count: number;
  readonly key: string;
}

/**
 * Up to which answer of its session a worker may forget what it has said: not further than to one that waits for
 * its client, and not further than what is durable.
 */
export class Confirmations {
  readonly #undecided: Undecided[];
  #decided = 0;
  /** Counts up to which all was durable before each turn that waits for its commit. */
  #waiting: number[] = [];
  #open = false;

  constructor(undecided: Undecided[] = []) {
    this.#undecided = undecided;
  }

  /** `ack` answers have come; `offers` are those that are undecided still, by the keys of their tokens. */
  upTo(ack: number, offers: { has(key: string): boolean } | undefined): number {
    const durable = this.#waiting[0] ?? ack;
    const undecided = this.#undecided;
    while (this.#decided < undecided.length) {
      const { count, key } = undecided[this.#decided]!;
      if (offers?.has(key)) return Math.min(count - 1, durable);
      this.#decided++;
    }
    return durable;
  }

  undecided(count: number, key: string): void {
    this.#undecided.push({ count, key });
  }

  /** What came behind the `count`-th answer in this turn is not durable yet. */
  wait(count: number): void {
    if (this.#open) return;
    this.#open = true;
    this.#waiting.push(count);
  }

  /** The turn is over; whether something of it waits for its commit. */
  seal(): boolean {
    const open = this.#open;
    this.#open = false;
    return open;
  }

  /** The first turn that waited is durable. */
  durable(): void {
    this.#waiting.shift();
  }
}
