import { closeSync, openSync, readSync } from 'node:fs';
import { viewOf } from '../codec.ts';
import { FRAME_HEADER, HEADER, headerSums, scanWal } from './wal-scan.ts';

/**
 * The log as it was before SQLite began it anew, when its header is half the new one: all of it is in the database then, and
 * it may as well be read again. So the frames must make a whole log together with the header they had, and the database must
 * have what they say; else null.
 */
export function logBefore(wal: Uint8Array, db: string): Uint8Array | null {
  if (wal.length < HEADER + FRAME_HEADER) return null;
  const count = viewOf(wal).getUint32(12);
  for (const before of [count - 1, count]) {
    const old = withHeader(wal, before);
    const { header, end, damagedAt } = scanWal(old);
    const whole = old.subarray(0, end);
    if (header && end > HEADER && damagedAt === null && hasPages(db, whole)) return whole;
  }
  return null;
}

/** The log with the header that it had when it had been begun so many times: each of its frames carries the two salts. */
function withHeader(wal: Uint8Array, count: number): Uint8Array {
  const old = new Uint8Array(wal);
  const view = viewOf(old);
  view.setUint32(12, count);
  old.set(wal.subarray(HEADER + 8, HEADER + 16), 16);
  const [sum0, sum1] = headerSums(old);
  view.setUint32(24, sum0);
  view.setUint32(28, sum1);
  return old;
}

/** Whether each page of a whole log is in the database as the log has it last. */
function hasPages(db: string, wal: Uint8Array): boolean {
  const view = viewOf(wal);
  const page = view.getUint32(8);
  // What the last commit has left out is not in the database any more.
  const count = view.getUint32(wal.length - page - FRAME_HEADER + 4);
  const last = new Map<number, number>();
  for (let at = HEADER; at < wal.length; at += FRAME_HEADER + page)
    if (view.getUint32(at) <= count) last.set(view.getUint32(at), at + FRAME_HEADER);
  const there = Buffer.alloc(page);
  const fd = openSync(db, 'r');
  try {
    for (const [number, at] of last) {
      const read = readSync(fd, there, 0, page, (number - 1) * page);
      if (read !== page || there.compare(wal, at, at + page) !== 0) return false;
    }
    return true;
  } finally {
    closeSync(fd);
  }
}
