import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { damaged } from './failure.ts';

/** Sums of numbers stay exact below this. */
const SUM_LIMIT = 2 ** 52;

const FIELDS = [
  'epoch',
  'number',
  'fence',
  'folded',
  'folding',
  'last',
  'live',
  'live_sum',
  'done_bytes',
  'forgotten',
] as const;

/** What the store knows of itself: one row, written with the commit that changes it. */
export class Meta {
  instance = '';
  epoch = 0;
  /** The highest number and the highest fence that were folded. */
  number = 0;
  fence = 0;
  /** All batches up to this one are in the table of jobs. */
  folded = 0;
  /** Of batches up to this one some jobs are. */
  folding = 0;
  /** A batch that had been appended when this was written. */
  last = 0;
  /** How many jobs in the table have not ended, and the sum of their numbers. */
  live = 0;
  live_sum = 0;
  /** What jobs that are done cost. */
  done_bytes = 0;
  /** Of jobs that ended up to this instant some were forgotten. */
  forgotten = 0;
  changed = false;
  readonly #file: string;
  readonly #read: StatementSync;
  readonly #write: StatementSync;

  constructor(db: DatabaseSync, file: string) {
    this.#file = file;
    const columns = ['instance', ...FIELDS, 'sum'];
    this.#read = db.prepare(`SELECT ${columns.join(', ')} FROM meta WHERE one = 1`);
    const values = columns.map((column) => `${column} = ?`).join(', ');
    this.#write = db.prepare(`UPDATE meta SET ${values} WHERE one = 1`);
  }

  load(): void {
    const row = this.#read.get();
    if (row === undefined) throw damaged(this.#file, 'has lost what it says of itself');
    this.instance = String(row.instance);
    for (const field of FIELDS) this[field] = Number(row[field]);
    const fresh = this.epoch === 0;
    if (!fresh && row.sum !== this.#sum()) throw damaged(this.#file, 'says wrong things of itself');
  }

  save(): void {
    this.#write.run(this.instance, ...FIELDS.map((field) => this[field]), this.#sum());
    this.changed = false;
  }

  /** A job that has not ended has come into the table (1) or left it or ended (-1). */
  countLive(number: number, by: 1 | -1): void {
    this.live += by;
    this.live_sum = (this.live_sum + SUM_LIMIT + by * (number % SUM_LIMIT)) % SUM_LIMIT;
    this.changed = true;
  }

  #sum(): number {
    return crc32([this.instance, ...FIELDS.map((field) => this[field])].join(' '));
  }
}
