import { existsSync, linkSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { damaged } from './failure.ts';
import { syncDirectory, writeDurably } from './files.ts';
import type { StoreState } from './state-file.ts';
import { logBefore } from './wal-begun.ts';
import { scanWal } from './wal-scan.ts';

/**
 * The log is never smaller than this while the store is open: one that is has been cut. It is also what is reserved, so that
 * a commit need not make the file longer.
 */
export const WAL_BYTES = 4 * 1024 * 1024;

/**
 * Prepares the write-ahead log for SQLite to open: what is missing or damaged is refused; what is whole is written and
 * flushed anew, because a flush that failed once may have left bytes that can be read and are not on the disk.
 */
export function prepareWal(dir: string, db: string, state: StoreState['state']): void {
  const wal = `${db}-wal`;
  const whole = verifyWal(db, state);
  writeDurably(wal, whole, new Uint8Array(Math.max(0, WAL_BYTES - whole.length)));
  keepSecondName(wal, secondName(db));
  syncDirectory(dir);
}

/** The part of the log that SQLite will read; refused when it should be there and is not, or when more was there. */
export function verifyWal(db: string, state: StoreState['state']): Uint8Array {
  const wal = `${db}-wal`;
  const bytes = readWal(wal, secondName(db), state);
  const { header, end, damagedAt } = scanWal(bytes);
  if (damagedAt !== null)
    throw damaged(wal, `is damaged at byte ${damagedAt}: commits behind it cannot be read`);
  if (state !== 'open' || header) return bytes.subarray(0, end);
  const before = logBefore(bytes, db);
  if (before === null) throw damaged(wal, 'has a damaged beginning');
  return before;
}

/** After a clean end nothing is left of the log. */
export function removeSecondName(db: string): void {
  rmSync(secondName(db), { force: true });
}

/**
 * A process that ends without closing its store still lets SQLite take all of the log into the database and remove it: then
 * the log is here, under its second name, and shows that nothing is missing.
 */
function secondName(db: string): string {
  return `${db}-log`;
}

function readWal(wal: string, second: string, state: StoreState['state']): Uint8Array {
  const file = existsSync(wal) || !existsSync(second) || state !== 'open' ? wal : second;
  const size = existsSync(file) ? statSync(file).size : -1;
  if (state === 'open') {
    if (size < 0) throw damaged(wal, 'is missing, and the store was not closed');
    if (size < WAL_BYTES) throw damaged(wal, `has been cut: it has ${size} bytes`);
  }
  return size < 0 ? new Uint8Array(0) : readFileSync(file);
}

function keepSecondName(wal: string, second: string): void {
  rmSync(`${second}.part`, { force: true });
  try {
    linkSync(wal, `${second}.part`);
    renameSync(`${second}.part`, second);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // Some file systems have one name a file: there a store that was not closed is refused with DATA_DAMAGED.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP') throw error;
    rmSync(second, { force: true });
  }
}
