import { closeSync, existsSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { LatidoError } from '../../errors.ts';
import { isBusy } from './failure.ts';
import { syncDirectory, syncFile } from './files.ts';
import { BACKUP_ID } from './header.ts';

/** Pages copied at a time: between two of them the store goes on. */
const PAGES = 64;
const TRIES = 1000;

/** Copies an open database into one new file, which opens as a store of its own when it is a directory's latido.db. */
export async function copyTo(db: DatabaseSync, file: string): Promise<void> {
  if (existsSync(file)) throw new LatidoError('STORE_FAILED', `${file} is there already.`);
  const part = `${file}.part`;
  try {
    await copy(db, part);
    mark(part);
    syncFile(part);
    renameSync(part, file);
    syncDirectory(dirname(file));
  } finally {
    rmSync(part, { force: true });
  }
}

/** The first step fails when it meets a transaction; the further ones wait by themselves. */
async function copy(db: DatabaseSync, part: string): Promise<void> {
  for (let left = TRIES; ; left -= 1) {
    rmSync(part, { force: true });
    makeFile(part);
    try {
      await backup(db, part, { rate: PAGES });
      return;
    } catch (error) {
      if (left === 0 || !isOccupied(error)) throw error;
      await setTimeout(1);
    }
  }
}

/** The jobs' bodies will be in it: nobody else may read it, from the beginning on. */
function makeFile(file: string): void {
  closeSync(openSync(file, 'wx', 0o600));
}

/** Node reports a step that met a transaction as one without an error. */
function isOccupied(error: unknown): boolean {
  return isBusy(error) || (error instanceof Error && error.message === 'not an error');
}

function mark(file: string): void {
  const db = new DatabaseSync(file);
  try {
    db.exec(`PRAGMA journal_mode = DELETE; PRAGMA application_id = ${BACKUP_ID}`);
  } finally {
    db.close();
  }
}
