/**
 * A client process that hands in jobs at a fixed rate, whatever becomes of those before: nobody who waits makes the load
 * smaller. It tells its figures of the span it was asked for.
 */

import { performance } from 'node:perf_hooks';
import { Client } from '../src/index.ts';
import { settings, tell } from './leash.ts';

export interface PacerSettings {
  readonly address: string;
  readonly type: string;
  readonly bodyBytes: number;
  readonly perSecond: number;
  /** `call`: at level memory, until the answer; `submit`: at level disk, until the accept. */
  readonly way: 'call' | 'submit';
}

export interface PaceSpan {
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

export interface PaceFigures {
  readonly jobs: number;
  readonly refused: number;
  /** From the call of the job. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** From when it was to be called: what holds the client up counts too. */
  readonly dueP99Ms: number;
  readonly dueMaxMs: number;
}

const { address, type, bodyBytes, perSecond, way } = settings<PacerSettings>();
const body = Buffer.alloc(bodyBytes, 'latido');
const client = new Client({ broker: address });
const handIn = (): Promise<unknown> =>
  way === 'submit' ? client.submit(type, body) : client.call(type, body);

process.on('message', (message: { kind: string; span: PaceSpan }) => {
  if (message.kind === 'pace') void pace(message.span);
});
await handIn();
tell({ kind: 'ready' });

async function pace({ warmUpSeconds, seconds }: PaceSpan): Promise<void> {
  const pace = new Pace(warmUpSeconds * 1000);
  const end = (warmUpSeconds + seconds) * perSecond;
  while (pace.offered < end) {
    pace.catchUp(end);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  while (pace.open > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  tell({ kind: 'figures', figures: pace.figures() });
}

class Pace {
  offered = 0;
  open = 0;
  #from = performance.now();
  #countFromMs: number;
  #refused = 0;
  #times: number[] = [];
  #dueTimes: number[] = [];

  constructor(countFromMs: number) {
    this.#countFromMs = countFromMs;
  }

  /** Hands in what is due by now. */
  catchUp(end: number): void {
    const due = Math.min(end, ((performance.now() - this.#from) / 1000) * perSecond);
    while (this.offered < due) void this.#one((this.offered++ * 1000) / perSecond);
  }

  figures(): PaceFigures {
    const times = Float64Array.from(this.#times).sort();
    const dueTimes = Float64Array.from(this.#dueTimes).sort();
    const at = (sorted: Float64Array, share: number) =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
    return {
      jobs: times.length,
      refused: this.#refused,
      p50Ms: at(times, 0.5),
      p99Ms: at(times, 0.99),
      maxMs: at(times, 1),
      dueP99Ms: at(dueTimes, 0.99),
      dueMaxMs: at(dueTimes, 1),
    };
  }

  async #one(dueMs: number): Promise<void> {
    this.open++;
    const from = performance.now();
    try {
      await handIn();
      if (dueMs < this.#countFromMs) return;
      const now = performance.now();
      this.#times.push(now - from);
      this.#dueTimes.push(now - this.#from - dueMs);
    } catch {
      this.#refused++;
    } finally {
      this.open--;
    }
  }
}
