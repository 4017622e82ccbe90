import { crc32 } from 'node:zlib';
import type { Ending } from '../core/job.ts';
import type { Journal, Kept, KeptAttempt, KeptLoss } from '../core/journal.ts';
import { keyTextBytesMax, writeKeyText } from './key-text.ts';
import { writeText } from './text.ts';

/**
 * The bytes of what the core records. Little endian; numbers of jobs, fences and instants are doubles, which hold every
 * integer up to 2^53.
 *
 *   batch  = 'LTJ' u8 version | u32 CRC32 of what follows | u32 epoch | u32 records | f64 seq | record*
 *   record = u32 length | u8 kind | 3 bytes | f64 number | fields | text or bytes to its end
 */
const BATCH_VERSION = 1;
export const HEADER_BYTES = 24;

export const RecordKind = {
  SUBMITTED: 1,
  ATTEMPT: 2,
  LOST: 3,
  ENDED: 4,
  REVIVED: 5,
  DROPPED: 6,
  /** How a stored job stands; only between the store's two halves. */
  STANDING: 7,
} as const;

/** Where the texts of a SUBMITTED record begin: id, type, key (key-text.ts), then the body. */
export const TEXTS_AT = 62;

const SMALLEST = 1024;

/** Writes records one behind the other into one growing buffer; makes no object for a record. */
export class BatchWriter implements Journal {
  #buffer = new ArrayBuffer(SMALLEST);
  #bytes = new Uint8Array(this.#buffer);
  #view = new DataView(this.#buffer);
  #at = HEADER_BYTES;
  #count = 0;

  /** Records written since the last batch was taken. */
  get count(): number {
    return this.#count;
  }

  /** Bytes of the batch so far. */
  get length(): number {
    return this.#at;
  }

  /** The batch, whose header has no epoch, seq and checksum yet; the next begins. */
  take(): ArrayBuffer {
    const taken = this.#buffer;
    this.#view.setUint32(12, this.#count, true);
    this.#renew(Math.max(SMALLEST, this.#at + (this.#at >> 2)));
    return taken;
  }

  /** Throws away what was written since the last batch. */
  drop(): void {
    this.#at = HEADER_BYTES;
    this.#count = 0;
  }

