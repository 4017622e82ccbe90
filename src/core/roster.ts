import type { Adoption, Offer } from './adoption.ts';
import type { Attempts } from './attempts.ts';
import type { WorkerOutbox } from './outbox.ts';
import type { Run } from './run.ts';
import type { State } from './state.ts';
import type { Type } from './type.ts';
import { Worker, type WorkerHello, WorkerState } from './worker.ts';

const STALLED_HEARTBEATS = 3;
const STALE_HEARTBEATS = 2.5;
const PENALTY_DECAY = 0.9;
const PENALTY_MIN = 0.01;

/** Who is there to work: joins, reports, stalls, goes away, comes back, leaves, is gone. */
export class Roster {
  readonly #state: State;
  readonly #attempts: Attempts;
  readonly #adoption: Adoption;
  #away = new Set<Worker>();

  constructor(state: State, attempts: Attempts, adoption: Adoption) {
    this.#state = state;
    this.#attempts = attempts;
    this.#adoption = adoption;
  }

  /** A worker joins, or one that was here under this instance comes back; null when there is no room for its types. */
  ready(now: number, hello: WorkerHello, outbox: WorkerOutbox, offers: Offer[]): Worker | null {
    const types = this.#typesOf(hello.types);
    if (types === null) return null;
    const known =
      hello.instance === '' ? undefined : this.#state.workersByInstance.get(hello.instance);
    const worker = known ?? this.#newWorker(now, hello, outbox);
    if (known === undefined) this.#join(worker);
    else this.#comeBack(now, worker, hello, outbox);
    const kept = new Set<Run | null>();
    for (const offer of offers) kept.add(this.#adoption.offer(now, worker, offer));
    this.#adoption.returned(now, worker);
    for (const run of worker.runs().reverse()) {
      if (!kept.has(run)) this.#attempts.undelivered(now, run);
    }
    for (const type of worker.types) type.fleet.leave(worker);
    worker.types = types;
    for (const type of worker.types) type.fleet.join(worker);
    this.#state.touchWorker(worker);
    this.#state.watcher.worker(worker, known === undefined ? 'joined' : 'back');
    return worker;
  }

  /**
   * What a worker says of itself: its load, how many dispatches and adoptions of its session it has seen, and how many
   * dispatches have started.
   */
  report(now: number, worker: Worker, load: number, seen: number, started: number): void {
    worker.reportAt = now;
    worker.reported = load;
    worker.hasReported = true;
    worker.seen = Math.min(seen, worker.dispatched + worker.adopted);
    worker.started = Math.max(worker.started, Math.min(started, worker.dispatched));
    if (worker.state === WorkerState.STALLED) {
      worker.state = WorkerState.ALIVE;
      this.#state.watcher.worker(worker, 'awake');
    }
    this.#state.touchWorker(worker);
  }

  /** It takes no more jobs; those it has are finished. */
  leave(worker: Worker): void {
    if (worker.leaving) return;
    worker.leaving = true;
    this.#standDown(worker);
    this.#state.watcher.worker(worker, 'leaving');
  }

  /** It is to go: it is told so, if it has ears, and gets no more jobs in any case. */
  dismiss(worker: Worker): void {
    worker.dismissed = true;
    this.leave(worker);
    worker.outbox.leave();
  }

  /** Its connection has ended, though it may live: its jobs wait for it for the grace. */
  away(now: number, worker: Worker): void {
    if (worker.state === WorkerState.GONE) return;
    worker.state = WorkerState.AWAY;
    worker.awayUntil = now + this.#state.settings.workerGraceMs;
    this.#away.add(worker);
    this.#standDown(worker);
    this.#state.watcher.worker(worker, 'away');
  }

  /** It is dead, or as good as dead: its jobs go elsewhere at once. */
  gone(now: number, worker: Worker): void {
    if (worker.state === WorkerState.GONE) return;
    worker.state = WorkerState.GONE;
    this.#away.delete(worker);
    this.#state.workers.delete(worker);
    if (worker.instance !== '') this.#state.workersByInstance.delete(worker.instance);
    for (const type of worker.types) type.fleet.leave(worker);
    this.#state.counts.workersGone++;
    this.#state.watcher.worker(worker, 'gone');
    const alone = worker.inflight === 1;
    this.#adoption.forget(worker);
    for (const run of worker.runs().reverse()) this.#attempts.orphan(now, run, alone);
    this.#attempts.unreserve(worker);
  }

  /** Gives up those that were waited for long enough; the next instant at which there is one. */
  expire(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const worker of this.#away) {
      if (worker.awayUntil <= now) this.gone(now, worker);
      else next = Math.min(next, worker.awayUntil);
    }
    return next;
  }

