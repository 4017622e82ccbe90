import type { BrokerOptions } from '../options.ts';
import { MemoryStore } from './memory.ts';
import { SqliteStore } from './sqlite.ts';
import type { Store, StoreEvents } from './store.ts';

/** The store that a broker's options ask for. */
export function storeFor(options: BrokerOptions, events: StoreEvents): Store {
  if (options.memory) return new MemoryStore();
  const { data, keepAnswersMs, keepAnswersBytes } = options;
  return new SqliteStore(data, { keepAnswersMs, keepAnswersBytes }, events);
}
