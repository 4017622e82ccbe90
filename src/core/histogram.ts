const BUCKETS = 25;

/** Counts durations in buckets whose bounds double, from 0.1 ms to over ten minutes; one addition an observation. */
export class Histogram {
  readonly counts = new Array<number>(BUCKETS).fill(0);
  /** Tenths of milliseconds, all together. */
  sum = 0;
  count = 0;

  /** `tenths` of a millisecond; what is negative counts as 0. */
  observe(tenths: number): void {
    const value = tenths > 0 ? tenths : 0;
    const at = value <= 1 ? 0 : 32 - Math.clz32(value - 1);
    this.counts[at < BUCKETS ? at : BUCKETS - 1]!++;
    this.sum += value;
    this.count++;
  }

  /** The upper bound of bucket `at` in seconds; the last one has none. */
  static boundSeconds(at: number): number {
    return at === BUCKETS - 1 ? Number.POSITIVE_INFINITY : 2 ** at / 10_000;
  }
}
