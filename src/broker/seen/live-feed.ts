import type { Type } from '../../core/type.ts';
import type { Worker } from '../../core/worker.ts';
import type { Change, Figures, Whole, WorkerChange } from '../../view/live.ts';
import type { TypeStatus } from '../../view/status.ts';
import type { Happenings } from './happenings.ts';
import { LagWatch } from './lag-watch.ts';
import {
  listed,
  loadOf,
  seenStateOf,
  statusOf,
  typeStatus,
  type Vitals,
  workerStatus,
} from './status.ts';

/** A change is made that often while anything is another, and that soon when something has happened. */
const EVERY_MS = 500;
const SOON_MS = 50;
/** That often the store is asked what it has. */
const STORE_MS = 2000;
const WHOLE_HAPPENINGS = 100;
const CHANGE_HAPPENINGS = 50;

/** Takes an event: its name, and what it says as JSON. */
export type Listener = (event: 'whole' | 'change', json: string) => void;

/**
 * What is another since it was last looked at, for all who listen: made once, however many they are, and not at all while nobody
 * does.
 */
export class LiveFeed {
  readonly #vitals: Vitals;
  readonly #happenings: Happenings;
  readonly #now: () => number;
  readonly #listeners = new Set<Listener>();
  readonly #lag = new LagWatch();
  #types = new Map<Type, string>();
  #workers = new Map<Worker, string>();
  #figures = '';
  #seen = 0;
  #lastAt = 0;
  #storeAt = 0;
  #timer: NodeJS.Timeout | null = null;
  #timerAt = 0;

  constructor(vitals: Vitals, happenings: Happenings, now: () => number) {
    this.#vitals = vitals;
    this.#happenings = happenings;
    this.#now = now;
    happenings.onHappening = () => this.#soon();
  }

  /** How many listen. */
  get size(): number {
    return this.#listeners.size;
  }

  /** Listens from now on, with the whole first; the function that is returned ends it. */
  join(listener: Listener): () => void {
    // What has changed is told to the others first: the whole is what the next change is compared with.
    if (this.#listeners.size === 0) this.#begin();
    else this.#tick();
    this.#listeners.add(listener);
    listener('whole', JSON.stringify(this.#whole()));
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#end();
    };
  }

  close(): void {
    this.#listeners.clear();
    this.#end();
  }

  #begin(): void {
    this.#lag.start();
    this.#look();
    this.#arm(EVERY_MS);
  }

  #end(): void {
    this.#lag.stop();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#types.clear();
    this.#workers.clear();
  }

  /** Something has happened: it is told before long, with what else happens meanwhile. */
  #soon(): void {
    if (this.#listeners.size === 0) return;
    this.#arm(Math.max(SOON_MS, this.#lastAt + 2 * SOON_MS - performance.now()));
  }

  #arm(ms: number): void {
    const at = performance.now() + ms;
    if (this.#timer !== null && this.#timerAt <= at) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => this.#tick(), ms);
    this.#timer.unref();
  }

  #tick(): void {
    this.#timer = null;
    this.#lastAt = performance.now();
    this.#askStore(this.#lastAt);
    const change = this.#look();
    if (change !== null) {
      const json = JSON.stringify(change);
      for (const listener of this.#listeners) listener('change', json);
    }
    if (this.#listeners.size > 0) this.#arm(EVERY_MS);
  }

  #askStore(at: number): void {
    if (at < this.#storeAt) return;
    this.#storeAt = at + STORE_MS;
    void this.#vitals.store?.refresh();
  }

  #whole(): Whole {
    const now = this.#now();
    return {
      ...statusOf(now, this.#vitals),
      at: this.#vitals.broker.state.wallAt(now),
      figures: this.#figuresAt(now),
      happenings: this.#happenings.since(0, WHOLE_HAPPENINGS),
    };
  }

  /** What is another since the last look; null when nothing is. */
  #look(): Change | null {
    const now = this.#now();
    const { state } = this.#vitals.broker;
    const figures = this.#figuresAt(now);
    const { types, typesGone } = this.#lookAtTypes(now);
    const workers = this.#lookAtWorkers();
    const { count } = this.#happenings;
    const happenings = this.#happenings.since(this.#seen, CHANGE_HAPPENINGS);
    const happened = count - this.#seen;
    this.#seen = count;
    const text = figuresText(figures);
    const isOther = text !== this.#figures || happened > 0 || workers.isOther;
    this.#figures = text;
    if (!isOther && types.length + typesGone.length === 0) return null;
    return {
      at: state.wallAt(now),
      figures,
      types,
      typesGone,
      workersCame: workers.came,
      workers: workers.changed,
      workersGone: workers.gone,
      workersUnlisted: state.workers.size - this.#workers.size,
      happenings,
      happeningsUnlisted: happened - happenings.length,
    };
  }

  #lookAtTypes(now: number): { types: TypeStatus[]; typesGone: string[] } {
    const { broker } = this.#vitals;
    const before = this.#types;
    this.#types = new Map();
    const types: TypeStatus[] = [];
    for (const type of broker.state.types.values()) {
      const status = typeStatus(now, broker, type);
      const text = Object.values(status).join();
      this.#types.set(type, text);
      if (before.get(type) !== text) types.push(status);
    }
    const typesGone = [...before.keys()]
      .filter(({ name }) => !broker.state.types.has(name))
      .map(({ name }) => name);
    return { types, typesGone };
  }

  #lookAtWorkers() {
    const before = this.#workers;
    this.#workers = new Map();
    const came: ReturnType<typeof workerStatus>[] = [];
    const changed: WorkerChange[] = [];
    for (const worker of listed(this.#vitals.broker.state.workers)) {
      const row = rowOf(worker);
      const text = row.join();
      const old = before.get(worker);
      this.#workers.set(worker, text);
      before.delete(worker);
      if (old === undefined) came.push(workerStatus(worker));
      else if (old !== text) changed.push(row);
    }
    const gone = [...before.keys()].map(({ identity }) => identity);
    const isOther = came.length + changed.length + gone.length > 0;
    return { came, changed, gone, isOther };
  }

  #figuresAt(now: number): Figures {
    const { store, chat, ...status } = statusOf(now, this.#vitals, true);
    const { uptimeSeconds, state, clients, waiting, dispatched, heldBytes } = status;
    return {
      ...{ uptimeSeconds, state, clients, waiting, dispatched, heldBytes },
      memoryBytes: process.memoryUsage.rss(),
      lagMs: this.#lag.worstMs,
      store: store ?? null,
      chat: chat ?? null,
    };
  }
}

/** What moves without anything having happened does not count. */
function figuresText({ uptimeSeconds: _, memoryBytes, lagMs, ...figures }: Figures): string {
  return JSON.stringify([figures, Math.round(memoryBytes / 2 ** 22), Math.round(lagMs / 10)]);
}

function rowOf(worker: Worker): WorkerChange {
  const load = Math.round(loadOf(worker) * 1000) / 1000;
  const { identity, capacity, inflight, done, failed } = worker;
  return [identity, seenStateOf(worker), load, capacity, inflight, done, failed];
}
