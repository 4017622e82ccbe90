import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { LatidoError } from '../../errors.ts';
import { syncDirectory, syncFile } from './files.ts';
import { BACKUP_ID } from './header.ts';

/** Pages copied at a time: between two of them the store goes on. */
const PAGES = 64;

/** Copies an open database into one new file, which opens as a store of its own when it is a directory's latido.db. */
export async function copyTo(db: DatabaseSync, file: string): Promise<void> {
  if (existsSync(file)) throw new LatidoError('STORE_FAILED', `${file} is there already.`);
  const part = `${file}.part`;
  try {
    rmSync(part, { force: true });
    await backup(db, part, { rate: PAGES });
    mark(part);
    syncFile(part);
    renameSync(part, file);
    syncDirectory(dirname(file));
  } finally {
    rmSync(part, { force: true });
  }
}

function mark(file: string): void {
  const db = new DatabaseSync(file);
  try {
    db.exec(`PRAGMA journal_mode = DELETE; PRAGMA application_id = ${BACKUP_ID}`);
  } finally {
    db.close();
  }
}
