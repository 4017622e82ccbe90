import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { NOTE_TYPE } from '../../core/notes.ts';
import { type JobFilter, PAGE_BYTES_MAX, type StoredState } from '../store.ts';
import { jobBytes } from '../stored-job.ts';
import { COLUMNS, type Columns, jobOf } from './job-table.ts';

/** Rows that are looked at between two looks at the clock. */
const WINDOW = 1000;

/** The columns of a job without its body. */
const HEADS = COLUMNS.replace('record, sum', 'substr(record, 1, head_bytes), head_sum');

/** Conditions as the indexes have them. */
const STATES: Readonly<Record<StoredState, string>> = {
  waiting: 'ending IS NULL AND open_fence IS NULL',
  dispatched: 'ending IS NULL AND open_fence IS NOT NULL',
  done: 'ending <> 2',
  dead: 'ending = 2',
};

const UP = {
  beyond: 'number > ?',
  upTo: 'number <= ?',
  order: 'ORDER BY number',
  last: Number.MAX_SAFE_INTEGER,
} as const;
const DOWN = {
  beyond: 'number < ?',
  upTo: 'number >= ?',
  order: 'ORDER BY number DESC',
  last: 0,
} as const;

/** A question about the table of jobs, answered slice by slice: windows of rows, so that no look at it takes long. */
export class Page {
  readonly #db: DatabaseSync;
  readonly #file: string;
  readonly #filter: JobFilter;
  readonly #found: Uint8Array[] = [];
  #foundBytes = 0;
  /** How numbers are compared and ordered, and the last one that there can be. */
  readonly #way: typeof UP | typeof DOWN;
  #after: number;

  constructor(db: DatabaseSync, file: string, filter: JobFilter) {
    this.#db = db;
    this.#file = file;
    this.#filter = filter;
    this.#way = filter.newest ? DOWN : UP;
    this.#after = filter.after ?? (filter.newest ? UP.last : DOWN.last);
  }

  /** Works until `isOver`; the jobs that were found when it is done, as they travel, else null. */
  slice(isOver: () => boolean): Uint8Array | null {
    const { beyond, order, last } = this.#way;
    const bound = this.#db.prepare(
      `SELECT number FROM jobs WHERE ${this.#conditions([beyond])} ${order} LIMIT 1 OFFSET ${WINDOW - 1}`,
    );
    while (!this.#isFull) {
      const to = bound.get(this.#after)?.number as number | undefined;
      this.#look(to ?? last);
      if (to === undefined) break;
      this.#after = to;
      if (isOver()) return null;
    }
    return new Uint8Array(Buffer.concat(this.#found));
  }

  get #isFull(): boolean {
    return this.#found.length >= this.#filter.limit || this.#foundBytes >= PAGE_BYTES_MAX;
  }

  #look(to: number): void {
    const { type, since, until, heads, limit } = this.#filter;
    const { beyond, upTo, order } = this.#way;
    const conditions: string[] = [beyond, upTo];
    const values: SQLInputValue[] = [this.#after, to];
    const add = (condition: string, value: SQLInputValue | undefined) => {
      if (value === undefined) return;
      conditions.push(condition);
      values.push(value);
    };
    add('type <> ?', NOTE_TYPE);
    add('type = ?', type);
    add('submitted_at >= ?', since);
    add('submitted_at < ?', until);
    const rows = this.#db.prepare(
      `SELECT ${heads ? HEADS : COLUMNS} FROM jobs WHERE ${this.#conditions(conditions)} ${order} LIMIT ?`,
    );
    rows.setReturnArrays(true);
    const found = rows.iterate(...values, limit - this.#found.length);
    for (const row of found as unknown as Iterable<Columns>) {
      const job = jobOf(row, this.#file);
      // The length in a record counts a body that is not there: one that stands is written anew.
      const bytes = jobBytes(heads ? { ...job, standing: { ...job.standing } } : job);
      this.#found.push(bytes);
      this.#foundBytes += bytes.length;
      if (this.#isFull) return;
    }
  }

  #conditions(others: readonly string[]): string {
    const { state } = this.#filter;
    return [...(state === undefined ? [] : [STATES[state]]), ...others].join(' AND ');
  }
}
