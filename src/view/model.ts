import type { Change, Figures, Happening, Whole } from './live.ts';
import { type Rate, Rates } from './rates.ts';
import type { TypeStatus, WorkerSeenState, WorkerStatus } from './status.ts';

const HAPPENINGS_MAX = 200;

/** Workers of a type by the state they are in. */
export type StateCounts = Readonly<Record<WorkerSeenState, number>>;

/**
 * The broker as the events of GET /api/live tell it: a `whole`, then each `change` on top. Whoever shows it asks with `now` in
 * the broker's wall-clock milliseconds: `at`, and what has passed here since that event came.
 */
export class LiveModel {
  /** Of the last event; 0 before the first. */
  at = 0;
  name = '';
  version = '';
  /** Another with each start of the broker. */
  epoch = 0;
  figures: Figures | null = null;
  /** By name. */
  types: readonly TypeStatus[] = [];
  /** By key. */
  readonly workers = new Map<string, WorkerStatus>();
  workersUnlisted = 0;
  /** The last 200, oldest first. */
  happenings: readonly Happening[] = [];
  /** How many are not among them because too much happened at once. */
  happeningsUnlisted = 0;
  /** What happened before may be told again by the change that follows. */
  #wholeAt = 0;
  readonly #rates = new Rates();
  #states: Map<string, Record<WorkerSeenState, number>> | null = null;

  /** The event `whole`: nothing is left of what was known before. */
  whole(whole: Whole): void {
    const { at, name, version, epoch, figures, workersUnlisted, happenings } = whole;
    Object.assign(this, { at, name, version, epoch, figures, workersUnlisted });
    this.types = [...whole.types].sort(byName);
    this.workers.clear();
    for (const worker of whole.workers) this.workers.set(worker.key, worker);
    this.happenings = happenings.slice(-HAPPENINGS_MAX);
    this.happeningsUnlisted = 0;
    this.#wholeAt = at;
    this.#rates.begin(at, whole.types);
    this.#states = null;
  }

  /** The event `change`. */
  change(change: Change): void {
    if (this.figures === null) return;
    this.at = change.at;
    this.figures = change.figures;
    this.#changeTypes(change);
    this.#changeWorkers(change);
    const fresh = change.happenings.filter((one) => one.at > this.#wholeAt || !this.#has(one));
    this.happenings = [...this.happenings, ...fresh].slice(-HAPPENINGS_MAX);
    this.happeningsUnlisted += change.happeningsUnlisted;
    this.#rates.add(change.at, change.types);
  }

  /** How fast the jobs of one type, or of all, come and go; null in the first half second. */
  rate(now: number, type?: string): Rate | null {
    return type === undefined ? this.#rates.all(now) : this.#rates.of(type, now);
  }

  /** Of the workers that are listed. */
  statesOf(type: string): StateCounts {
    this.#states ??= countStates(this.workers.values());
    return this.#states.get(type) ?? noStates();
  }

  #has(one: Happening): boolean {
    const text = JSON.stringify(one);
    return this.happenings.some((known) => JSON.stringify(known) === text);
  }

  #changeTypes({ types, typesGone }: Change): void {
    this.#rates.drop(typesGone);
    if (types.length + typesGone.length === 0) return;
    const known = new Map(this.types.map((type) => [type.name, type]));
    for (const name of typesGone) known.delete(name);
    for (const type of types) known.set(type.name, type);
    this.types = [...known.values()].sort(byName);
  }

  #changeWorkers({ workersCame, workers, workersGone, workersUnlisted }: Change): void {
    for (const key of workersGone) this.workers.delete(key);
    for (const worker of workersCame) this.workers.set(worker.key, worker);
    for (const [key, state, load, capacity, inflight, done, failed] of workers) {
      const known = this.workers.get(key);
      if (known === undefined) continue;
      this.workers.set(key, { ...known, state, load, capacity, inflight, done, failed });
    }
    this.workersUnlisted = workersUnlisted;
    this.#states = null;
  }
}

/** What a worker is called where people read it. */
export function workerName({ name, key }: { readonly name: string; readonly key: string }): string {
  return name || key.slice(0, 8);
}

function countStates(
  workers: Iterable<WorkerStatus>,
): Map<string, Record<WorkerSeenState, number>> {
  const counts = new Map<string, Record<WorkerSeenState, number>>();
  for (const { types, state } of workers) {
    for (const type of types) {
      const states = counts.get(type) ?? noStates();
      states[state]++;
      counts.set(type, states);
    }
  }
  return counts;
}

function noStates(): Record<WorkerSeenState, number> {
  return { alive: 0, stalled: 0, away: 0, leaving: 0 };
}

function byName(x: { name: string }, y: { name: string }): number {
  return x.name < y.name ? -1 : x.name > y.name ? 1 : 0;
}
