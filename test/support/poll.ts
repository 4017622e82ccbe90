const EVERY_MS = 4;
const WITHIN_MS = 20_000;

/** Waits until `look` gives something; fails with `what` when that takes too long. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | null | Promise<T | undefined | false | null>,
  withinMs: number = WITHIN_MS,
): Promise<T> {
  const late = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (performance.now() > late) throw new Error(`not within ${withinMs} ms: ${what}`);
    await after(EVERY_MS);
  }
}

/** A span that is itself what a test is about: how long something is frozen, cut off or under load. */
export function after(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Milliseconds of a clock that all processes of this machine share, and that nobody sets. */
export function sharedClock(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
