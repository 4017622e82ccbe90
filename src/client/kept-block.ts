import { Level, Tag, Verb } from '../wire/verbs.ts';
import type { Call } from './call.ts';
import type { Kept, Terms } from './kept.ts';

/** More than an id, a key and every option of a fixed length need. */
const BLOCK_BYTES_MAX = 512;
const U32 = 2 ** 32;

/**
 * The options block of a record about a kept job. Each job has an id of its own, so there is no block to be kept: it is
 * written in place, into bytes that the next one overwrites.
 */
export class KeptBlock {
  #bytes = Buffer.allocUnsafeSlow(BLOCK_BYTES_MAX);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  /** The block, valid until the next call; `expires` is what is left of the call's time, 0 for no end. */
  write(now: number, call: Call, kept: Kept, expires: number): Uint8Array {
    this.#at = 2;
    this.#text(Tag.ID, kept.id);
    if (kept.verb === Verb.SUBMIT) {
      if (call.priority !== 0) this.#u8(Tag.PRIORITY, call.priority & 0xff);
      if (expires !== 0) this.#u32(Tag.EXPIRES, expires);
      this.#terms(kept.terms, now - kept.madeAt);
      if (kept.follows) this.#head(Tag.FOLLOW, 0);
    }
    this.#view.setUint16(0, this.#at - 2, true);
    return this.#bytes.subarray(0, this.#at);
  }

  #terms(terms: Terms, passedMs: number): void {
    if (terms.level !== Level.MEMORY) this.#u8(Tag.LEVEL, terms.level);
    if (terms.delayMs > passedMs) this.#u32(Tag.DELAY, terms.delayMs - passedMs);
    if (terms.at !== 0) this.#u64(Tag.AT, terms.at);
    if (terms.deadline !== 0) this.#u64(Tag.DEADLINE, terms.deadline);
    if (terms.attemptsMax !== 0) {
      this.#view.setUint16(this.#head(Tag.ATTEMPTS, 2), terms.attemptsMax, true);
    }
    if (terms.backoff !== null) this.#backoff(terms.backoff);
    if (terms.key !== '') this.#text(Tag.KEY, terms.key);
  }

  #backoff({ kind, jitter, ms, msMax }: NonNullable<Terms['backoff']>): void {
    const at = this.#head(Tag.BACKOFF, 10);
    this.#view.setUint8(at, kind);
    this.#view.setUint8(at + 1, jitter);
    this.#view.setUint32(at + 2, ms, true);
    this.#view.setUint32(at + 6, msMax, true);
  }

  #text(tag: number, text: string): void {
    const length = this.#bytes.write(text, this.#at + 3);
    this.#head(tag, length);
  }

  #u8(tag: number, value: number): void {
    this.#view.setUint8(this.#head(tag, 1), value);
  }

  #u32(tag: number, value: number): void {
    this.#view.setUint32(this.#head(tag, 4), value, true);
  }

  #u64(tag: number, value: number): void {
    const at = this.#head(tag, 8);
    this.#view.setUint32(at, value % U32, true);
    this.#view.setUint32(at + 4, Math.floor(value / U32), true);
  }

  /** Begins an item; where its value goes. */
  #head(tag: number, length: number): number {
    const at = this.#at;
    this.#view.setUint8(at, tag);
    this.#view.setUint16(at + 1, length, true);
    this.#at = at + 3 + length;
    return at + 3;
  }
}
