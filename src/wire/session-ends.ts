/** Refusals that were said one after the other: the numbers of the first and the last among all ends. */
interface Stretch {
  first: number;
  last: number;
}

/**
 * The ends of calls that a client was told in its session, answers and refusals, and which of them it has received. Refusals are
 * kept as stretches: between two of them is an answer that was not received, and those are bounded.
 */
export class SessionEnds {
  #said = 0;
  #received = 0;
  #refusalsReceived = 0;
  #refusals: Stretch[] = [];
  #head = 0;

  /** An answer was said. */
  answered(): void {
    this.#said++;
  }

  /** A refusal was said. */
  refused(): void {
    const number = ++this.#said;
    const latest = this.#refusals.at(-1);
    if (latest?.last === number - 1) latest.last = number;
    else this.#refusals.push({ first: number, last: number });
  }

  /** How many answers the client has by this ack; null when it goes back, or counts what was not said. */
  received(ack: number): number | null {
    const received = fullCount(ack, this.#said);
    if (received < this.#received) return null;
    this.#received = received;
    for (; this.#head < this.#refusals.length; this.#head++) {
      const stretch = this.#refusals[this.#head]!;
      if (stretch.last > received) {
        this.#enter(stretch, received);
        break;
      }
      this.#refusalsReceived += stretch.last - stretch.first + 1;
    }
    this.#tidy();
    return received - this.#refusalsReceived;
  }

  /** A stretch has been received in part. */
  #enter(stretch: Stretch, received: number): void {
    if (received < stretch.first) return;
    this.#refusalsReceived += received - stretch.first + 1;
    stretch.first = received + 1;
  }

  /** Not one by one: a long array is moved as a whole each time. */
  #tidy(): void {
    if (this.#head * 2 <= this.#refusals.length) return;
    this.#refusals = this.#refusals.slice(this.#head);
    this.#head = 0;
  }
}

/** The count that a u32 on the wire stands for, which begins again at 0 when it is full: the highest up to `most`. */
export function fullCount(wire: number, most: number): number {
  return most - ((most - wire) >>> 0);
}
