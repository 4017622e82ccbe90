import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import type { Ending } from '../../core/job.ts';
import {
  isDead,
  keepsBody,
  lossesOf,
  NO_BYTES,
  PRISTINE,
  type Standing,
  type StoredJob,
  standingBytes,
} from '../stored-job.ts';
import type { Change } from './change.ts';
import { damaged } from './failure.ts';
import type { Meta } from './meta.ts';

/** What a job that is done costs besides its id and its answer: its head, a row and its places in two indexes. */
const ROW_BYTES = 240;

type Column = number | string | Uint8Array | null;
export type Columns = readonly Column[];

/** In the order in which `jobOf` reads them: what it is, then how it stands. */
export const COLUMNS = `number, record, sum,
  attempts, losses, open_attempt, open_worker, open_fence, open_at, ending, ended_at, answer, state_sum`;
const STANDS_AT = 3;

/** The jobs that have been folded, one a row. */
export class JobTable {
  readonly #meta: Meta;
  readonly #file: string;
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  readonly #end: StatementSync;
  readonly #get: StatementSync;
  readonly #stands: StatementSync;
  readonly #seqOf: StatementSync;
  readonly #numberOf: StatementSync;
  readonly #remove: StatementSync;
  /** How many of its jobs are dead letters. */
  deadLetters: number;

