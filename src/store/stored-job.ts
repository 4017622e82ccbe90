import { Ending } from '../core/job.ts';
import type { Kept, KeptAttempt, KeptLoss } from '../core/journal.ts';
import { RecordKind, viewOf } from './codec.ts';
import { RecordReader } from './records.ts';
import type { FoundJob } from './store.ts';
import { readText, writeText } from './text.ts';

/** A job as the store has it, between rows, journal and the store's other half. */
export interface StoredJob {
  readonly number: number;
  /** Its SUBMITTED record; of a job that is done without the body, though its length counts it. */
  readonly record: Uint8Array;
  readonly standing: Standing;
}

/** How a job stands. */
export interface Standing {
  attempts: number;
  /** The attempt that is under way, or that brought the answer. */
  open: KeptAttempt | null;
  losses: readonly KeptLoss[];
  /** Null while it has not ended. */
  ending: Ending | null;
  endedAt: number;
  answer: Uint8Array;
}

export const NO_BYTES = new Uint8Array(0);

/** How a job stands that has been submitted and no more. */
export const PRISTINE: Standing = {
  attempts: 0,
  open: null,
  losses: [],
  ending: null,
  endedAt: 0,
  answer: NO_BYTES,
};

/** Whether nothing has happened to a job that stands so, or nothing of it is left. */
export function isPristine({ attempts, open, losses, ending }: Standing): boolean {
  return attempts === 0 && open === null && losses.length === 0 && ending === null;
}

/** Whether a job that ended so is a dead letter: it keeps its body and can be tried again. */
export function isDead(ending: Ending | null): boolean {
  return ending === Ending.DEAD;
}

/** Whether a job that stands so keeps its body. */
export function keepsBody({ ending }: Standing): boolean {
  return ending === null || isDead(ending);
}

const NOT_ENDED = 255;
const FIXED = 56;

let scratch = new Uint8Array(4096);
let scratchView = viewOf(scratch);

/** The STANDING record of a job: what its checksum is made of, and what travels. Valid until the next call. */
export function standingBytes(number: number, standing: Standing): Uint8Array {
  const { open, answer } = standing;
  const losses = standing.losses.length === 0 ? '' : JSON.stringify(standing.losses);
  const worker = open?.worker ?? '';
  reserve(FIXED + 3 * (worker.length + losses.length) + answer.length);
  const view = scratchView;
  scratch.fill(0, 0, FIXED);
  view.setUint8(4, RecordKind.STANDING);
  view.setUint8(5, standing.ending ?? NOT_ENDED);
  view.setFloat64(8, number, true);
  view.setFloat64(16, standing.endedAt, true);
  view.setUint32(24, standing.attempts, true);
  if (open !== null) writeOpen(view, open);
  const lossesAt = writeText(scratch, FIXED, worker);
  const answerAt = writeText(scratch, lossesAt, losses);
  view.setUint16(52, lossesAt - FIXED, true);
  view.setUint32(28, answerAt - lossesAt, true);
  scratch.set(answer, answerAt);
  const length = answerAt + answer.length;
  view.setUint32(0, length, true);
  return scratch.subarray(0, length);
}

function reserve(length: number): void {
  if (length <= scratch.length) return;
  scratch = new Uint8Array(2 * length);
  scratchView = viewOf(scratch);
}

function writeOpen(view: DataView, open: KeptAttempt): void {
  view.setUint8(6, 1);
  view.setFloat64(32, open.fence, true);
  view.setFloat64(40, open.at, true);
  view.setUint32(48, open.attempt, true);
}

/** The bytes in which a stored job travels: its SUBMITTED record, then a STANDING one unless it is pristine. */
export function jobBytes({ number, record, standing }: StoredJob): Uint8Array {
  if (standing === PRISTINE) return record;
  const stands = standingBytes(number, standing);
  const bytes = new Uint8Array(record.length + stands.length);
  bytes.set(record);
  bytes.set(stands, record.length);
  viewOf(bytes).setUint32(0, record.length, true);
  return bytes;
}

/** Reads the stored jobs in bytes that `jobBytes` made; bodies and answers share their memory. */
export function eachJob(bytes: Uint8Array, onJob: (job: FoundJob) => void): void {
  const reader = new RecordReader(bytes, 0);
  let isMore = reader.next();
  while (isMore) {
    const kept = reader.kept();
    const body = bytes.subarray(reader.bodyAt, reader.end);
    isMore = reader.next();
    if (isMore && reader.kind === RecordKind.STANDING) {
      onJob(standingJob(kept, body, reader));
      isMore = reader.next();
    } else onJob({ state: 'waiting', job: { kept, body, attempts: 0, open: null, losses: [] } });
  }
}

function standingJob(kept: Kept, body: Uint8Array, reader: RecordReader): FoundJob {
  const { bytes, view, start, attempts } = reader;
  const lossesAt = start + FIXED + view.getUint16(start + 52, true);
  const answerAt = lossesAt + view.getUint32(start + 28, true);
  const losses = lossesOf(readText(bytes, lossesAt, answerAt));
  const ending = bytes[start + 5]!;
  const open = bytes[start + 6] === 1 ? openOf(reader, lossesAt) : null;
  if (ending === NOT_ENDED) {
    const state = open === null ? 'waiting' : 'dispatched';
    return { state, job: { kept, body, attempts, open, losses } };
  }
  const answer = bytes.subarray(answerAt, reader.end);
  const ended = { kept, ending: ending as Ending, attempts, endedAt: reader.at, answer, losses };
  const job = { ...ended, last: open };
  return { state: isDead(job.ending) ? 'dead' : 'done', job, body };
}

function openOf({ bytes, view, start }: RecordReader, end: number): KeptAttempt {
  return {
    attempt: view.getUint32(start + 48, true),
    worker: readText(bytes, start + FIXED, end),
    fence: view.getFloat64(start + 32, true),
    at: view.getFloat64(start + 40, true),
  };
}

/** The losses in their column. */
export function lossesOf(json: string): readonly KeptLoss[] {
  return json === '' ? [] : (JSON.parse(json) as KeptLoss[]);
}
