import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LatidoError } from '../../errors.ts';
import { isBusy, refusalOf } from './failure.ts';

/**
 * Takes a data directory for this process, or throws DATA_IN_USE. The lock is one that the kernel lets go of when the
 * process ends, however it ends; the file itself means nothing.
 */
export function lockDirectory(dir: string): { release(): void } {
  const file = join(dir, 'LOCK');
  let db: DatabaseSync | null = null;
  try {
    db = new DatabaseSync(file);
    db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    const held = db;
    return { release: () => held.close() };
  } catch (error) {
    db?.close();
    throw isBusy(error) ? inUse(dir) : refusalOf(error, file);
  }
}

function inUse(dir: string): LatidoError {
  return new LatidoError(
    'DATA_IN_USE',
    `Another broker has the data directory ${dir}. Stop it, or give this one another with --data.`,
  );
}
