import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { JobFilter, StoredState } from '../store.ts';
import { jobBytes } from '../stored-job.ts';
import { COLUMNS, jobOf } from './job-table.ts';

/** Rows that are looked at between two looks at the clock. */
const WINDOW = 1000;

/** Conditions as the indexes have them. */
const STATES: Readonly<Record<StoredState, string>> = {
  waiting: 'ending IS NULL AND open_fence IS NULL',
  dispatched: 'ending IS NULL AND open_fence IS NOT NULL',
  done: 'ending <> 2',
  dead: 'ending = 2',
};

/** A question about the table of jobs, answered slice by slice: windows of rows, so that no look at it takes long. */
export class Page {
  readonly #db: DatabaseSync;
  readonly #file: string;
  readonly #filter: JobFilter;
  readonly #found: Uint8Array[] = [];
  #after: number;

  constructor(db: DatabaseSync, file: string, filter: JobFilter) {
    this.#db = db;
    this.#file = file;
    this.#filter = filter;
    this.#after = filter.after ?? 0;
  }

  /** Works until `isOver`; the jobs that were found when it is done, as they travel, else null. */
  slice(isOver: () => boolean): Uint8Array | null {
    const bound = this.#db.prepare(
      `SELECT number FROM jobs WHERE ${this.#conditions(['number > ?'])} ORDER BY number LIMIT 1 OFFSET ${WINDOW - 1}`,
    );
    while (this.#found.length < this.#filter.limit) {
      const to = bound.get(this.#after)?.number as number | undefined;
      this.#look(to ?? Number.MAX_SAFE_INTEGER);
      if (to === undefined) break;
      this.#after = to;
      if (isOver()) return null;
    }
    return new Uint8Array(Buffer.concat(this.#found));
  }

  #look(to: number): void {
    const { type, since, until, limit } = this.#filter;
    const conditions = ['number > ?', 'number <= ?'];
    const values: SQLInputValue[] = [this.#after, to];
    const add = (condition: string, value: SQLInputValue | undefined) => {
      if (value === undefined) return;
      conditions.push(condition);
      values.push(value);
    };
    add('type = ?', type);
    add('submitted_at >= ?', since);
    add('submitted_at < ?', until);
    const rows = this.#db.prepare(
      `SELECT ${COLUMNS} FROM jobs WHERE ${this.#conditions(conditions)} ORDER BY number LIMIT ?`,
    );
    rows.setReturnArrays(true);
    for (const row of rows.all(...values, limit - this.#found.length))
      this.#found.push(jobBytes(jobOf(row as never, this.#file)));
  }

  #conditions(others: readonly string[]): string {
    const { state } = this.#filter;
    return [...(state === undefined ? [] : [STATES[state]]), ...others].join(' AND ');
  }
}