  /** Once a heartbeat: who is stalled, whose report is too old to believe, whose failures lie far enough back. */
  beat(now: number): void {
    const { heartbeatMs } = this.#state.settings;
    const medians = new Map<Type, number | null>();
    for (const worker of this.#state.workers) {
      if (worker.state !== WorkerState.ALIVE) continue;
      const age = now - worker.reportAt;
      if (worker.reports && age > STALLED_HEARTBEATS * heartbeatMs) this.#stall(worker);
      else if (worker.hasReported && age > STALE_HEARTBEATS * heartbeatMs)
        this.#guess(worker, medians, now - STALE_HEARTBEATS * heartbeatMs);
      if (worker.penalty > 0) this.#forgive(worker);
    }
  }

  /** The types of these names, none of which makes room for another; null when there is too little room. */
  #typesOf(names: readonly string[]): Type[] | null {
    const types: Type[] = [];
    for (const name of new Set(names)) {
      const type = this.#state.type(name);
      if (type === null) break;
      type.names++;
      types.push(type);
    }
    for (const type of types) type.names--;
    return types.length === new Set(names).size ? types : null;
  }

  #newWorker(now: number, hello: WorkerHello, outbox: WorkerOutbox): Worker {
    const { workerBytesMax } = this.#state.settings;
    return new Worker(now, hello, outbox, workerBytesMax, this.#state.countsOf(hello.dialect));
  }

  #join(worker: Worker): void {
    this.#state.workers.add(worker);
    if (worker.instance !== '') this.#state.workersByInstance.set(worker.instance, worker);
    worker.number = ++this.#state.counts.workersJoined;
  }

  #comeBack(now: number, worker: Worker, hello: WorkerHello, outbox: WorkerOutbox): void {
    this.#adoption.forget(worker);
    this.#away.delete(worker);
    this.#standDown(worker);
    worker.state = WorkerState.ALIVE;
    worker.awayUntil = Number.POSITIVE_INFINITY;
    worker.outbox = outbox;
    worker.capacity = hello.capacity;
    worker.leaving = worker.dismissed;
    if (worker.dismissed) outbox.leave();
    worker.dispatched = worker.adopted = worker.seen = worker.started = 0;
    worker.hasReported = false;
    worker.reportAt = now;
    for (const run of worker.runs()) run.order = 0;
    this.#state.counts.workersBack++;
  }

  #stall(worker: Worker): void {
    worker.state = WorkerState.STALLED;
    this.#state.counts.workersStalled++;
    this.#standDown(worker);
    this.#state.watcher.worker(worker, 'stalled');
  }

  /** It gets no new jobs; a suspect that was to be alone here looks for another worker. */
  #standDown(worker: Worker): void {
    if (worker.reserved !== null && worker.reserved.run === null) this.#attempts.unreserve(worker);
    this.#state.touchWorker(worker);
  }

  /** A report that is too old says less than those of the others: their median takes its place. */
  #guess(worker: Worker, medians: Map<Type, number | null>, freshSince: number): void {
    const type = worker.types[0];
    if (type === undefined) return;
    if (!medians.has(type)) medians.set(type, medianLoad(type, freshSince));
    const median = medians.get(type);
    if (median === null || median === undefined) return;
    worker.reported = median;
    this.#state.touchWorker(worker);
  }

  #forgive(worker: Worker): void {
    worker.penalty *= PENALTY_DECAY;
    if (worker.penalty < PENALTY_MIN) worker.penalty = 0;
    this.#state.touchWorker(worker);
  }
}

/** The median of the loads reported since then by workers of the type, or null when there is none. */
function medianLoad(type: Type, freshSince: number): number | null {
  const loads: number[] = [];
  for (const worker of type.fleet.members) {
    if (worker.hasReported && worker.reportAt >= freshSince) loads.push(worker.reported);
  }
  loads.sort((x, y) => x - y);
  return loads[loads.length >> 1] ?? null;
}
