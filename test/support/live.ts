/** What GET /api/live says, made up: the usual, and what a test wants to be another. */

import type { Change, Figures, Whole } from '../../src/view/live.ts';
import type { TypeStatus, WorkerStatus } from '../../src/view/status.ts';

/** A type that nothing has happened to. */
export function type(name: string, more: Partial<TypeStatus> = {}): TypeStatus {
  const counts = { submitted: 0, answered: 0, failed: 0, dead: 0, cancelled: 0, expired: 0 };
  const now = {
    state: 'open',
    waiting: 0,
    dispatched: 0,
    workers: 0,
    lost: 0,
    oldestMs: 0,
  } as const;
  return { name, ...counts, ...now, ...more };
}

/** A worker that has nothing to do; its key is its name. */
export function worker(
  name: string,
  types: readonly string[],
  more: Partial<WorkerStatus> = {},
): WorkerStatus {
  const who = {
    key: name,
    name,
    instance: name,
    dialect: 'native',
    types,
    state: 'alive',
  } as const;
  return { ...who, load: 0, capacity: 4, inflight: 0, done: 0, failed: 0, ...more };
}

export function figures(more: Partial<Figures> = {}): Figures {
  const jobs = { clients: 1, waiting: 0, dispatched: 0, heldBytes: 0 };
  const process = { uptimeSeconds: 60, state: 'serving', memoryBytes: 8e7, lagMs: 1 } as const;
  return { ...jobs, ...process, store: null, chat: null, ...more };
}

export function whole(at: number, more: Partial<Whole> = {}): Whole {
  const { store: _, chat: __, ...rest } = figures();
  const lists = { types: [], workers: [], workersUnlisted: 0, happenings: [] };
  return { name: 'b', version: '1', epoch: 1, at, ...rest, figures: figures(), ...lists, ...more };
}

export function changed(at: number, more: Partial<Change> = {}): Change {
  const types = { types: [], typesGone: [] };
  const workers = { workersCame: [], workers: [], workersGone: [], workersUnlisted: 0 };
  const happened = { happenings: [], happeningsUnlisted: 0 };
  return { at, figures: figures(), ...types, ...workers, ...happened, ...more };
}
