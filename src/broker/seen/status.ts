import type { Chat } from '../../chat/chat.ts';
import type { Broker } from '../../core/broker.ts';
import { Ending } from '../../core/job.ts';
import type { StoreRefusal } from '../../core/outbox.ts';
import type { State } from '../../core/state.ts';
import type { Type } from '../../core/type.ts';
import { type Worker, WorkerState, workerStateNames } from '../../core/worker.ts';
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

/** What GET /api/status answers. Counts are since the broker started. */
export interface Status {
  readonly name: string;
  readonly version: string;
  readonly epoch: number;
  readonly uptimeSeconds: number;
  readonly state: 'serving' | 'draining';
  /** Connected now. */
  readonly clients: number;
  /** Jobs of all types. */
  readonly waiting: number;
  readonly dispatched: number;
  /** Bytes of all bodies and kept answers. */
  readonly heldBytes: number;
  readonly store?: StoreStatus;
  readonly chat?: ChatStatus;
  /** By name. */
  readonly types: readonly TypeStatus[];
  /** By name; at most 2,000 of them. */
  readonly workers: readonly WorkerStatus[];
  /** How many workers there are besides. */
  readonly workersUnlisted: number;
}

interface ChatStatus {
  /** Connected now. */
  readonly people: number;
  readonly rooms: number;
}

interface StoreStatus {
  /** While it is `failed`, no durable job is taken. */
  readonly state: 'open' | 'failed';
  /** Why it failed. */
  readonly failure: StoreRefusal | null;
  /** Of records on their way to the disk. */
  readonly pendingBytes: number;
  /** Of its files. */
  readonly bytes: number;
}

interface TypeStatus {
  readonly name: string;
  readonly waiting: number;
  readonly dispatched: number;
  readonly workers: number;
  readonly submitted: number;
  /** Ended with an answer of the handler's. */
  readonly answered: number;
  readonly failed: number;
  readonly dead: number;
  readonly cancelled: number;
  readonly expired: number;
}

interface WorkerStatus {
  readonly name: string;
  /** Empty for dialects whose workers have none. */
  readonly instance: string;
  readonly dialect: string;
  readonly types: readonly string[];
  readonly state: SeenState;
  /** From 0, idle, to 1, full, and beyond. */
  readonly load: number;
  readonly capacity: number;
  readonly inflight: number;
  readonly done: number;
  readonly failed: number;
}

/** The states in which a worker can be seen: one that is gone is not there, one that leaves is alive besides. */
export const seenStates = ['alive', 'stalled', 'away', 'leaving'] as const;
export type SeenState = (typeof seenStates)[number];

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
  return { store: { state: isOpen ? 'open' : 'failed', failure, pendingBytes, bytes } };
}

function chatStatus({ chat }: Vitals): { chat?: ChatStatus } {
  return chat ? { chat: { people: chat.people, rooms: chat.rooms.size } } : {};
}

/** The state to show of a worker that is not gone. */
export function seenStateOf(worker: Worker): SeenState {
  if (worker.state === WorkerState.ALIVE && worker.leaving) return 'leaving';
  return workerStateNames[worker.state] as SeenState;
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
    waiting: type.waiting,
    dispatched: type.dispatched,
    workers: type.fleet.members.size,
    submitted,
    answered: ends[Ending.OK]!,
    failed: ends[Ending.FAILED]!,
    dead: ends[Ending.DEAD]!,
    cancelled: ends[Ending.CANCELLED]!,
    expired: ends[Ending.EXPIRED]!,
  };
}

function workerStatus(worker: Worker): WorkerStatus {
  return {
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
