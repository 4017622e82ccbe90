import { closeSync, openSync, readSync } from 'node:fs';
import { viewOf } from '../codec.ts';
import { newer } from './state-file.ts';

/** The version of the tables and of all bytes in them. */
export const DATA_FORMAT = 1;

/** What a database file says that is a backup: SQLite's application id. */
export const BACKUP_ID = 0x4c544442;

const MAGIC = 'SQLite format 3\0';

/** What the first page of a database that nobody has opened says: whether it is a backup that was never opened as a store. */
export function readHeader(file: string): { sound: boolean; backup: boolean } {
  const bytes = Buffer.alloc(100);
  const fd = openSync(file, 'r');
  try {
    readSync(fd, bytes, 0, 100, 0);
  } finally {
    closeSync(fd);
  }
  if (bytes.toString('latin1', 0, 16) !== MAGIC) return { sound: false, backup: false };
  const view = viewOf(bytes);
  const format = view.getUint32(60);
  if (format > DATA_FORMAT) throw newer(file, format);
  return { sound: true, backup: view.getUint32(68) === BACKUP_ID };
}
