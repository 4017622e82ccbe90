import type { Store } from './store.ts';

/** The store of a broker that keeps jobs at level `memory` only: they leave no records, so no turn waits. */
export class MemoryStore implements Store {
  commit(): null {
    return null;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
