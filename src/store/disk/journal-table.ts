import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { batchFault, sealBatch } from '../codec.ts';
import { damaged } from './failure.ts';
import type { Meta } from './meta.ts';

/** Batches that are not all in the table of jobs yet, one a row. */
export class JournalTable {
  /** The number of the newest batch. */
  last: number;
  readonly #meta: Meta;
  readonly #file: string;
  readonly #insert: StatementSync;
  readonly #next: StatementSync;
  readonly #remove: StatementSync;

  constructor(db: DatabaseSync, meta: Meta, file: string) {
    this.#meta = meta;
    this.#file = file;
    this.#insert = db.prepare('INSERT INTO journal (seq, bytes) VALUES (?, ?)');
    this.#next = db.prepare('SELECT seq, bytes FROM journal WHERE seq > ? ORDER BY seq LIMIT 1');
    this.#remove = db.prepare(
      'DELETE FROM journal WHERE seq = (SELECT min(seq) FROM journal) AND seq <= ?',
    );
    this.last = meta.folded;
  }

  /** Adds a batch to the open transaction; its number. */
  append(bytes: Uint8Array): number {
    const seq = this.last + 1;
    sealBatch(bytes, this.#meta.epoch, seq);
    this.#insert.run(seq, bytes);
    this.last = seq;
    return seq;
  }

  /** The batches that are not folded, oldest first, each of them verified; a gap is damage. */
  *unfolded(): Generator<{ seq: number; bytes: Uint8Array }> {
    let seq = this.#meta.folded;
    for (;;) {
      const row = this.#next.get(seq);
      if (row === undefined) break;
      if (row.seq !== seq + 1)
        throw damaged(this.#file, `has no row ${seq + 1} in its table journal`);
      seq += 1;
      const bytes = row.bytes as Uint8Array;
      const fault = batchFault(bytes, seq);
      if (fault !== null)
        throw damaged(this.#file, `is damaged: row ${seq} of its table journal ${fault}`);
      this.last = seq;
      yield { seq, bytes };
    }
    if (seq < this.#meta.last)
      throw damaged(this.#file, `has no row ${seq + 1} in its table journal`);
  }

  /** Removes the oldest folded batch; false when there was none. */
  removeFolded(): boolean {
    return Number(this.#remove.run(this.#meta.folded).changes) > 0;
  }
}
