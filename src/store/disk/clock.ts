/** The wall clock as it was at the start, going on steadily: when it is set, nothing is forgotten early. */
export class SteadyClock {
  readonly #start = Date.now() - performance.now();

  now(): number {
    return this.#start + performance.now();
  }
}
