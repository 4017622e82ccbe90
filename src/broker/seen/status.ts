import type { Chat } from '../../chat/chat.ts';
import type { Broker } from '../../core/broker.ts';
import { Ending } from '../../core/job.ts';
import type { State } from '../../core/state.ts';
import type { Type } from '../../core/type.ts';
import { type Worker, WorkerState, workerStateNames } from '../../core/worker.ts';
import { LatidoError } from '../../errors.ts';
import type {
  ChatStatus,
  Status,
  StoreStatus,
  TypeStatus,
  WorkerSeenState,
  WorkerStatus,
} from '../../view/status.ts';
import type { StoreMeter } from '../store-meter.ts';

/** What the broker's shell lets be seen of itself. */
export interface Vitals {
  readonly broker: Broker;
  /** For people. */
  readonly name: string;
  readonly version: string;
  /** When the process began to serve, in milliseconds of the clock that `statusOf` is asked by. */
  readonly startedAt: number;
  /** Connections that are open now. */
  connections(): Iterable<readonly [side: 'client' | 'worker', dialect: string]>;
  /** Messages and records that were dropped, by reason. */
  readonly drops: ReadonlyMap<string, number>;
  /** Whether jobs are taken now. */
  ready(): boolean;
  /** Null where no data is kept. */
  readonly store?: StoreMeter | null;
  readonly chat?: Chat | null;
}

/** All states in which a worker can be seen. */
export const seenStates: readonly WorkerSeenState[] = ['alive', 'stalled', 'away', 'leaving'];

const WORKERS_LISTED_MAX = 2000;

/** The broker as it is at this moment, as plain data for JSON; `brief`: without its types and workers. */
export function statusOf(now: number, vitals: Vitals, brief = false): Status {
  const { broker } = vitals;
  const { state } = broker;
  const workers = brief ? [] : listed(state.workers);
  const types = brief ? [] : [...state.types.values()];
  return {
    name: vitals.name,
    version: vitals.version,
    epoch: state.runs.epoch,
    uptimeSeconds: Math.max(0, now - vitals.startedAt) / 1000,
    state: state.draining ? 'draining' : 'serving',
    clients: clientsOf(vitals),
    waiting: state.waiting,
    dispatched: dispatchedOf(state),
    heldBytes: state.slabs.heldBytes,
    ...storeStatus(vitals),
    ...chatStatus(vitals),
    types: types.map((type) => typeStatus(now, broker, type)).sort(byName),
    workers: workers.map(workerStatus).sort(byName),
    workersUnlisted: state.workers.size - workers.length,
  };
}

function clientsOf(vitals: Vitals): number {
  let clients = 0;
  for (const [side] of vitals.connections()) if (side === 'client') clients++;
  return clients;
}

function storeStatus({ store, broker }: Vitals): { store?: StoreStatus } {
  if (!store) return {};
  const { isOpen, pendingBytes, bytes } = store;
  const failure = broker.state.storeRefusal;
  const state = isOpen ? 'open' : 'failed';
  const deadLetters = store.figures?.deadLetters ?? null;
  return { store: { state, failure, pendingBytes, bytes, deadLetters } };
}

function chatStatus({ chat }: Vitals): { chat?: ChatStatus } {
  return chat ? { chat: { people: chat.people, rooms: chat.rooms.size } } : {};
}

/** The state to show of a worker that is not gone. */
export function seenStateOf(worker: Worker): WorkerSeenState {
  if (worker.state === WorkerState.ALIVE && worker.leaving) return 'leaving';
  return workerStateNames[worker.state] as WorkerSeenState;
}

/** The load to show of a worker: what it reported, or, if it never has, how full it is. */
export function loadOf(worker: Worker): number {
  return worker.hasReported ? worker.reported : worker.inflight / worker.capacity;
}

/** The first to join: sorting all the workers there can be would hold the loop up. */
export function listed(workers: ReadonlySet<Worker>): Worker[] {
  const list: Worker[] = [];
  for (const worker of workers) {
    if (list.length === WORKERS_LISTED_MAX) break;
    list.push(worker);
  }
  return list;
}

function dispatchedOf(state: State): number {
  let jobs = 0;
  for (const type of state.types.values()) jobs += type.dispatched;
  return jobs;
}

/** A type as it is. */
export function typeStatus(now: number, { inventory }: Broker, type: Type): TypeStatus {
  const { submitted, ends } = type.counts;
  return {
    name: type.name,
    state: type.paused ? 'paused' : type.draining ? 'draining' : 'open',
    waiting: type.waiting,
    dispatched: type.dispatched,
    workers: type.fleet.members.size,
    submitted,
    answered: ends[Ending.OK]!,
    failed: ends[Ending.FAILED]!,
    dead: ends[Ending.DEAD]!,
    cancelled: ends[Ending.CANCELLED]!,
    expired: ends[Ending.EXPIRED]!,
    lost: lostOf(type),
    oldestMs: Math.round(inventory.oldestMs(now, type)),
  };
}

/** Nobody has named it yet. */
export function unknownType(name: string): LatidoError {
  return new LatidoError('TYPE_UNKNOWN', `no job or worker of type '${name}' is known here`);
}

/** Attempts at jobs of the type that were given up. */
export function lostOf({ counts: { lost } }: Type): number {
  let sum = 0;
  for (const cause in lost) sum += lost[cause as keyof typeof lost];
  return sum;
}

/** A worker as it is. */
export function workerStatus(worker: Worker): WorkerStatus {
  return {
    key: worker.identity,
    name: worker.name,
    instance: worker.instance,
    dialect: worker.dialect,
    types: worker.types.map((type) => type.name),
    state: seenStateOf(worker),
    load: loadOf(worker),
    capacity: worker.capacity,
    inflight: worker.inflight,
    done: worker.done,
    failed: worker.failed,
  };
}

function byName(x: { name: string }, y: { name: string }): number {
  return x.name < y.name ? -1 : x.name > y.name ? 1 : 0;
}
