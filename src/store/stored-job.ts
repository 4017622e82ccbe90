import { Ending } from '../core/job.ts';
import type { KeptAttempt, KeptJob, KeptLoss } from '../core/journal.ts';
import { RecordKind, TEXTS_AT, viewOf } from './codec.ts';
import { RecordReader } from './records.ts';
import type { FoundJob } from './store.ts';
import { readText, writeText } from './text.ts';

/**
 * A job as the store has it, between rows, journal and the store's other half: what it is as a SUBMITTED record without its
 * body, and how it stands.
 */
export interface StoredJob {
  readonly number: number;
  readonly head: Uint8Array;
  body: Uint8Array;
  standing: Standing;
}

/** How a job stands. */
export interface Standing {
  attempts: number;
  open: KeptAttempt | null;
  losses: readonly KeptLoss[];
  /** Null while it has not ended. */
  ending: Ending | null;
  endedAt: number;
  answer: Uint8Array;
}

export const NO_BYTES = new Uint8Array(0);

/** Whether a job that ended so is a dead letter: it keeps its body and can be tried again. */
export function isDead(ending: Ending | null): boolean {
  return ending === Ending.DEAD;
}

const NOT_ENDED = 255;
const FIXED = 56;

/** The STANDING record of a job: what its checksum is made of, and what travels. */
export function standingBytes(number: number, standing: Standing): Uint8Array {
  const losses = standing.losses.length === 0 ? '' : JSON.stringify(standing.losses);
  const worker = standing.open?.worker ?? '';
  const most = FIXED + 3 * (worker.length + losses.length) + standing.answer.length;
  const bytes = new Uint8Array(most);
  const view = viewOf(bytes);
  view.setUint8(4, RecordKind.STANDING);
  view.setUint8(5, standing.ending ?? NOT_ENDED);
  view.setFloat64(8, number, true);
  view.setFloat64(16, standing.endedAt, true);
  view.setUint32(24, standing.attempts, true);
  if (standing.open !== null) writeOpen(view, standing.open);
  const lossesAt = writeText(bytes, FIXED, worker);
  const answerAt = writeText(bytes, lossesAt, losses);
  view.setUint16(52, lossesAt - FIXED, true);
  view.setUint32(28, answerAt - lossesAt, true);
  bytes.set(standing.answer, answerAt);
  const length = answerAt + standing.answer.length;
  view.setUint32(0, length, true);
  return bytes.subarray(0, length);
}

function writeOpen(view: DataView, open: KeptAttempt): void {
  view.setUint8(6, 1);
  view.setFloat64(32, open.fence, true);
  view.setFloat64(40, open.at, true);
  view.setUint32(48, open.attempt, true);
}

/** The bytes in which stored jobs travel: a SUBMITTED record with its body, then a STANDING. */
export function jobBytes(job: StoredJob): Uint8Array {
  const standing = standingBytes(job.number, job.standing);
  const head = job.head.length + job.body.length;
  const bytes = new Uint8Array(head + standing.length);
  bytes.set(job.head);
  bytes.set(job.body, job.head.length);
  bytes.set(standing, head);
  viewOf(bytes).setUint32(0, head, true);
  return bytes;
}

/** Reads the stored jobs in bytes that `jobBytes` made; bodies and answers share their memory. */
export function eachJob(bytes: Uint8Array, onJob: (job: FoundJob) => void): void {
  const reader = new RecordReader(bytes, 0);
  while (reader.next()) {
    const kept = reader.kept();
    const body = bytes.subarray(reader.bodyAt, reader.end);
    reader.next();
    onJob(foundJob({ kept, body, attempts: reader.attempts, open: null, losses: [] }, reader));
  }
}

function foundJob(job: KeptJob, reader: RecordReader): FoundJob {
  const { bytes, view, start } = reader;
  const lossesAt = start + FIXED + view.getUint16(start + 52, true);
  const answerAt = lossesAt + view.getUint32(start + 28, true);
  const losses = lossesOf(readText(bytes, lossesAt, answerAt));
  const { kept, body, attempts } = job;
  const ending = bytes[start + 5]!;
  if (ending === NOT_ENDED) {
    const open = bytes[start + 6] === 1 ? openOf(reader, lossesAt) : null;
    const state = open === null ? 'waiting' : 'dispatched';
    return { state, job: { kept, body, attempts, open, losses } };
  }
  const answer = bytes.subarray(answerAt, reader.end);
  const ended = { kept, ending: ending as Ending, attempts, endedAt: reader.at, answer, losses };
  return { state: isDead(ended.ending) ? 'dead' : 'done', job: ended, body };
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

/** The id that a head names. */
export function idOf(head: Uint8Array): string {
  return readText(head, TEXTS_AT, TEXTS_AT + viewOf(head).getUint16(56, true));
}
