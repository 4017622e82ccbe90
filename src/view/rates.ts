import type { TypeStatus } from './status.ts';

const WINDOW_MS = 3000;
/** How often events come while anything changes. */
const EVERY_MS = 500;
/** From less than that no rate is made. */
const LEAST_MS = 400;

/** How many a second. */
export interface Rate {
  readonly submitted: number;
  /** Ended with an answer of the handler's. */
  readonly answered: number;
  /** Attempts that were given up. */
  readonly lost: number;
}

interface Sample extends Rate {
  readonly at: number;
}

const NONE: Rate = { submitted: 0, answered: 0, lost: 0 };

/** How fast the counters of types rise: what they were at each event of the last seconds. */
export class Rates {
  /** Of events, oldest first; the first is the only one that may be older than the window. */
  #times: number[] = [];
  readonly #samples = new Map<string, Sample[]>();

  /** Forgets what was before: nobody looked meanwhile. */
  begin(at: number, types: readonly TypeStatus[]): void {
    this.#times = [at];
    this.#samples.clear();
    for (const type of types) this.#samples.set(type.name, [sampleOf(at, type)]);
  }

  /** An event, and the types of which anything was another. Those that are new had done nothing before. */
  add(at: number, types: readonly TypeStatus[]): void {
    this.#times = [...within(this.#times, at, (time) => time), at];
    for (const type of types) {
      const before = this.#samples.get(type.name) ?? [{ ...NONE, at: 0 }];
      this.#samples.set(type.name, [...within(before, at, timeOf), sampleOf(at, type)]);
    }
  }

  drop(names: readonly string[]): void {
    for (const name of names) this.#samples.delete(name);
  }

  /** Of one type, in the seconds before `now`; null while too little of them is known. */
  of(name: string, now: number): Rate | null {
    const since = this.#since(now);
    if (since === null) return null;
    const samples = this.#samples.get(name) ?? [];
    const last = samples.at(-1);
    const first = samples.findLast(({ at }) => at <= since.event) ?? samples[0];
    if (last === undefined || first === undefined) return NONE;
    const perSecond = 1000 / (since.until - since.time);
    return {
      submitted: (last.submitted - first.submitted) * perSecond,
      answered: (last.answered - first.answered) * perSecond,
      lost: (last.lost - first.lost) * perSecond,
    };
  }

  /** Of all types together. */
  all(now: number): Rate | null {
    if (this.#since(now) === null) return null;
    let [submitted, answered, lost] = [0, 0, 0];
    for (const name of this.#samples.keys()) {
      const rate = this.of(name, now) ?? NONE;
      submitted += rate.submitted;
      answered += rate.answered;
      lost += rate.lost;
    }
    return { submitted, answered, lost };
  }

  /**
   * The event from which is counted, the moment up to which nothing had changed after it, and the moment up to which all is
   * known: events come that often while anything changes.
   */
  #since(now: number): { event: number; time: number; until: number } | null {
    const times = this.#times;
    const until = Math.max(times.at(-1) ?? 0, now - EVERY_MS);
    const start = until - WINDOW_MS;
    const found = Math.max(
      times.findLastIndex((time) => time <= start),
      0,
    );
    const event = times[found] ?? now;
    if (until - event < LEAST_MS) return null;
    const next = times[found + 1] ?? Number.POSITIVE_INFINITY;
    return { event, time: Math.max(event, Math.min(start, next - EVERY_MS)), until };
  }
}

/** Those of the window, and one before. */
function within<T>(list: readonly T[], now: number, at: (one: T) => number): T[] {
  const first = list.findLastIndex((one) => at(one) <= now - WINDOW_MS);
  return list.slice(Math.max(0, first));
}

function timeOf({ at }: Sample): number {
  return at;
}

function sampleOf(at: number, { submitted, answered, failed, lost }: TypeStatus): Sample {
  return { at, submitted, answered: answered + failed, lost };
}
