/** An answer that waits for its client to come back: the how manieth it is in this session, and the key of its token. */
export interface Undecided {
  readonly count: number;
  readonly key: string;
}

/** None where the worker is not known any more: it keeps what it said, and offers it to whom it joins next. */
type Offers = { has(key: string): boolean } | undefined;

/**
 * Up to which answer of its session a worker may forget what it has said: not further than to one that waits for
 * its client, and not further than what is durable.
 */
export class Confirmations {
  readonly #undecided: Undecided[];
  readonly #offered: ReadonlySet<string>;
  #decided = 0;
  /** Counts up to which all was durable before each turn that waits for its commit. */
  #waiting: number[] = [];
  #open = false;

  /** `offered`: the answers that came with offers, first of all. */
  constructor(offered: Undecided[] = []) {
    this.#undecided = offered;
    this.#offered = new Set(offered.map(({ key }) => key));
  }

  /** Whether the answer under this token came with an offer. */
  wasOffered(key: string): boolean {
    return this.#offered.has(key);
  }

  /** How many may be forgotten of the `ack` answers that have come. */
  upTo(ack: number): number {
    const undecided = this.#undecided[this.#decided];
    return Math.min(ack, ...this.#waiting, undecided === undefined ? ack : undecided.count - 1);
  }

  /** Whether answers have been decided on since `settle`; `offers` are those that are undecided still, by the keys of their tokens. */
  hasNews(offers: Offers): boolean {
    const undecided = this.#undecided[this.#decided];
    return undecided !== undefined && offers?.has(undecided.key) === false;
  }

  /** A turn ends: what was recorded of the answers that have been decided on is durable with it. */
  settle(offers: Offers): void {
    while (this.hasNews(offers)) this.wait(this.#undecided[this.#decided++]!.count - 1);
  }

  undecided(count: number, key: string): void {
    this.#undecided.push({ count, key });
  }

  /** What came behind the `count`-th answer in this turn is not durable yet. */
  wait(count: number): void {
    if (!this.#open) this.#waiting.push(count);
    this.#open = true;
    const last = this.#waiting.length - 1;
    this.#waiting[last] = Math.min(this.#waiting[last]!, count);
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
