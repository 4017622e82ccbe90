/** When, in core time, jobs wait for the workers that may have them: what the judge holds the broker to. */
export class AdoptWindow {
  /** Since when, without a break: what was offered before that is decided. */
  since = 0;
  until = Number.NEGATIVE_INFINITY;
  /** Until when calls that nobody here knows wait: a store that has failed does not hold them up. */
  callsUntil = 0;

  /** The broker has started, or its store has been opened. */
  open(now: number, adoptMs: number): void {
    this.callsUntil = now + adoptMs;
    this.#last(now, this.callsUntil);
  }

  /** The store has failed: durable jobs wait until it has been opened. */
  hold(now: number): void {
    this.#last(now, Number.POSITIVE_INFINITY);
  }

  #last(now: number, until: number): void {
    if (now >= this.until) this.since = now;
    this.until = until;
  }
}
