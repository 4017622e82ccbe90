import { join } from 'node:path';

/** The file in a data directory that holds the store. */
export function databaseIn(dir: string): string {
  return join(dir, 'latido.db');
}
