import type { DatabaseSync } from 'node:sqlite';
import { jobBytes, type StoredJob } from '../stored-job.ts';
import { damaged } from './failure.ts';
import { COLUMNS, jobOf } from './job-table.ts';
import type { Meta } from './meta.ts';

const CHUNK_BYTES = 256 * 1024;
const ROWS = 1000;

/** Jobs as they travel, in chunks. */
export function* chunksOf(jobs: Iterable<StoredJob>): Generator<Uint8Array> {
  const chunk = new Chunk();
  for (const job of jobs) {
    chunk.add(jobBytes(job));
    if (chunk.length >= CHUNK_BYTES) yield chunk.take();
  }
  if (chunk.length > 0) yield chunk.take();
}

/** All rows of jobs that have not ended, lowest number first, verified one by one, and at the end all together. */
export function* liveRows(db: DatabaseSync, meta: Meta, file: string): Generator<StoredJob> {
  const page = db.prepare(`SELECT ${COLUMNS} FROM jobs
    WHERE ending IS NULL AND number > ? ORDER BY number LIMIT ${ROWS}`);
  page.setReturnArrays(true);
  let last = 0;
  let [count, sum] = [0, 0];
  for (;;) {
    const rows = page.all(last) as unknown as (number | string | Uint8Array | null)[][];
    for (const row of rows) {
      const job = jobOf(row, file);
      last = job.number;
      count += 1;
      sum = (sum + last) % 2 ** 52;
      yield job;
    }
    if (rows.length < ROWS) break;
  }
  if (count !== meta.live || sum !== meta.live_sum)
    throw damaged(file, `has ${count} jobs that have not ended, but should have ${meta.live}`);
}

class Chunk {
  #pieces: Uint8Array[] = [];
  length = 0;

  add(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.length += bytes.length;
  }

  take(): Uint8Array {
    const bytes = new Uint8Array(this.length);
    let at = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    this.#pieces = [];
    this.length = 0;
    return bytes;
  }
}
