/** Keeps a number of calls in flight and measures a span of them: the same for every caller. */

import { performance } from 'node:perf_hooks';
import type { Caller } from './plain.ts';

/** Above this many calls in flight only some of the lanes take times: a clock read costs too. */
const TIMED_LANES_MAX = 64;

export interface Span {
  readonly inFlight: number;
  /** When to begin, in ms since 1970: several clients begin together. */
  readonly beginAt: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

export interface Figures {
  readonly jobs: number;
  readonly seconds: number;
  readonly jobsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Drives the caller through the span: each lane makes its next call when its last is answered. */
export async function drive(caller: Caller, body: Uint8Array, span: Span): Promise<Figures> {
  await delay(span.beginAt - Date.now());
  const load = new Load(caller, body);
  const seconds = await Promise.race([measure(load, span), load.failed]);
  load.ended = true;
  const times = Float64Array.from(load.times).sort();
  return {
    jobs: load.jobs,
    seconds,
    jobsPerSecond: load.jobs / seconds,
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
  };
}

async function measure(load: Load, span: Span): Promise<number> {
  for (let lane = 0; lane < span.inFlight; lane++) load.begin(lane < TIMED_LANES_MAX);
  await delay(span.warmUpSeconds * 1000);
  const from = performance.now();
  load.counting = true;
  await delay(span.seconds * 1000);
  load.counting = false;
  return (performance.now() - from) / 1000;
}

class Load {
  counting = false;
  ended = false;
  jobs = 0;
  readonly times: number[] = [];
  readonly failed: Promise<never>;
  #fail!: (error: unknown) => void;
  #caller: Caller;
  #body: Uint8Array;

  constructor(caller: Caller, body: Uint8Array) {
    this.#caller = caller;
    this.#body = body;
    this.failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
  }

  begin(timed: boolean): void {
    (timed ? this.#timedLane() : this.#lane()).catch(this.#fail);
  }

  async #lane(): Promise<void> {
    while (!this.ended) {
      await this.#caller.call(this.#body);
      if (this.counting) this.jobs++;
    }
  }

  async #timedLane(): Promise<void> {
    while (!this.ended) {
      const from = performance.now();
      await this.#caller.call(this.#body);
      if (!this.counting) continue;
      this.jobs++;
      this.times.push(performance.now() - from);
    }
  }
}

function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
