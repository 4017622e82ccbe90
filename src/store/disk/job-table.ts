import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import type { Ending } from '../../core/job.ts';
import { RecordReader } from '../records.ts';
import { isDead, lossesOf, NO_BYTES, type StoredJob, standingBytes } from '../stored-job.ts';
import { damaged } from './failure.ts';
import type { Meta } from './meta.ts';

/** What a job that is done costs besides its texts and its answer: a row and its places in two indexes. */
const ROW_BYTES = 160;

/** In the order in which `jobOf` reads them. */
export const COLUMNS = `number, head, body, attempts, losses, open_attempt, open_worker, open_fence, open_at,
  ending, ended_at, answer, head_sum, body_sum, state_sum, seq`;

type Column = number | string | Uint8Array | null;

/** The jobs that have been folded, one a row. */
export class JobTable {
  readonly #meta: Meta;
  readonly #file: string;
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  readonly #get: StatementSync;
  readonly #seqOf: StatementSync;
  readonly #numberOf: StatementSync;
  readonly #remove: StatementSync;

  constructor(db: DatabaseSync, meta: Meta, file: string) {
    this.#meta = meta;
    this.#file = file;
    this.#insert =
      db.prepare(`INSERT INTO jobs (attempts, open_attempt, open_worker, open_fence, open_at,
      losses, ending, ended_at, answer, seq, cost, state_sum, number, id, type, submitted_at, head, head_sum, body, body_sum)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#update =
      db.prepare(`UPDATE jobs SET attempts = ?, open_attempt = ?, open_worker = ?, open_fence = ?,
      open_at = ?, losses = ?, ending = ?, ended_at = ?, answer = ?, seq = ?, cost = ?, state_sum = ?,
      body = CASE WHEN ? THEN body END WHERE number = ?`);
    this.#get = db.prepare(`SELECT ${COLUMNS} FROM jobs WHERE number = ?`);
    this.#seqOf = db.prepare('SELECT seq FROM jobs WHERE number = ?');
    this.#numberOf = db.prepare('SELECT max(number) AS number FROM jobs WHERE id = ?');
    this.#remove = db.prepare('DELETE FROM jobs WHERE number = ?');
    this.#get.setReturnArrays(true);
  }

  /** A new row, as of a batch. */
  insert(job: StoredJob, seq: number): void {
    const { head, body, standing } = job;
    const reader = new RecordReader(head, 0);
    reader.next();
    const { id, type, submittedAt } = reader.kept();
    const keeps = standing.ending === null || isDead(standing.ending);
    this.#insert.run(
      ...this.#standing(job, seq),
      job.number,
      id,
      type,
      submittedAt,
      head,
      headSum(head),
      keeps ? body : null,
      crc32(body),
    );
    this.#count(job.number, standing.ending, costOf(job), 1);
  }

  /** Writes how a job stands into its row. */
  update(before: StoredJob, job: StoredJob, seq: number): void {
    const { ending } = job.standing;
    const keeps = ending === null || isDead(ending);
    this.#update.run(...this.#standing(job, seq), keeps ? 1 : 0, job.number);
    this.#count(job.number, before.standing.ending, costOf(before), -1);
    this.#count(job.number, ending, costOf(job), 1);
  }

  remove(job: StoredJob): void {
    this.#remove.run(job.number);
    this.#count(job.number, job.standing.ending, costOf(job), -1);
  }

  /** The job of a number and the batch up to which it is folded; null when there is none. */
  get(number: number): { job: StoredJob; seq: number } | null {
    const row = this.#get.get(number) as unknown as Column[] | undefined;
    return row === undefined ? null : { job: jobOf(row, this.#file), seq: row[15] as number };
  }

  seqOf(number: number): number {
    return Number(this.#seqOf.get(number)?.seq ?? 0);
  }

  /** The newest job of that id. */
  numberOf(id: string): number | null {
    return (this.#numberOf.get(id)?.number ?? null) as number | null;
  }

  #standing({ number, head, standing }: StoredJob, seq: number): Column[] {
    const { attempts, open, losses, ending, endedAt, answer } = standing;
    return [
      attempts,
      open?.attempt ?? null,
      open?.worker ?? null,
      open?.fence ?? null,
      open?.at ?? null,
      losses.length === 0 ? null : JSON.stringify(losses),
      ending,
      ending === null ? null : endedAt,
      answer.length === 0 ? null : answer,
      seq,
      costOf({ head, standing }),
      crc32(standingBytes(number, standing)),
    ];
  }

  #count(number: number, ending: Ending | null, cost: number, by: 1 | -1): void {
    this.#meta.changed = true;
    if (ending === null) this.#meta.countLive(number, by);
    else if (!isDead(ending)) this.#meta.done_bytes += by * cost;
  }
}

/** A row as `COLUMNS` has it, verified. */
export function jobOf(row: readonly Column[], file: string): StoredJob {
  const number = row[0] as number;
  const head = row[1] as Uint8Array;
  const body = (row[2] ?? NO_BYTES) as Uint8Array;
  const ending = row[9] as Ending | null;
  const standing = {
    attempts: row[3] as number,
    losses: lossesOf((row[4] ?? '') as string),
    open: row[7] === null ? null : openOf(row),
    ending,
    endedAt: (row[10] ?? 0) as number,
    answer: (row[11] ?? NO_BYTES) as Uint8Array,
  };
  const keeps = ending === null || isDead(ending);
  if (
    headSum(head) !== row[12] ||
    (keeps && crc32(body) !== row[13]) ||
    crc32(standingBytes(number, standing)) !== row[14]
  )
    throw damaged(file, `: row ${number} of its table jobs has a wrong checksum`);
  return { number, head, body, standing };
}

function openOf(row: readonly Column[]): NonNullable<StoredJob['standing']['open']> {
  return {
    attempt: row[5] as number,
    worker: row[6] as string,
    fence: row[7] as number,
    at: row[8] as number,
  };
}

/** The length in front of a head counts its body, which a row does not always have. */
function headSum(head: Uint8Array): number {
  return crc32(head.subarray(4));
}

function costOf({ head, standing }: Pick<StoredJob, 'head' | 'standing'>): number {
  return ROW_BYTES + 2 * head.length + standing.answer.length;
}