  submitted(kept: Kept, bytes: Uint8Array, offset: number, length: number): void {
    const texts = 3 * (kept.id.length + kept.type.length) + keyTextBytesMax(kept);
    const start = this.#begin(RecordKind.SUBMITTED, kept.number, TEXTS_AT + texts + length);
    const at = writeHead(this.#view, this.#bytes, start, kept);
    copy(bytes, offset, length, this.#bytes, at);
    this.#finish(start, at + length);
  }

  attempt(number: number, attempt: KeptAttempt): void {
    const start = this.#begin(RecordKind.ATTEMPT, number, 36 + 3 * attempt.worker.length);
    const view = this.#view;
    view.setFloat64(start + 16, attempt.fence, true);
    view.setFloat64(start + 24, attempt.at, true);
    view.setUint32(start + 32, attempt.attempt, true);
    this.#finish(start, writeText(this.#bytes, start + 36, attempt.worker));
  }

  lost(number: number, loss: KeptLoss): void {
    const texts = 3 * (loss.worker.length + loss.cause.length + loss.message.length);
    const start = this.#begin(RecordKind.LOST, number, 50 + texts);
    const view = this.#view;
    view.setUint8(start + 5, loss.suspect ? 1 : 0);
    view.setFloat64(start + 16, loss.at, true);
    view.setFloat64(start + 24, loss.notBefore, true);
    view.setUint32(start + 32, loss.attempt, true);
    view.setUint32(start + 36, loss.charged, true);
    view.setUint32(start + 40, loss.losses, true);
    const cause = writeText(this.#bytes, start + 50, loss.worker);
    view.setUint16(start + 46, cause - start - 50, true);
    const message = writeText(this.#bytes, cause, loss.cause);
    view.setUint16(start + 48, message - cause, true);
    this.#finish(start, writeText(this.#bytes, message, loss.message));
  }

  ended(
    number: number,
    ending: Ending,
    attempts: number,
    at: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
  ): void {
    const start = this.#begin(RecordKind.ENDED, number, 28 + length);
    this.#view.setUint8(start + 5, ending);
    this.#view.setFloat64(start + 16, at, true);
    this.#view.setUint32(start + 24, attempts, true);
    copy(bytes, offset, length, this.#bytes, start + 28);
    this.#finish(start, start + 28 + length);
  }

  revived(number: number, at: number): void {
    const start = this.#begin(RecordKind.REVIVED, number, 24);
    this.#view.setFloat64(start + 16, at, true);
    this.#finish(start, start + 24);
  }

  dropped(number: number): void {
    const start = this.#begin(RecordKind.DROPPED, number, 16);
    this.#finish(start, start + 16);
  }

  #begin(kind: number, number: number, most: number): number {
    const start = this.#at;
    if (start + most > this.#bytes.length) this.#grow(start + most);
    // A buffer that was dropped is written again: no byte of it may be left over.
    this.#view.setUint32(start + 4, kind, true);
    this.#view.setFloat64(start + 8, number, true);
    return start;
  }

  #finish(start: number, end: number): void {
    this.#view.setUint32(start, end - start, true);
    this.#at = end;
    this.#count += 1;
  }

  #grow(least: number): void {
    const old = this.#bytes;
    const [at, count] = [this.#at, this.#count];
    this.#renew(Math.max(least, 2 * old.length));
    this.#bytes.set(old.subarray(0, at));
    this.#at = at;
    this.#count = count;
  }

  #renew(size: number): void {
    this.#buffer = new ArrayBuffer(size);
    this.#bytes = new Uint8Array(this.#buffer);
    this.#view = new DataView(this.#buffer);
    this.drop();
  }
}

/** Writes the fields and texts of a SUBMITTED record that begins at `start`; where its body begins. */
function writeHead(view: DataView, bytes: Uint8Array, start: number, kept: Kept): number {
  view.setInt8(start + 5, kept.priority);
  view.setUint8(start + 6, kept.backoff.kind);
  view.setUint8(start + 7, kept.backoff.jitter);
  view.setFloat64(start + 16, kept.submittedAt, true);
  view.setFloat64(start + 24, kept.notBefore, true);
  view.setFloat64(start + 32, kept.deadline, true);
  view.setUint32(start + 40, kept.answerTimeoutMs, true);
  view.setUint32(start + 44, kept.attemptsMax, true);
  view.setUint32(start + 48, kept.backoff.ms, true);
  view.setUint32(start + 52, kept.backoff.msMax, true);
  const type = writeText(bytes, start + TEXTS_AT, kept.id);
  const key = writeText(bytes, type, kept.type);
  const end = writeKeyText(bytes, key, kept);
  view.setUint16(start + 56, type - start - TEXTS_AT, true);
  view.setUint16(start + 58, key - type, true);
  view.setUint16(start + 60, end - key, true);
  return end;
}

/** Completes the header of a batch: from now on any changed bit is noticed. */
export function sealBatch(bytes: Uint8Array, epoch: number, seq: number): void {
  const view = viewOf(bytes);
  bytes[0] = 0x4c;
  bytes[1] = 0x54;
  bytes[2] = 0x4a;
  bytes[3] = BATCH_VERSION;
  view.setUint32(8, epoch, true);
  view.setFloat64(16, seq, true);
  view.setUint32(4, crc32(bytes.subarray(8)), true);
}

/** What is wrong with a batch that should be number `seq`, in words, or null. */
export function batchFault(bytes: Uint8Array, seq: number): string | null {
  if (bytes.length < HEADER_BYTES) return 'is cut off';
  const view = viewOf(bytes);
  if (bytes[0] !== 0x4c || bytes[1] !== 0x54 || bytes[2] !== 0x4a) return 'is no batch';
  if (bytes[3] !== BATCH_VERSION) return `has version ${bytes[3]}, not ${BATCH_VERSION}`;
  if (view.getUint32(4, true) !== crc32(bytes.subarray(8))) return 'has a wrong checksum';
  if (view.getFloat64(16, true) !== seq) return `says it is ${view.getFloat64(16, true)}`;
  return null;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Up to 32 bytes a loop is faster than a copy that has to be called. */
function copy(from: Uint8Array, offset: number, length: number, to: Uint8Array, at: number): void {
  if (length > 32) {
    to.set(from.subarray(offset, offset + length), at);
    return;
  }
  for (let i = 0; i < length; i += 1) to[at + i] = from[offset + i]!;
}
