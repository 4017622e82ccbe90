import type { Random } from '../random.ts';

const SECTOR = 512;
const NOTHING = Buffer.alloc(0);

interface Change {
  /** -1: it was cut, or made longer, to `size`. */
  readonly offset: number;
  readonly size: number;
  readonly bytes: Buffer;
}

/** What is done with what was not flushed: how the cut treats the file. */
type Treatment = 'none' | 'first' | 'some' | 'sectors';
const TREATMENTS: readonly Treatment[] = ['none', 'first', 'some', 'some', 'sectors', 'sectors'];

/** The bytes of a file: as they are on the disk, and how they were changed since it was flushed. */
export class SimFile {
  #kept: Buffer;
  #changes: Change[] = [];

  constructor(bytes: Buffer) {
    this.#kept = bytes;
  }

  get isDirty(): boolean {
    return this.#changes.length > 0;
  }

  /** With all that was not flushed. */
  get bytes(): Buffer {
    return this.#with((content, change) => content.take(change));
  }

  write(offset: number, bytes: Buffer): void {
    this.#changes.push({ offset, size: offset + bytes.length, bytes });
  }

  truncate(size: number): void {
    this.#changes.push({ offset: -1, size, bytes: NOTHING });
  }

  flush(): void {
    if (!this.isDirty) return;
    this.#kept = this.bytes;
    this.#changes = [];
  }

  /** A disk that could not take it tells so once: then it is forgotten, whoever reads it still from memory. */
  lose(): void {
    this.#changes = [];
  }

  /** What may be on the disk when the power is cut: of each change nothing, all, or some sectors of it. */
  afterCut(random: Random): Buffer {
    if (!this.isDirty) return this.#kept;
    const treatment = random.pick(TREATMENTS);
    const until = treatment === 'first' ? random.below(this.#changes.length + 1) : 0;
    const torn = random.below(this.#changes.length);
    const odds = 1 + random.below(4);
    return this.#with((content, change, i) => {
      const isIn = treatment === 'first' ? i < until : random.below(5) < odds;
      if (treatment === 'none') return;
      if (treatment === 'sectors' || i === torn) tear(content, change, treatment, random);
      else if (isIn) content.take(change);
      else if (random.below(4) === 0) content.grow(change.size);
    });
  }

  #with(treat: (content: Content, change: Change, i: number) => void): Buffer {
    const most = this.#changes.reduce((size, change) => Math.max(size, change.size), 0);
    const content = new Content(this.#kept, most);
    for (const [i, change] of this.#changes.entries()) treat(content, change, i);
    return content.bytes;
  }
}

/** Some of the sectors that a write reaches, or its first bytes and nothing more. */
function tear(content: Content, change: Change, treatment: Treatment, random: Random): void {
  const { offset, size, bytes } = change;
  if (offset < 0) {
    if (random.below(2) === 0) content.take(change);
    return;
  }
  if (treatment !== 'sectors') {
    content.take({ ...change, bytes: bytes.subarray(0, random.below(bytes.length + 1)) });
    return;
  }
  const odds = random.below(8);
  for (let at = offset; at < size; ) {
    const end = Math.min(size, at - (at % SECTOR) + SECTOR);
    if (random.below(8) <= odds)
      content.take({ offset: at, size: end, bytes: bytes.subarray(at - offset, end - offset) });
    at = end;
  }
}

/** Bytes that are being put together. */
class Content {
  #bytes: Buffer;
  #size: number;

  constructor(kept: Buffer, most: number) {
    this.#bytes = Buffer.alloc(Math.max(kept.length, most));
    kept.copy(this.#bytes);
    this.#size = kept.length;
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#size);
  }

  take({ offset, size, bytes }: Change): void {
    if (offset < 0) {
      if (size < this.#size) this.#bytes.fill(0, size, this.#size);
      this.#size = size;
      return;
    }
    bytes.copy(this.#bytes, offset);
    this.#size = Math.max(this.#size, offset + bytes.length);
  }

  /** The file system knows the new size, and nothing of what was written there. */
  grow(size: number): void {
    this.#size = Math.max(this.#size, size);
  }
}
