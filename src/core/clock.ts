/**
 * The core's time: monotonic milliseconds without the gaps in which this process did not run. A freeze is noticed as a
 * reading that comes more than a heartbeat later than readings are made at the latest, and is left out: no deadline
 * and no report grows older by it, so nobody is punished for the broker's absence.
 */
export class Clock {
  readonly #readEveryMs: number;
  readonly #heartbeatMs: number;
  #last: number;
  /** Milliseconds left out so far. */
  frozenMs = 0;
  freezes = 0;

  /** Readings are made at least every `readEveryMs`. */
  constructor(monotonic: number, readEveryMs: number, heartbeatMs: number) {
    this.#readEveryMs = readEveryMs;
    this.#heartbeatMs = heartbeatMs;
    this.#last = monotonic;
  }

  /** `now`, from a monotonic reading in milliseconds. */
  read(monotonic: number): number {
    const late = monotonic - this.#last - this.#readEveryMs;
    if (late > this.#heartbeatMs) {
      this.frozenMs += late;
      this.freezes++;
    }
    this.#last = monotonic;
    return monotonic - this.frozenMs;
  }
}
