const FIRST_BYTES = 512;
const ASCII_MAX = 127;
const U32 = 2 ** 32;
const ENCODER = new TextEncoder();

/**
 * The options block of a record that has others than the one before it: written in place, into bytes that the next one
 * overwrites, its length in front.
 */
export class OptionsBlock {
  /** The block lies at its beginning, up to `length`. */
  bytes: Uint8Array<ArrayBuffer> = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #view = new DataView(this.bytes.buffer);
  #at = 2;

  /** Bytes of the block, complete when all options have been written. */
  get length(): number {
    this.#view.setUint16(0, this.#at - 2, true);
    return this.#at;
  }

  begin(): this {
    this.#at = 2;
    return this;
  }

  /** An option that says all by being there. */
  flag(tag: number): this {
    this.#head(tag, 0);
    return this;
  }

  text(tag: number, text: string): this {
    this.#reserve(3 + 3 * text.length);
    const from = this.#at + 3;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > ASCII_MAX) {
        this.#head(tag, ENCODER.encodeInto(text, this.bytes.subarray(from)).written);
        return this;
      }
      this.bytes[from + i] = code;
    }
    this.#head(tag, text.length);
    return this;
  }

  u8(tag: number, value: number): this {
    this.#view.setUint8(this.#head(tag, 1), value);
    return this;
  }

  u16(tag: number, value: number): this {
    this.#view.setUint16(this.#head(tag, 2), value, true);
    return this;
  }

  u32(tag: number, value: number): this {
    this.#view.setUint32(this.#head(tag, 4), value, true);
    return this;
  }

  /** A whole number up to 2^53. */
  u64(tag: number, value: number): this {
    const at = this.#head(tag, 8);
    this.#view.setUint32(at, value % U32, true);
    this.#view.setUint32(at + 4, Math.floor(value / U32), true);
    return this;
  }

  raw(tag: number, value: Uint8Array): this {
    const at = this.#head(tag, value.length);
    this.bytes.set(value, at);
    return this;
  }

  /** Begins an option of so many bytes; where its value goes. */
  #head(tag: number, length: number): number {
    this.#reserve(3 + length);
    const at = this.#at;
    this.#view.setUint8(at, tag);
    this.#view.setUint16(at + 1, length, true);
    this.#at = at + 3 + length;
    return at + 3;
  }

  #reserve(more: number): void {
    const need = this.#at + more;
    if (need <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(need, 2 * this.bytes.length));
    grown.set(this.bytes.subarray(0, this.#at));
    this.bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
