import type { DatabaseSync } from 'node:sqlite';
import { jobBytes, PRISTINE, type StoredJob } from '../stored-job.ts';
import { damaged } from './failure.ts';
import { COLUMNS, type Columns, jobOf, recordOf } from './job-table.ts';
import type { Meta } from './meta.ts';

const CHUNK_BYTES = 256 * 1024;
const ROWS = 500;

/** Jobs as they travel, in chunks. */
export function* chunksOf(jobs: Iterable<StoredJob>): Generator<Uint8Array> {
  let chunk = new Uint8Array(CHUNK_BYTES);
  let at = 0;
  for (const job of jobs) {
    const bytes = jobBytes(job);
    if (at + bytes.length > chunk.length) {
      if (at > 0) yield chunk.subarray(0, at);
      chunk = new Uint8Array(Math.max(CHUNK_BYTES, bytes.length));
      at = 0;
    }
    chunk.set(bytes, at);
    at += bytes.length;
  }
  if (at > 0) yield chunk.subarray(0, at);
}

/** All rows of jobs that have not ended, lowest number first, verified one by one, and at the end all together. */
export function* liveRows(db: DatabaseSync, meta: Meta, file: string): Generator<StoredJob> {
  const page = db.prepare(`SELECT number, record, sum, state_sum FROM jobs
    WHERE ending IS NULL AND number > ? ORDER BY number LIMIT ${ROWS}`);
  const whole = db.prepare(`SELECT ${COLUMNS} FROM jobs WHERE number = ?`);
  page.setReturnArrays(true);
  whole.setReturnArrays(true);
  let last = 0;
  let [count, sum] = [0, 0];
  for (;;) {
    const rows = page.all(last) as unknown as Columns[];
    for (const row of rows) {
      last = row[0] as number;
      count += 1;
      sum = (sum + last) % 2 ** 52;
      // Most have only been submitted, and a start waits for all of them.
      if (row[3] === 0) yield pristine(row, file);
      else yield jobOf(whole.get(last) as unknown as Columns, file);
    }
    if (rows.length < ROWS) break;
  }
  if (count !== meta.live || sum !== meta.live_sum)
    throw damaged(file, `has ${count} jobs that have not ended, but should have ${meta.live}`);
}

function pristine(row: Columns, file: string): StoredJob {
  return { number: row[0] as number, record: recordOf(row, file), standing: PRISTINE };
}
