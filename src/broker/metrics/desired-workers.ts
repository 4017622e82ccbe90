/** What the arithmetic needs of a type. */
export interface SampledType {
  readonly waiting: number;
  readonly dispatched: number;
  readonly counts: {
    readonly submitted: number;
    /** Tenths of milliseconds from dispatch to answer. */
    readonly service: { readonly sum: number; readonly count: number };
  };
  readonly fleet: { readonly members: Iterable<{ readonly capacity: number }> };
}

const WINDOW_MS = 60_000;
/** A whole number of workers must not become one more by a rounding error. */
const ROUNDING = 1e-9;

interface Sample {
  readonly at: number;
  readonly submitted: number;
  readonly serviceTenths: number;
  readonly served: number;
}

/** What was sampled of one type: the oldest may be older than the window, all others are in it. */
class Samples {
  readonly #samples: Sample[];
  /** The time a job took, the last time any was answered. */
  #meanSeconds = 0;

  constructor(at: number) {
    this.#samples = [{ at, submitted: 0, serviceTenths: 0, served: 0 }];
  }

  add(at: number, { counts: { submitted, service } }: SampledType): void {
    const samples = this.#samples;
    samples.push({ at, submitted, serviceTenths: service.sum, served: service.count });
    while (samples[1]!.at <= at - WINDOW_MS) samples.shift();
    const first = samples[0]!;
    const served = service.count - first.served;
    if (served > 0) this.#meanSeconds = (service.sum - first.serviceTenths) / served / 10_000;
  }

  /** Seconds of work that come in a second. */
  get work(): number {
    const first = this.#samples[0]!;
    const last = this.#samples.at(-1)!;
    if (last.at === first.at) return 0;
    return ((last.submitted - first.submitted) * 1000 * this.#meanSeconds) / (last.at - first.at);
  }
}

/**
 * How many workers each type needs for what came in the last minute: jobs a second × mean seconds of service ÷ the share of
 * time in which a worker is to be busy ÷ the mean capacity of its workers. It is to be sampled every few seconds.
 */
export class DesiredWorkers {
  readonly #targetUse: number;
  readonly #samples = new WeakMap<SampledType, Samples>();
  #sampledAt: number;

  constructor(now: number, targetUse: number) {
    this.#sampledAt = now;
    this.#targetUse = targetUse;
  }

  /** A type that is new has had no jobs at the sample before. */
  sample(now: number, types: Iterable<SampledType>): void {
    if (now <= this.#sampledAt) return;
    for (const type of types) {
      let samples = this.#samples.get(type);
      if (samples === undefined) {
        samples = new Samples(this.#sampledAt);
        this.#samples.set(type, samples);
      }
      samples.add(now, type);
    }
    this.#sampledAt = now;
  }

  of(type: SampledType): number {
    const work = this.#samples.get(type)?.work ?? 0;
    const needed = Math.ceil(work / this.#targetUse / meanCapacity(type) - ROUNDING);
    return Math.max(needed, type.waiting + type.dispatched > 0 ? 1 : 0);
  }
}

function meanCapacity({ fleet: { members } }: SampledType): number {
  let sum = 0;
  let count = 0;
  for (const { capacity } of members) {
    sum += capacity;
    count++;
  }
  return count === 0 ? 1 : sum / count;
}