  constructor(db: DatabaseSync, meta: Meta, file: string) {
    this.#meta = meta;
    this.#file = file;
    const sets = `attempts = ?, losses = ?, open_attempt = ?, open_worker = ?, open_fence = ?, open_at = ?, ending = ?,
      ended_at = ?, answer = ?, state_sum = ?, seq = ?, cost = ?`;
    this.#insert =
      db.prepare(`INSERT INTO jobs (number, record, sum, attempts, losses, open_attempt, open_worker,
      open_fence, open_at, ending, ended_at, answer, state_sum, seq, cost, id, type, submitted_at, head_bytes, head_sum)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#update = db.prepare(`UPDATE jobs SET ${sets} WHERE number = ?`);
    // The body goes, and with it what the sum has of it: without reading either.
    this.#end =
      db.prepare(`UPDATE jobs SET ${sets}, record = substr(record, 1, head_bytes), sum = head_sum
      WHERE number = ?`);
    this.#get = db.prepare(`SELECT ${COLUMNS}, seq FROM jobs WHERE number = ?`);
    this.#stands = db.prepare(
      `SELECT ${COLUMNS.replace('record, sum', 'NULL, length(id)')}, cost FROM jobs WHERE number = ?`,
    );
    this.#seqOf = db.prepare('SELECT seq FROM jobs WHERE number = ?');
    this.#numberOf = db.prepare('SELECT max(number) AS number FROM jobs WHERE id = ?');
    this.#remove = db.prepare('DELETE FROM jobs WHERE number = ?');
    const dead = db.prepare('SELECT count(*) AS count FROM jobs WHERE ending = 2').get();
    this.deadLetters = Number(dead?.count);
    this.#get.setReturnArrays(true);
    this.#stands.setReturnArrays(true);
  }

  /** Writes what a stretch of batches up to `seq` says of a job. */
  write(change: Change, seq: number): void {
    if (change.record !== null) this.#add(change, seq);
    else this.#alter(change, seq);
  }

  /** The job of a number and the batch up to which it is folded; null when there is none. */
  get(number: number): { job: StoredJob; seq: number } | null {
    const row = this.#get.get(number) as unknown as Columns | undefined;
    return row === undefined ? null : { job: jobOf(row, this.#file), seq: row[13] as number };
  }

  seqOf(number: number): number {
    return Number(this.#seqOf.get(number)?.seq ?? 0);
  }

  /** The newest job of that id. */
  numberOf(id: string): number | null {
    return (this.#numberOf.get(id)?.number ?? null) as number | null;
  }

  #add(change: Change, seq: number): void {
    if (change.dropped) return;
    const { number, headBytes, id, type, submittedAt } = change;
    const record = change.record!;
    const head = record.subarray(0, headBytes);
    const standing = change.stands(PRISTINE);
    const headSum = crc32(head);
    const keeps = keepsBody(standing);
    const cost = ROW_BYTES + id.length + standing.answer.length;
    this.#insert.run(
      number,
      keeps ? record : head,
      keeps ? crc32(record) : headSum,
      ...valuesOf(number, standing),
      seq,
      cost,
      id,
      type,
      submittedAt,
      headBytes,
      headSum,
    );
    this.#count(number, standing.ending, cost, 1);
  }

  #alter(change: Change, seq: number): void {
    const { number } = change;
    const row = this.#stands.get(number) as unknown as Columns | undefined;
    if (row === undefined) return;
    const before = verified(row, number, this.#file);
    this.#count(number, before.ending, row[13] as number, -1);
    if (change.dropped) {
      this.#remove.run(number);
      return;
    }
    const standing = change.stands(before);
    const cost = ROW_BYTES + (row[2] as number) + standing.answer.length;
    const statement = keepsBody(standing) ? this.#update : this.#end;
    statement.run(...valuesOf(number, standing), seq, cost, number);
    this.#count(number, standing.ending, cost, 1);
  }

  #count(number: number, ending: Ending | null, cost: number, by: 1 | -1): void {
    this.#meta.changed = true;
    if (ending === null) this.#meta.countLive(number, by);
    else if (isDead(ending)) this.deadLetters += by;
    else this.#meta.done_bytes += by * cost;
  }
}

/** How a job stands, as the columns from `attempts` to `state_sum` have it. */
function valuesOf(number: number, standing: Standing): SQLInputValue[] {
  const { attempts, losses, open, ending, endedAt, answer } = standing;
  return [
    attempts,
    losses.length === 0 ? null : JSON.stringify(losses),
    open?.attempt ?? null,
    open?.worker ?? null,
    open?.fence ?? null,
    open?.at ?? null,
    ending,
    ending === null ? null : endedAt,
    answer.length === 0 ? null : answer,
    sumOf(number, standing),
  ];
}

/** A row as `COLUMNS` has it, verified. */
export function jobOf(row: Columns, file: string): StoredJob {
  const number = row[0] as number;
  const record = recordOf(row, file);
  return { number, record, standing: verified(row, number, file) };
}

/** The record in a row, verified. */
export function recordOf([number, record, sum]: Columns, file: string): Uint8Array {
  if (record instanceof Uint8Array && crc32(record) === sum) return record;
  throw wrongSum(file, number as number);
}

/** The refusal of a row whose bytes are not what was written. */
export function wrongSum(file: string, number: number): Error {
  return damaged(file, `is damaged: row ${number} of its table jobs has a wrong checksum`);
}

function verified(row: Columns, number: number, file: string): Standing {
  try {
    const standing = standingOf(row);
    if (sumOf(number, standing) === row[STANDS_AT + 9]) return standing;
  } catch {
    // A column of a wrong kind, or losses that nobody has written.
  }
  throw wrongSum(file, number);
}

function standingOf(row: Columns): Standing {
  const [attempts, losses, attempt, worker, fence, at, ending, endedAt, answer] =
    row.slice(STANDS_AT);
  if (attempts === 0 && losses === null && fence === null && ending === null) return PRISTINE;
  return {
    attempts: attempts as number,
    losses: lossesOf((losses ?? '') as string),
    open: fence === null ? null : ({ attempt, worker, fence, at } as Standing['open']),
    ending: ending as Ending | null,
    endedAt: (endedAt ?? 0) as number,
    answer: (answer ?? NO_BYTES) as Uint8Array,
  };
}

/** Pristine jobs, which a start reads by the million, are summed up by 0, and no other. */
function sumOf(number: number, standing: Standing): number {
  return standing === PRISTINE ? 0 : crc32(standingBytes(number, standing)) || 1;
}
