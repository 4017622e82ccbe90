import type { BrokerOptions } from '../options.ts';
import { databaseIn } from './disk/place.ts';
import { MemoryStore } from './memory.ts';
import { SqliteStore } from './sqlite.ts';
import type { MeasuredStore, StoreEvents } from './store.ts';

/** The store that a broker's options ask for. */
export function storeFor(options: BrokerOptions, events: StoreEvents): MeasuredStore {
  if (options.memory) return new MemoryStore();
  const { data, keepAnswersMs, keepAnswersBytes } = options;
  return new SqliteStore(data, { keepAnswersMs, keepAnswersBytes }, events);
}

/** The files that hold the store of a data directory. */
export function filesIn(dir: string): string[] {
  const file = databaseIn(dir);
  return [file, `${file}-wal`];
}
