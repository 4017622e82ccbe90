import type { Chat } from '../../chat/chat.ts';
import type { Broker } from '../../core/broker.ts';
import { Ending } from '../../core/job.ts';
import type { State } from '../../core/state.ts';
import type { Type } from '../../core/type.ts';
import { type Worker, WorkerState, workerStateNames } from '../../core/worker.ts';
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
  connections(): { clients: number; workers: number };
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

/** The broker as it is at this moment, as plain data for JSON. */
export function statusOf(now: number, vitals: Vitals): Status {
  const { state } = vitals.broker;
  const workers = listed(state.workers);
  return {
    name: vitals.name,
    version: vitals.version,
    epoch: state.runs.epoch,
    uptimeSeconds: Math.max(0, now - vitals.startedAt) / 1000,
    state: state.draining ? 'draining' : 'serving',
    clients: vitals.connections().clients,
    waiting: state.waiting,
    dispatched: dispatchedOf(state),
    heldBytes: state.slabs.heldBytes,
    ...storeStatus(vitals),
    ...chatStatus(vitals),
    types: [...state.types.values()].map(typeStatus).sort(byName),
    workers: workers.map(workerStatus).sort(byName),
    workersUnlisted: state.workers.size - workers.length,
  };
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
function listed(workers: ReadonlySet<Worker>): Worker[] {
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

function typeStatus(type: Type): TypeStatus {
  const { submitted, ends } = type.counts;
  return {
    name: type.name,
    state: 'open',
    waiting: type.waiting,
    dispatched: type.dispatched,
    workers: type.fleet.members.size,
    submitted,
    answered: ends[Ending.OK]!,
    failed: ends[Ending.FAILED]!,
    dead: ends[Ending.DEAD]!,
    cancelled: ends[Ending.CANCELLED]!,
    expired: ends[Ending.EXPIRED]!,
    lost: 0,
    oldestMs: 0,
  };
}

function workerStatus(worker: Worker): WorkerStatus {
  return {
    key: worker.instance,
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
