const FIRST_BYTES = 64 * 1024;
/** More than a number needs. */
const NUMBER_BYTES = 32;
/** What is written digit by digit. */
const WHOLE_MAX = 0x7fffffff;
/** Times and loads are of so many parts. */
const PARTS = 10_000;
const ZERO = 48;
const POINT = 46;
const LINE_FEED = 10;

/**
 * The text of a scrape in the making, as bytes. Measured with 17,000 lines that are copied from three pieces each, which were
 * made once: 1 ms, where joining strings takes 3.
 */
export class Page {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #at = 0;

  /** One line: what stands in front of the value, made by `series`, and the value. */
  line(series: Uint8Array, value: number): void {
    this.#reserve(series.length + NUMBER_BYTES);
    this.#copy(series);
    this.#value(value);
  }

  /** The same with three pieces in front of the value. */
  framed(head: Uint8Array, own: Uint8Array, tail: Uint8Array, value: number): void {
    this.#reserve(head.length + own.length + tail.length + NUMBER_BYTES);
    this.#copy(head);
    this.#copy(own);
    this.#copy(tail);
    this.#value(value);
  }

  /** Whole lines. */
  text(text: string): void {
    this.#reserve(Buffer.byteLength(text));
    this.#at += this.#bytes.write(text, this.#at);
  }

  /** All of it; the page is empty afterwards, and the room that it took is kept for the next. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#at));
    this.#at = 0;
    return taken;
  }

  #copy(piece: Uint8Array): void {
    this.#bytes.set(piece, this.#at);
    this.#at += piece.length;
  }

  #value(value: number): void {
    const parts = Math.round(value * PARTS);
    if (value >= 0 && value <= WHOLE_MAX && (value | 0) === value) this.#whole(value);
    else if (parts >= 0 && parts <= WHOLE_MAX && parts / PARTS === value) this.#decimal(parts);
    else this.#at += this.#bytes.write(shown(value), this.#at, 'latin1');
    this.#bytes[this.#at++] = LINE_FEED;
  }

  /** Without zeros at its end. */
  #decimal(parts: number): void {
    this.#whole((parts / PARTS) | 0);
    this.#bytes[this.#at++] = POINT;
    let rest = parts % PARTS;
    for (let part = PARTS / 10; rest > 0; part /= 10) {
      this.#bytes[this.#at++] = ZERO + ((rest / part) | 0);
      rest %= part;
    }
  }

  #whole(value: number): void {
    let digits = 1;
    for (let rest = value; rest >= 10; rest = (rest / 10) | 0) digits++;
    let rest = value;
    for (let at = this.#at + digits - 1; at >= this.#at; at--) {
      this.#bytes[at] = ZERO + (rest % 10);
      rest = (rest / 10) | 0;
    }
    this.#at += digits;
  }

  #reserve(bytes: number): void {
    const needed = this.#at + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
  }
}

export type Labels = Readonly<Record<string, string | number>>;

/** What stands in front of the value of a line. */
export function series(name: string, labels: Labels): Buffer {
  const text = pairs(labels);
  return Buffer.from(text === '' ? `${name} ` : `${name}{${text}} `);
}

/** Labels as they stand between braces. */
export function pairs(labels: Labels): string {
  const all = Object.entries(labels);
  return all.map(([key, value]) => `${key}="${escaped(String(value))}"`).join(',');
}

function escaped(text: string): string {
  return text.replace(/[\\"\n]/g, (mark) => (mark === '\n' ? String.raw`\n` : `\\${mark}`));
}

function shown(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
