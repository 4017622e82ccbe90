import type { Broker } from '../../core/broker.ts';
import { Histogram } from '../../core/histogram.ts';
import { Ending } from '../../core/job.ts';
import type { Type } from '../../core/type.ts';
import type { Worker } from '../../core/worker.ts';
import type { History as HistoryView, WorkerView } from '../../view/live.ts';
import { loadOf, lostOf } from './status.ts';
import { Track } from './track.ts';

const SECONDS = 300;
const BUCKETS = new Histogram().counts.length;
/** Workers whose reports are kept; more than that are seen, but not their past. */
const WORKERS_MAX = 2000;

/** The columns of a type's track. */
const COLUMNS = [
  ...(['submitted', 'answered', 'failed', 'lost'] as const),
  ...(['waiting', 'dispatched', 'p50Ms', 'p99Ms'] as const),
];

/** What was counted of a type at its last point. */
class Counted {
  submitted = 0;
  answered = 0;
  failed = 0;
  lost = 0;
  readonly answers = new Array<number>(BUCKETS).fill(0);
}

/** The last five minutes, a point a second: all types together, each of them, and what each worker reported. */
export class History {
  readonly #broker: Broker;
  readonly #now: () => number;
  readonly #at = new Track64(SECONDS);
  readonly #all = new Track(COLUMNS.length, SECONDS);
  readonly #types = new Map<Type, { readonly counted: Counted; readonly track: Track }>();
  readonly #workers = new Map<Worker, Track>();
  #timer: NodeJS.Timeout | null = null;

  constructor(broker: Broker, now: () => number) {
    this.#broker = broker;
    this.#now = now;
  }

  /** Begins to take a point a second. */
  start(): void {
    this.#timer = setInterval(() => this.take(), 1000);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  /** Takes a point. */
  take(): void {
    const now = this.#now();
    const { types } = this.#broker.state;
    this.#at.push(this.#broker.state.wallAt(now));
    const answers = new Array<number>(BUCKETS).fill(0);
    const sums = [0, 0, 0, 0, 0, 0];
    for (const type of types.values()) {
      const row = this.#takeType(type, answers);
      for (let at = 0; at < sums.length; at++) sums[at]! += row[at]!;
    }
    this.#all.push([...sums, quantile(answers, 0.5), quantile(answers, 0.99)]);
    for (const type of this.#types.keys()) {
      if (types.get(type.name) !== type) this.#types.delete(type);
    }
    this.#takeWorkers(now);
  }

  /** Of one type, or of all together; null when there is no such type. */
  of(name: string): HistoryView | null {
    const type = this.#broker.state.types.get(name);
    if (name !== '' && type === undefined) return null;
    const at = this.#at.last();
    const track = type === undefined ? this.#all : this.#types.get(type)?.track;
    const columns = COLUMNS.map((column, index) => {
      const values = track?.column(index, at.length) ?? at.map(() => Number.NaN);
      return [column, values.map((value) => known(value, column.endsWith('Ms') ? null : 0))];
    });
    return { at, ...Object.fromEntries(columns) };
  }

  /** What a worker reported. */
  ofWorker(worker: Worker): WorkerView['history'] {
    const at = this.#at.last();
    const track = this.#workers.get(worker);
    const column = (index: number) => track?.column(index, at.length) ?? at.map(() => Number.NaN);
    const loads = column(0);
    const first = loads.findIndex((value) => !Number.isNaN(value));
    const from = first < 0 ? at.length : first;
    const values = (index: number) => column(index).slice(from);
    return {
      at: at.slice(from),
      load: loads.slice(from).map(rounded),
      inflight: values(1),
      reportAgeMs: values(2).map((age) => known(age, null)),
    };
  }

  /** The row of one type; its answers of that second are added to those of all. */
  #takeType(type: Type, answers: number[]): number[] {
    let known = this.#types.get(type);
    if (known === undefined) {
      known = { counted: new Counted(), track: new Track(COLUMNS.length, SECONDS) };
      this.#types.set(type, known);
    }
    const { counted, track } = known;
    const { counts } = type;
    const own = counts.answer.counts.map((count, at) => count - counted.answers[at]!);
    own.forEach((count, at) => {
      answers[at]! += count;
      counted.answers[at]! += count;
    });
    const ended = counts.ends[Ending.OK]! + counts.ends[Ending.FAILED]!;
    const row = [
      counts.submitted - counted.submitted,
      ended - counted.answered,
      counts.ends[Ending.FAILED]! - counted.failed,
      lostOf(type) - counted.lost,
      type.waiting,
      type.dispatched,
      quantile(own, 0.5),
      quantile(own, 0.99),
    ];
    counted.submitted = counts.submitted;
    counted.answered = ended;
    counted.failed = counts.ends[Ending.FAILED]!;
    counted.lost = lostOf(type);
    track.push(row);
    return row;
  }

  #takeWorkers(now: number): void {
    const { workers } = this.#broker.state;
    for (const worker of this.#workers.keys()) {
      if (!workers.has(worker)) this.#workers.delete(worker);
    }
    for (const worker of workers) {
      let track = this.#workers.get(worker);
      if (track === undefined) {
        if (this.#workers.size >= WORKERS_MAX) continue;
        track = new Track(3, SECONDS);
        this.#workers.set(worker, track);
      }
      track.push([loadOf(worker), worker.inflight, reportAgeMs(now, worker)]);
    }
  }
}

/** Instants do not fit into 32 bits. */
class Track64 {
  readonly #most: number;
  readonly #values: number[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  push(value: number): void {
    this.#values.push(value);
    if (this.#values.length > 2 * this.#most) this.#values.splice(0, this.#most);
  }

  last(): number[] {
    return this.#values.slice(-this.#most);
  }
}

/** NaN for a worker that never reports. */
export function reportAgeMs(now: number, { reports, hasReported, reportAt }: Worker): number {
  return reports && hasReported ? Math.max(0, now - reportAt) : Number.NaN;
}

/** The upper bound in milliseconds of the bucket that holds it; NaN when nothing is in any. */
function quantile(counts: readonly number[], q: number): number {
  const count = counts.reduce((sum, each) => sum + each, 0);
  if (count === 0) return Number.NaN;
  let left = count * q;
  const at = counts.findIndex((each) => {
    left -= each;
    return left <= 0;
  });
  return Histogram.boundSeconds(Math.min(at, counts.length - 2)) * 1000;
}

function known<T>(value: number, otherwise: T): number | T {
  return Number.isNaN(value) ? otherwise : rounded(value);
}

/** What 32 bits made of a number with few digits. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
