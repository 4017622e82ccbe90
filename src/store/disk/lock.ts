import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LatidoError } from '../../errors.ts';
import { isBusy } from './failure.ts';

/**
 * Takes a data directory for this process, or throws DATA_IN_USE. The lock is one that the kernel lets go of when the
 * process ends, however it ends; the file itself means nothing.
 */
export function lockDirectory(dir: string): { release(): void } {
  const db = new DatabaseSync(join(dir, 'LOCK'));
  try {
    db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (!isBusy(error)) throw error;
    throw new LatidoError('DATA_IN_USE', `Another broker has the data directory ${dir}.`);
  }
  return { release: () => db.close() };
}
