import { FIXED_BYTES, Flag, HEADER_BYTES, RECORD_BYTES } from './verbs.ts';

/** Whether these frames begin a native message: what the dialects are told apart by. */
export function isNative(frame: Uint8Array | undefined): boolean {
  return (
    frame !== undefined &&
    frame.length >= HEADER_BYTES &&
    frame[0] === 0x4c &&
    frame[1] === 0x54 &&
    frame[2] === 0x44 &&
    frame[3] === 1
  );
}

/**
 * Walks the records of one native message: `while (reader.next()) switch (reader.verb)`. The fields are those of
 * the record under the cursor. `broken` says, after the last `next`, what was wrong with what is left, if anything.
 */
export class Reader {
  readonly ack: number;
  readonly sessionLow: number;
  readonly sessionHigh: number;
  verb = 0;
  flags = 0;
  status = 0;
  type = 0;
  a = 0;
  b = 0;
  /** Where the fixed part begins in `frame`. */
  fixedAt = 0;
  body: Uint8Array;
  bodyAt = 0;
  bodyLength = 0;
  broken: string | null = null;
  readonly frame: Uint8Array;
  readonly view: DataView;
  /** The frame, once a text was asked for. */
  #buffer: Buffer | null = null;
  #frames: Uint8Array[];
  #frameAt = 1;
  #at = HEADER_BYTES;
  #optionsAt = 0;
  #optionsEnd = 0;

  constructor(frames: Uint8Array[]) {
    const frame = frames[0]!;
    this.frame = frame;
    this.body = frame;
    this.#frames = frames;
    this.view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
    if (!isNative(frame)) {
      this.broken = 'magic';
      this.ack = this.sessionLow = this.sessionHigh = 0;
      this.#at = frame.length;
      return;
    }
    this.ack = this.view.getUint32(4, true);
    this.sessionLow = this.view.getUint32(8, true);
    this.sessionHigh = this.view.getUint32(12, true);
  }

  /** Moves to the next record; false at the end or where the rest is broken. */
  next(): boolean {
    const at = this.#at;
    const size = this.frame.length;
    if (at === size || this.broken !== null) return false;
    if (at + RECORD_BYTES > size) return this.#break('short record');
    const view = this.view;
    const length = view.getUint32(at, true);
    const end = at + length;
    if (length < RECORD_BYTES || end > size) return this.#break('record length');
    this.verb = view.getUint8(at + 4);
    const flags = view.getUint8(at + 5);
    this.flags = flags;
    this.status = flags >> 4;
    this.type = view.getUint16(at + 6, true);
    this.a = view.getUint32(at + 8, true);
    this.b = view.getUint32(at + 12, true);
    this.fixedAt = at + RECORD_BYTES;
    let bodyAt = this.fixedAt + (FIXED_BYTES[this.verb] ?? 0);
    if (bodyAt > end) return this.#break('fixed part');
    this.#optionsEnd = 0;
    if ((flags & Flag.OPTIONS) !== 0) bodyAt = this.#openOptions(bodyAt, end);
    if (this.broken !== null) return false;
    if ((flags & Flag.FRAME) !== 0) return this.#bodyFrame(end);
    this.body = this.frame;
    this.bodyAt = bodyAt;
    this.bodyLength = end - bodyAt;
    this.#at = end;
    return true;
  }

  /** Calls `visit` for each option of the record, with the place of its value in `frame`; false if the block is broken. */
  options(visit: (tag: number, at: number, length: number) => void): boolean {
    let at = this.#optionsAt;
    const end = this.#optionsEnd;
    while (at < end) {
      if (at + 3 > end) return false;
      const length = this.view.getUint16(at + 1, true);
      if (at + 3 + length > end) return false;
      visit(this.view.getUint8(at), at + 3, length);
      at += 3 + length;
    }
    return true;
  }

  /** The body as a view of its frame, not copied. */
  bodyView(): Uint8Array {
    return this.body.subarray(this.bodyAt, this.bodyAt + this.bodyLength);
  }

  /** The body as text. */
  bodyText(): string {
    return Buffer.from(
      this.body.buffer,
      this.body.byteOffset + this.bodyAt,
      this.bodyLength,
    ).toString();
  }

  /** Text of the batch frame: an option's value. */
  text(at: number, length: number): string {
    this.#buffer ??= Buffer.from(this.frame.buffer, this.frame.byteOffset, this.frame.length);
    return this.#buffer.toString('utf8', at, at + length);
  }

  /** Bytes of the batch frame in hex: an instance. */
  hex(at: number, length: number): string {
    return Buffer.from(this.frame.buffer, this.frame.byteOffset + at, length).toString('hex');
  }

  /** Where the body begins behind the options block at `at`. */
  #openOptions(at: number, end: number): number {
    const length = at + 2 > end ? end : this.view.getUint16(at, true);
    this.#optionsAt = at + 2;
    this.#optionsEnd = at + 2 + length;
    if (this.#optionsEnd > end) this.#break('options length');
    return this.#optionsEnd;
  }

  #bodyFrame(end: number): boolean {
    const body = this.#frames[this.#frameAt];
    if (body === undefined) return this.#break('missing body frame');
    this.#frameAt++;
    this.body = body;
    this.bodyAt = 0;
    this.bodyLength = body.length;
    this.#at = end;
    return true;
  }

  #break(what: string): false {
    this.broken = what;
    return false;
  }
}
