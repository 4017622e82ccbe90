/** The wall clock as it was at the start, going on steadily: when it is set, nothing is forgotten early. */
export class SteadyClock {
  readonly #start = Date.now() - performance.now();

  now(): number {
    return this.#start + performance.now();
  }
}

/** A question that is answered with yes when so many milliseconds are over. */
export function until(ms: number): () => boolean {
  const end = performance.now() + ms;
  return () => performance.now() >= end;
}
