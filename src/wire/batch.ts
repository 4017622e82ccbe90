import type { OptionsBlock } from './options-block.ts';
import { Flag, HEADER_BYTES, INLINE_BYTES_MAX, MAGIC, RECORD_BYTES } from './verbs.ts';

const FIRST_BYTES = 1024;
/** A message that has this much ends, though a longer one is heard too: its receiver begins while the next is on its way. */
const MESSAGE_BYTES = 32 * 1024;
const LOOP_COPY_BYTES = 32;
const U32 = 2 ** 32;
/** The session in the header, as two u32 halves of its u64. */
export interface Session {
  low: number;
  high: number;
}

export const NO_SESSION: Session = { low: 0, high: 0 };

/**
 * Writes records for one peer, in place, into a buffer that is given away when it is taken: sends
 * are zero-copy, so a buffer is never written again. `take` returns the messages made since the
 * last one, each ready to be sent as frames; the headers are filled then.
 */
export class Batch {
  /** Records in what `take` would return. */
  records = 0;
  #bytes: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #size = HEADER_BYTES;
  #start = 0;
  #frames: Uint8Array[] = [];
  #sealed: Uint8Array[][] = [];
  #sizeHint = FIRST_BYTES;

  /** Begins a record and writes its 16 bytes; its fixed part, options and body may follow. */
  begin(verb: number, flags: number, type: number, a: number, b: number): void {
    if (this.#size >= MESSAGE_BYTES) this.#seal();
    this.#reserve(RECORD_BYTES);
    const at = this.#size;
    const view = this.#view;
    view.setUint32(at, RECORD_BYTES, true);
    view.setUint8(at + 4, verb);
    view.setUint8(at + 5, flags);
    view.setUint16(at + 6, type, true);
    view.setUint32(at + 8, a, true);
    view.setUint32(at + 12, b, true);
    this.#start = at;
    this.#size = at + RECORD_BYTES;
    this.records++;
  }

  /** Appends a u32 of a record's fixed part. */
  u32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#size, value, true);
    this.#size += 4;
    this.#close();
  }

  /** Appends two u32 of a record's fixed part. */
  pair(x: number, y: number): void {
    this.#reserve(8);
    this.#view.setUint32(this.#size, x, true);
    this.#view.setUint32(this.#size + 4, y, true);
    this.#size += 8;
    this.#close();
  }

  /** Appends a whole number up to 2^53 as a u64 of a record's fixed part. */
  wide(value: number): void {
    this.pair(value % U32, Math.floor(value / U32));
  }

  /** Appends bytes as they are: a fixed part, or an options block made by `encodeOptions`. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#size);
    this.#size += bytes.length;
    this.#close();
  }

  /** Appends an options block. */
  block({ bytes, length }: OptionsBlock): void {
    this.#reserve(length);
    const at = this.#size;
    if (length > LOOP_COPY_BYTES) this.#bytes.set(bytes.subarray(0, length), at);
    else for (let i = 0; i < length; i++) this.#bytes[at + i] = bytes[i]!;
    this.#size = at + length;
    this.#close();
  }

  /** Ends the record with its body, in line or as a frame of its own. */
  body(source: Uint8Array, offset: number, length: number): void {
    if (length > INLINE_BYTES_MAX) {
      const flagsAt = this.#start + 5;
      this.#view.setUint8(flagsAt, this.#view.getUint8(flagsAt) | Flag.FRAME);
      this.#frames.push(source.subarray(offset, offset + length));
      return;
    }
    this.#reserve(length);
    const at = this.#size;
    const bytes = this.#bytes;
    if (length <= LOOP_COPY_BYTES) {
      for (let i = 0; i < length; i++) bytes[at + i] = source[offset + i]!;
    } else {
      bytes.set(
        offset === 0 && length === source.length
          ? source
          : source.subarray(offset, offset + length),
        at,
      );
    }
    this.#size = at + length;
    this.#close();
  }

  /** The messages written since the last take, with `session` and `ack` in their headers. An empty batch is one header. */
  take(session: Session, ack: number): Uint8Array[][] {
    this.#sizeHint = Math.min(Math.max(FIRST_BYTES, this.#size * 1.25), MESSAGE_BYTES * 1.25);
    this.#seal();
    const messages = this.#sealed;
    for (const [first] of messages) {
      const view = new DataView(first!.buffer, first!.byteOffset, HEADER_BYTES);
      view.setUint32(0, MAGIC, true);
      view.setUint32(4, ack, true);
      view.setUint32(8, session.low, true);
      view.setUint32(12, session.high, true);
    }
    this.#sealed = [];
    this.records = 0;
    return messages;
  }

  #seal(): void {
    this.#sealed.push([this.#bytes.subarray(0, this.#size), ...this.#frames]);
    this.#frames = [];
    this.#bytes = Buffer.allocUnsafeSlow(this.#sizeHint | 0);
    this.#view = new DataView(this.#bytes.buffer);
    this.#size = HEADER_BYTES;
  }

  #close(): void {
    this.#view.setUint32(this.#start, this.#size - this.#start, true);
  }

  #reserve(more: number): void {
    const need = this.#size + more;
    if (need <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(need, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
