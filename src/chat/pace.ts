/** How much somebody may do in a while: so many a second, and twice that (or 40) at once after a rest. */
export class Pace {
  readonly #perSecond: number;
  readonly #most: number;
  #left: number;
  #at: number;

  constructor(now: number, perSecond: number) {
    this.#perSecond = perSecond;
    this.#most = Math.max(40, 2 * perSecond);
    this.#left = this.#most;
    this.#at = now;
  }

  /** Whether one more is within it. */
  step(now: number): boolean {
    this.#left = Math.min(this.#most, this.#left + ((now - this.#at) / 1000) * this.#perSecond);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
