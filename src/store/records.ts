import type { Cause, Ending } from '../core/job.ts';
import type { Backoff, Kept, KeptAttempt, KeptLoss } from '../core/journal.ts';
import { HEADER_BYTES, TEXTS_AT, viewOf } from './codec.ts';
import { keyIn, traceIn } from './key-text.ts';
import { readText } from './text.ts';

/** Reads the records of a batch, or of bytes without a header, one after the other: `next()` moves on until it is false. */
export class RecordReader {
  readonly bytes: Buffer;
  readonly view: DataView;
  /** Where the record begins and ends. */
  start = 0;
  end: number;
  #lastBackoff: Backoff = { kind: 0, ms: 0, msMax: 0, jitter: 0 };

  constructor(bytes: Uint8Array, from = HEADER_BYTES) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = viewOf(bytes);
    this.end = from;
  }

  next(): boolean {
    if (this.end + 16 > this.bytes.length) return false;
    this.start = this.end;
    this.end += this.view.getUint32(this.start, true);
    return true;
  }

  get kind(): number {
    return this.bytes[this.start + 4]!;
  }

  get number(): number {
    return this.view.getFloat64(this.start + 8, true);
  }

  /** The bytes of the record; they share the memory of all. */
  get record(): Uint8Array {
    return this.bytes.subarray(this.start, this.end);
  }

  /** SUBMITTED: where its body begins. */
  get bodyAt(): number {
    const view = this.view;
    const at = this.start + TEXTS_AT;
    return (
      at +
      view.getUint16(this.start + 56, true) +
      view.getUint16(this.start + 58, true) +
      view.getUint16(this.start + 60, true)
    );
  }

  /** SUBMITTED: the job's id. */
  get id(): string {
    const at = this.start + TEXTS_AT;
    return readText(this.bytes, at, at + this.view.getUint16(this.start + 56, true));
  }

  /** SUBMITTED: the job's type. */
  get type(): string {
    const at = this.start + TEXTS_AT + this.view.getUint16(this.start + 56, true);
    return readText(this.bytes, at, at + this.view.getUint16(this.start + 58, true));
  }

  kept(): Kept {
    const view = this.view;
    const at = this.start;
    const key = at + TEXTS_AT + view.getUint16(at + 56, true) + view.getUint16(at + 58, true);
    const keyText = readText(this.bytes, key, key + view.getUint16(at + 60, true));
    return {
      number: this.number,
      id: this.id,
      type: this.type,
      priority: view.getInt8(at + 5),
      answerTimeoutMs: view.getUint32(at + 40, true),
      attemptsMax: view.getUint32(at + 44, true),
      backoff: this.#backoff(),
      key: keyIn(keyText),
      submittedAt: view.getFloat64(at + 16, true),
      notBefore: view.getFloat64(at + 24, true),
      deadline: view.getFloat64(at + 32, true),
      trace: traceIn(keyText),
    };
  }

  /** Most jobs have the same: one object for those that come one behind the other. */
  #backoff(): Backoff {
    const { view, start: at } = this;
    const kind = this.bytes[at + 6] as Backoff['kind'];
    const jitter = this.bytes[at + 7]!;
    const ms = view.getUint32(at + 48, true);
    const msMax = view.getUint32(at + 52, true);
    const last = this.#lastBackoff;
    const same = last.kind === kind && last.jitter === jitter && last.ms === ms;
    if (!same || last.msMax !== msMax) this.#lastBackoff = { kind, ms, msMax, jitter };
    return this.#lastBackoff;
  }

  attempt(): KeptAttempt {
    const view = this.view;
    const at = this.start;
    return {
      attempt: view.getUint32(at + 32, true),
      worker: readText(this.bytes, at + 36, this.end),
      fence: view.getFloat64(at + 16, true),
      at: view.getFloat64(at + 24, true),
    };
  }

  loss(): KeptLoss {
    const view = this.view;
    const at = this.start;
    const cause = at + 50 + view.getUint16(at + 46, true);
    const message = cause + view.getUint16(at + 48, true);
    return {
      attempt: view.getUint32(at + 32, true),
      worker: readText(this.bytes, at + 50, cause),
      cause: readText(this.bytes, cause, message) as Cause,
      message: readText(this.bytes, message, this.end),
      at: view.getFloat64(at + 16, true),
      charged: view.getUint32(at + 36, true),
      losses: view.getUint32(at + 40, true),
      suspect: this.bytes[at + 5] === 1,
      notBefore: view.getFloat64(at + 24, true),
    };
  }

  /** SUBMITTED, ENDED, REVIVED: when. */
  get at(): number {
    return this.view.getFloat64(this.start + 16, true);
  }

  /** ENDED. */
  get ending(): Ending {
    return this.bytes[this.start + 5] as Ending;
  }

  get attempts(): number {
    return this.view.getUint32(this.start + 24, true);
  }

  get answer(): Uint8Array {
    return this.bytes.subarray(this.start + 28, this.end);
  }
}

/** The id in a SUBMITTED record that stands alone. */
export function idOf(record: Uint8Array): string {
  return readerOf(record).id;
}

/** A SUBMITTED record that stands alone, without its body. */
export function headOf(record: Uint8Array): Uint8Array {
  return record.subarray(0, readerOf(record).bodyAt);
}

function readerOf(record: Uint8Array): RecordReader {
  const reader = new RecordReader(record, 0);
  reader.next();
  return reader;
}
