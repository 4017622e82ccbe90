import type { State } from '../../core/state.ts';
import type { Worker } from '../../core/worker.ts';
import { loadOf, seenStateOf } from '../seen/status.ts';
import { Member, Members } from './members.ts';
import { one, type Reading } from './reading.ts';

/** With more workers than that none has lines of its own: a scrape stays small. */
const WORKERS_SHOWN_MAX = 1000;
const INSTANCE_SHOWN = 8;
/** Characters of the names of all types of a worker. */
const TYPES_SHOWN_MAX = 128;
const stateNumbers = { alive: 0, leaving: 1, stalled: 2, away: 3 } as const;

/** What is shown of each worker. */
export function workerMetrics(state: State): Reading[] {
  const known = new WorkerMembers(state);
  const workers = new Members(() => known.all());
  return [
    workers.single('latido_worker_load', loadOf),
    workers.single('latido_worker_inflight', (worker) => worker.inflight),
    workers.single('latido_worker_capacity', (worker) => worker.capacity),
    workers.single('latido_worker_state', (worker) => stateNumbers[seenStateOf(worker)]),
    workers.single('latido_worker_jobs_total', (worker) => worker.done),
    workers.single('latido_worker_failures_total', (worker) => worker.failed),
    one('latido_workers_unlisted', () => {
      return state.workers.size > WORKERS_SHOWN_MAX ? state.workers.size : 0;
    }),
  ];
}

/**
 * Each worker with its labels: its name where no other has it, otherwise with the beginning of its instance behind it,
 * so that every label names one worker.
 */
class WorkerMembers {
  readonly #state: State;
  #members: ReadonlyMap<Worker, Member<Worker>> = new Map();
  #changes = -1;

  constructor(state: State) {
    this.#state = state;
  }

  /** Made anew only when somebody has joined, come back or gone; who is called as before stays the same member. */
  all(): Iterable<Member<Worker>> {
    const { workersJoined, workersBack, workersGone } = this.#state.counts;
    const changes = workersJoined + workersBack + workersGone;
    if (changes !== this.#changes) {
      this.#changes = changes;
      this.#members = membersOf(this.#state.workers, this.#members);
    }
    return this.#members.values();
  }
}

function membersOf(
  workers: ReadonlySet<Worker>,
  before: ReadonlyMap<Worker, Member<Worker>>,
): ReadonlyMap<Worker, Member<Worker>> {
  const members = new Map<Worker, Member<Worker>>();
  if (workers.size > WORKERS_SHOWN_MAX) return members;
  const named = new Map<string, number>();
  for (const { name } of workers) named.set(name, (named.get(name) ?? 0) + 1);
  const taken = new Set<string>();
  for (const each of workers) {
    const unique = each.name !== '' && named.get(each.name) === 1;
    const wanted = unique ? each.name : longName(each);
    let worker = wanted;
    for (let n = 2; taken.has(worker); n++) worker = `${wanted}-${n}`;
    taken.add(worker);
    const type = typesOf(each);
    const old = before.get(each);
    const isSame = old?.labels.worker === worker && old.labels.type === type;
    members.set(each, isSame ? old : new Member(each, { worker, type }));
  }
  return members;
}

function longName({ name, instance, dialect }: Worker): string {
  return `${name || dialect}-${instance.slice(0, INSTANCE_SHOWN) || '1'}`;
}

function typesOf({ types }: Worker): string {
  let shown = '';
  for (const { name } of types) {
    if (shown.length + name.length >= TYPES_SHOWN_MAX) return `${shown},…`;
    shown = shown === '' ? name : `${shown},${name}`;
  }
  return shown;
}
