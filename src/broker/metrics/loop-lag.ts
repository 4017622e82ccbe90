import { type ELDHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

const SAMPLE_MS = 50;
const QUANTILES = [0.5, 0.9, 0.99] as const;
/** The worst is told again for so long: after a freeze the first scrapes are those that nobody waits for any more. */
const WORST_MS = 60_000;

/** How late the event loop was since it was last asked, and all together; in seconds. */
export interface Lag {
  readonly quantiles: readonly (readonly [quantile: number, seconds: number])[];
  /** Of the last minute, and since it was last asked. */
  readonly maxSeconds: number;
  readonly sumSeconds: number;
  readonly count: number;
}

/** Measures how late a timer of the process fires: what anything that arrives has to wait. */
export class LoopLag {
  readonly #delays: ELDHistogram = monitorEventLoopDelay({ resolution: SAMPLE_MS });
  #sumSeconds = 0;
  #count = 0;
  #worst = 0;
  #worstAt = Number.NEGATIVE_INFINITY;

  constructor() {
    this.#delays.enable();
  }

  /** Reads it, and begins anew. */
  take(now: number): Lag {
    const delays = this.#delays;
    const { count } = delays;
    const lag = (nanoseconds: number) => (count === 0 ? 0 : lateSeconds(nanoseconds));
    this.#count += count;
    this.#sumSeconds += lag(delays.mean) * count;
    const quantiles = QUANTILES.map((q) => [q, lag(delays.percentile(q * 100))] as const);
    const maxSeconds = this.#worstOf(now, lag(delays.max));
    delays.reset();
    return { quantiles, maxSeconds, sumSeconds: this.#sumSeconds, count: this.#count };
  }

  close(): void {
    this.#delays.disable();
  }

  #worstOf(now: number, seconds: number): number {
    if (seconds >= this.#worst || now - this.#worstAt > WORST_MS) {
      this.#worst = seconds;
      this.#worstAt = now;
    }
    return this.#worst;
  }
}

/** What is measured is the time between two firings, the interval included. */
function lateSeconds(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - SAMPLE_MS / 1000);
}
