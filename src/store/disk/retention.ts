import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Meta } from './meta.ts';

/** How long and in how many bytes jobs that are done are remembered. */
export interface Keeping {
  readonly keepAnswersMs: number;
  readonly keepAnswersBytes: number;
}

/** Pages that are free anyway, because the journal will use them again: they stay. */
const FREE_PAGES = 1024;
const PAGES = 32;
const EVERY_MS = 1000;

/** Forgets jobs that are done, oldest end first, and gives the room back to the file system. Dead letters stay. */
export class Retention {
  readonly #db: DatabaseSync;
  readonly #meta: Meta;
  readonly #keeping: Keeping;
  readonly #oldest: StatementSync;
  readonly #remove: StatementSync;
  readonly #free: StatementSync;
  #nextAt = 0;

  constructor(db: DatabaseSync, meta: Meta, keeping: Keeping) {
    this.#db = db;
    this.#meta = meta;
    this.#keeping = keeping;
    this.#oldest = db.prepare(
      'SELECT number, ended_at, cost FROM jobs WHERE ending <> 2 ORDER BY ended_at LIMIT 16',
    );
    this.#remove = db.prepare('DELETE FROM jobs WHERE number = ?');
    this.#free = db.prepare('PRAGMA freelist_count');
  }

  /** When it next wants to look. */
  get due(): number {
    return this.#nextAt;
  }

  /** Works until `isOver`; whether something is left. */
  slice(now: number, isOver: () => boolean): boolean {
    do {
      if (!this.#forget(now) && !this.#shrink()) {
        this.#nextAt = now + EVERY_MS;
        return false;
      }
    } while (!isOver());
    return true;
  }

  #forget(now: number): boolean {
    const before = now - this.#keeping.keepAnswersMs;
    let forgotten = false;
    for (const row of this.#oldest.all()) {
      const tooMuch = this.#meta.done_bytes > this.#keeping.keepAnswersBytes;
      if (!tooMuch && Number(row.ended_at) >= before) break;
      this.#remove.run(row.number as number);
      this.#meta.done_bytes -= Number(row.cost);
      this.#meta.forgotten = Math.max(this.#meta.forgotten, Number(row.ended_at));
      this.#meta.changed = true;
      forgotten = true;
    }
    return forgotten;
  }

  #shrink(): boolean {
    if (Number(this.#free.get()?.freelist_count) <= FREE_PAGES) return false;
    this.#db.exec(`PRAGMA incremental_vacuum(${PAGES})`);
    return true;
  }
}
