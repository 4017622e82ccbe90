import { viewOf } from '../codec.ts';

/** What SQLite's write-ahead log holds; its format is documented at sqlite.org/fileformat2.html#walformat. */
export interface WalScan {
  /** Whether it begins with a header that SQLite takes. */
  readonly header: boolean;
  /** Where the last whole commit ends: SQLite reads as far as here. */
  readonly end: number;
  /** Behind a frame that is broken, another commit had been begun: this cannot be what a power cut leaves. */
  readonly damagedAt: number | null;
}

export const HEADER = 32;
export const FRAME_HEADER = 24;
/** In a frame's header: the page, whether it ends a commit, and the salts, which say that these are not older. */
const SALTS_END = 16;
/** A disk writes so many bytes or none of them. */
const SECTOR = 512;

/** Reads a whole write-ahead log as SQLite would, and what SQLite would silently leave out. */
export function scanWal(bytes: Uint8Array): WalScan {
  return new Scan(bytes).run();
}

class Scan {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #little = true;
  #frame = 0;
  #sum0 = 0;
  #sum1 = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
  }

  run(): WalScan {
    if (!this.#header()) return { header: false, end: 0, damagedAt: null };
    let end = HEADER;
    let at = HEADER;
    for (; this.#follows(at); at += this.#frame) if (this.#commits(at)) end = at + this.#frame;
    return { header: true, end, damagedAt: this.#begunBehind(end, at) ? at : null };
  }

  headerSums(): [number, number] {
    this.#little = this.#view.getUint32(0) === 0x377f0682;
    this.#start(0, 0);
    this.#add(0, 24);
    return [this.#sum0, this.#sum1];
  }

  #header(): boolean {
    if (this.#bytes.length < HEADER) return false;
    if (this.#view.getUint32(0) >>> 1 !== 0x377f0682 >>> 1) return false;
    const page = this.#view.getUint32(8);
    if (page < 512 || page > 65536 || (page & (page - 1)) !== 0) return false;
    this.#frame = FRAME_HEADER + page;
    const [sum0, sum1] = this.headerSums();
    return sum0 === this.#view.getUint32(24) && sum1 === this.#view.getUint32(28);
  }

  /** Whether the frame at `at` is whole and continues the chain of checksums. */
  #follows(at: number): boolean {
    if (!this.#isOurs(at)) return false;
    this.#add(at, at + 8);
    this.#add(at + FRAME_HEADER, at + this.#frame);
    const [sum0, sum1] = this.#said(at);
    return this.#sum0 === sum0 && this.#sum1 === sum1;
  }

  /** Whether the frame at `at` lies in the log and was written since the log was last begun anew. */
  #isOurs(at: number): boolean {
    if (at + this.#frame > this.#bytes.length) return false;
    const view = this.#view;
    const salted = view.getUint32(at + 8) === view.getUint32(16);
    return salted && view.getUint32(at + 12) === view.getUint32(20) && view.getUint32(at) !== 0;
  }

  #commits(at: number): boolean {
    return this.#view.getUint32(at + 4) !== 0;
  }

  /**
   * Of what is not flushed yet there is one commit at most, its last frame says so, and it has no page twice. So a frame
   * behind such a last one, or with a page that was there, belongs to a commit that was begun when the one before it had
   * been flushed. `end` is where the last whole commit ends, `broken` the first frame that is not right.
   */
  #begunBehind(end: number, broken: number): boolean {
    const pages = new Set<number>();
    let committed = false;
    for (let at = end; at + this.#frame <= this.#bytes.length; at += this.#frame) {
      if (at > broken && this.#isWhole(at)) {
        if (committed || pages.has(this.#view.getUint32(at))) return true;
      } else if (at > broken || !this.#isOurs(at) || isAcrossSectors(at)) continue;
      pages.add(this.#view.getUint32(at));
      committed ||= this.#commits(at);
    }
    return false;
  }

  /** Whether a frame is whole as far as the one before it can be believed. */
  #isWhole(at: number): boolean {
    if (!this.#isOurs(at)) return false;
    this.#start(...this.#said(at - this.#frame));
    return this.#follows(at);
  }

  #said(at: number): [number, number] {
    return [this.#view.getUint32(at + 16), this.#view.getUint32(at + 20)];
  }

  #start(sum0: number, sum1: number): void {
    this.#sum0 = sum0;
    this.#sum1 = sum1;
  }

  #add(from: number, to: number): void {
    const view = this.#view;
    const little = this.#little;
    let [sum0, sum1] = [this.#sum0, this.#sum1];
    for (let at = from; at < to; at += 8) {
      sum0 = (sum0 + view.getUint32(at, little) + sum1) >>> 0;
      sum1 = (sum1 + view.getUint32(at + 4, little) + sum0) >>> 0;
    }
    this.#sum0 = sum0;
    this.#sum1 = sum1;
  }
}

/** Whether a frame's salts are in another sector than its page: then one may be older than the other. */
function isAcrossSectors(at: number): boolean {
  return (at % SECTOR) + SALTS_END > SECTOR;
}

/** The sums that the header of a log carries, given what is in front of them. */
export function headerSums(bytes: Uint8Array): [number, number] {
  return new Scan(bytes).headerSums();
}
