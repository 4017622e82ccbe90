const FIRST_BYTES = 64 * 1024;
/** More than a number needs. */
const NUMBER_BYTES = 32;
/** What is written digit by digit. */
const WHOLE_MAX = 0x7fffffff;
const ZERO = 48;
const LINE_FEED = 10;

/**
 * The text of a scrape in the making, as bytes. Measured with 17,000 lines, most of which are copied from what was made
 * once: 0.5 ms, where joining strings takes 3.
 */
export class Page {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #at = 0;

  /** One line: what stands in front of the value, made by `series`, and the value. */
  line(series: Uint8Array, value: number): void {
    this.#reserve(series.length + NUMBER_BYTES);
    this.#bytes.set(series, this.#at);
    this.#at += series.length;
    if (value >= 0 && value <= WHOLE_MAX && (value | 0) === value) this.#whole(value);
    else this.#at += this.#bytes.write(shown(value), this.#at, 'latin1');
    this.#bytes[this.#at++] = LINE_FEED;
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
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escaped(String(value))}"`);
  return Buffer.from(pairs.length === 0 ? `${name} ` : `${name}{${pairs.join(',')}} `);
}

function escaped(text: string): string {
  return text.replace(/[\\"\n]/g, (mark) => (mark === '\n' ? String.raw`\n` : `\\${mark}`));
}

function shown(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
