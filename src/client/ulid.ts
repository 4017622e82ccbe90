import { randomFillSync } from 'node:crypto';

/** Crockford's base 32: no I, L, O and U. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_DIGITS = 10;
const RANDOM_DIGITS = 16;
/** Of the random digits, those that change with each id; the others stand as text. */
const LAST_DIGITS = 4;
const LAST_MAX = 32 ** LAST_DIGITS;

/**
 * ULIDs: 26 characters, 48 bits of time in milliseconds and 80 random ones. Those of one millisecond rise one by one.
 */
export class Ulids {
  #now = -1;
  #random = new Uint8Array(RANDOM_DIGITS);
  /** The time, and the random digits but the last. */
  #start = '';
  #last = 0;

  /** The next one, at that instant of the wall clock. */
  next(now: number): string {
    if (now !== this.#now) this.#draw(now);
    else if (++this.#last === LAST_MAX) this.#carry();
    const last = this.#last;
    return (
      this.#start +
      DIGITS[last >>> 15] +
      DIGITS[(last >>> 10) & 31] +
      DIGITS[(last >>> 5) & 31] +
      DIGITS[last & 31]
    );
  }

  #draw(now: number): void {
    this.#now = now;
    randomFillSync(this.#random);
    this.#last = 0;
    for (let i = RANDOM_DIGITS - LAST_DIGITS; i < RANDOM_DIGITS; i++) {
      this.#last = this.#last * 32 + (this.#random[i]! & 31);
    }
    this.#write();
  }

  #carry(): void {
    this.#last = 0;
    // All ones become zeros: once in 2^60, and still an id that nobody has.
    for (let i = RANDOM_DIGITS - LAST_DIGITS - 1; i >= 0; i--) {
      this.#random[i] = (this.#random[i]! + 1) & 31;
      if (this.#random[i] !== 0) break;
    }
    this.#write();
  }

  #write(): void {
    let time = '';
    for (let i = 0, rest = this.#now; i < TIME_DIGITS; i++, rest = Math.floor(rest / 32)) {
      time = DIGITS[rest % 32] + time;
    }
    this.#start = time;
    for (let i = 0; i < RANDOM_DIGITS - LAST_DIGITS; i++) {
      this.#start += DIGITS[this.#random[i]! & 31];
    }
  }
}
