import { performance } from 'node:perf_hooks';
import { Status } from '../wire/verbs.ts';
import { type Run, RunState } from './run.ts';

const BUCKETS = 25;
const TENTHS_MAX = 0xffff_ffff;

/** What a worker says of itself. */
export interface WorkerFigures {
  /** Whether it is joined to its broker now. */
  readonly joined: boolean;
  readonly capacity: number;
  /** What it reported last: 0 idle, 1 full. */
  readonly load: number;
  /** In the order in which the handlers were given. */
  readonly handlers: readonly HandlerFigures[];
}

/** What one handler has done since `Worker.figures` was called first. */
export interface HandlerFigures {
  readonly type: string;
  /** Begun and not ended, those included that were told to stop and do not. */
  readonly running: number;
  readonly ok: number;
  /** It threw, or its answer was too large. */
  readonly failed: number;
  /** It was told to stop, or given up, before it ended. */
  readonly cancelled: number;
  /** From begin to end, of all that have ended, in seconds. */
  readonly seconds: {
    readonly sum: number;
    readonly count: number;
    /** How many took longer than the bucket before and at most so long; the last one has no bound. */
    readonly buckets: readonly { readonly upTo: number; readonly count: number }[];
  };
}

/** Counts what the handlers of a worker do: plain fields, and two readings of the clock a job. */
export class Tally {
  readonly #handlers: readonly HandlerTally[];

  constructor(types: readonly string[]) {
    this.#handlers = types.map((type) => new HandlerTally(type));
  }

  began(run: Run): void {
    run.startedAt = performance.now();
    this.#handlers[run.type]!.running++;
  }

  /** Its handler has ended, and what it answered has been told or thrown away. */
  ended(run: Run): void {
    // It began before anything was counted.
    if (run.startedAt === 0) return;
    const handler = this.#handlers[run.type]!;
    handler.running--;
    handler.observe(performance.now() - run.startedAt);
    if (run.state !== RunState.ENDED || run.status === Status.CANCELLED) handler.cancelled++;
    else if (run.status === Status.OK) handler.ok++;
    else handler.failed++;
  }

  figures(): HandlerFigures[] {
    return this.#handlers.map((handler) => handler.figures());
  }
}

class HandlerTally {
  readonly type: string;
  running = 0;
  ok = 0;
  failed = 0;
  cancelled = 0;
  #sumMs = 0;
  #count = 0;
  readonly #counts = new Array<number>(BUCKETS).fill(0);

  constructor(type: string) {
    this.type = type;
  }

  observe(ms: number): void {
    const tenths = Math.min(TENTHS_MAX, Math.ceil(ms * 10));
    const at = tenths <= 1 ? 0 : 32 - Math.clz32(tenths - 1);
    this.#counts[Math.min(at, BUCKETS - 1)]!++;
    this.#sumMs += ms;
    this.#count++;
  }

  figures(): HandlerFigures {
    const { type, running, ok, failed, cancelled } = this;
    const buckets = this.#counts.map((count, at) => ({ upTo: boundSeconds(at), count }));
    const seconds = { sum: this.#sumMs / 1000, count: this.#count, buckets };
    return { type, running, ok, failed, cancelled, seconds };
  }
}

/** Bounds double, from 0.1 ms to 14 minutes. */
function boundSeconds(at: number): number {
  return at === BUCKETS - 1 ? Number.POSITIVE_INFINITY : 2 ** at / 10_000;
}
