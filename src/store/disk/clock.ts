/**
 * The wall clock as it was when the process started, going on steadily, as the core has it: when it is set, nothing is forgotten
 * early, also by a thread that is started after that.
 */
export function steadyNow(): number {
  return performance.timeOrigin + performance.now();
}

/** A question that is answered with yes when so many milliseconds are over. */
export function until(ms: number): () => boolean {
  const end = performance.now() + ms;
  return () => performance.now() >= end;
}
