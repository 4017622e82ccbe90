import { NO_STORE } from '../core/kept-store.ts';
import type { MeasuredStore, Opened, StoreFigures } from './store.ts';

/** The store of a broker that keeps jobs at level `memory` only: nothing is recorded, so no turn waits. */
export class MemoryStore implements MeasuredStore {
  readonly journal = NO_STORE.journal;
  readonly recordedBytes = 0;
  readonly pendingBytes = 0;

  async open(): Promise<Opened> {
    return { instance: '0'.repeat(32), nextNumber: 1, nextFence: 1, forgottenTo: 0 };
  }

  commit(): number {
    return 0;
  }

  async find(): Promise<null> {
    return null;
  }

  async list(): Promise<readonly never[]> {
    return [];
  }

  async backup(): Promise<void> {}

  async measure(): Promise<StoreFigures> {
    return { unfoldedBytes: 0, deadLetters: 0, foldedBytes: 0, houseworkSeconds: 0 };
  }

  async close(): Promise<void> {}
}
