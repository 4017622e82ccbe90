import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteStore } from '../../../src/store/sqlite.ts';
import type { Store, StoreEvents } from '../../../src/store/store.ts';

/** How long and in how many bytes answers are kept. */
export interface Keeping {
  readonly keepAnswersMs: number;
  readonly keepAnswersBytes: number;
}

/** A kind of store: the same cases are run against each. */
export interface Engine {
  readonly name: string;
  /** A store on what is kept at a place; a second one there sees what the first one kept. */
  make(place: string, keeping: Keeping, events: StoreEvents): Store;
}

export const sqlite: Engine = {
  name: 'sqlite',
  make: (place, keeping, events) => new SqliteStore(place, keeping, events),
};

/** Nothing is forgotten. */
export const FOR_EVER: Keeping = { keepAnswersMs: 1e15, keepAnswersBytes: 1e15 };

/** A folder that is removed when the test is over. */
export function freshPlace(t: { teardown(work: () => void): void }): string {
  const place = mkdtempSync(join(tmpdir(), 'latido-store-'));
  t.teardown(() => rmSync(place, { recursive: true, force: true }));
  return place;
}
