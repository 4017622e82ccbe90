import { build, type Histogram } from 'hdr-histogram-js';
import { errorTable, LatidoError } from '../errors.ts';
import type { CallOptions, Client } from '../index.ts';

/** The figures of a load; times in milliseconds from submit to answer, of answered jobs. */
export interface LoadFigures {
  readonly jobs: number;
  readonly answered: number;
  readonly failed: number;
  readonly refused: number;
  readonly seconds: number;
  readonly jobsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

interface LoadOptions {
  readonly type: string;
  readonly body: Uint8Array | string;
  readonly call: CallOptions;
  /** How many jobs are in flight at once. */
  readonly concurrency: number;
  /** Whether one more job is to be handed in, when so many have been. */
  more(submitted: number): boolean;
}

/** Keeps `concurrency` jobs in flight while `more` says so, and measures each. */
export class Load {
  readonly #client: Client;
  readonly #options: LoadOptions;
  readonly #micros: Histogram = build({ numberOfSignificantValueDigits: 3, autoResize: true });
  readonly #startedAt = performance.now();
  #submitted = 0;
  #answered = 0;
  #failed = 0;
  #refused = 0;

  constructor(client: Client, options: LoadOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** Resolves when all jobs have ended; rejects at once when no broker is there. */
  async run(): Promise<LoadFigures> {
    await Promise.all(Array.from({ length: this.#options.concurrency }, () => this.#lane()));
    return this.figures();
  }

  /** How many jobs have ended. */
  get ended(): number {
    return this.#answered + this.#failed + this.#refused;
  }

  figures(): LoadFigures {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    // The histogram's buckets end above the values in them: no percentile may pass the maximum.
    const max = this.#micros.maxValue;
    const ms = (percent: number) =>
      rounded(Math.min(this.#micros.getValueAtPercentile(percent), max) / 1000);
    return {
      jobs: this.#submitted,
      answered: this.#answered,
      failed: this.#failed,
      refused: this.#refused,
      seconds: rounded(seconds),
      jobsPerSecond: Math.round(this.#answered / seconds),
      p50Ms: ms(50),
      p99Ms: ms(99),
      maxMs: rounded(max / 1000),
    };
  }

  async #lane(): Promise<void> {
    const { type, body, call } = this.#options;
    while (this.#options.more(this.#submitted)) {
      this.#submitted += 1;
      const at = performance.now();
      try {
        await this.#client.call(type, body, call);
        this.#answered += 1;
        this.#micros.recordValue(Math.round((performance.now() - at) * 1000));
      } catch (error) {
        this.#count(error);
      }
    }
  }

  #count(error: unknown): void {
    if (!(error instanceof LatidoError) || error.code === 'NO_BROKER') throw error;
    const entry = Object.hasOwn(errorTable, error.code)
      ? errorTable[error.code as keyof typeof errorTable]
      : undefined;
    if (entry !== undefined && entry.wire !== null) this.#refused += 1;
    else this.#failed += 1;
  }
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
