import type { StoredJob } from '../stored-job.ts';
import { type Change, Changes } from './change.ts';
import type { JobTable } from './job-table.ts';
import type { JournalTable } from './journal-table.ts';
import type { Meta } from './meta.ts';

/** A round begins when this much is to be folded, or when the oldest of it is this old: the longer, the more ends before it. */
const ROUND_BYTES = 4 * 1024 * 1024;
const ROUND_MS = 300;
/** A round reads batches up to this. */
const ROUND_BYTES_MAX = 16 * 1024 * 1024;
/** Rows written between two looks at the clock. */
const ROWS = 16;

/**
 * Folds the journal into the table of jobs, in rounds: the changes of a stretch of batches are frozen, written row by row in
 * as many slices as it takes, and then the stretch counts as folded and its batches are removed.
 *
 *   batches ──add──▶ fresh ──freeze──▶ frozen ──slices──▶ rows ──folded = frozen.seq──▶ batches removed
 *
 * A row carries the last batch that is in it: so a round that a crash has cut short is not folded twice.
 */
export class Fold {
  readonly #meta: Meta;
  readonly #journal: JournalTable;
  readonly #jobs: JobTable;
  readonly #batches: { seq: number; bytes: Uint8Array; at: number }[] = [];
  #waitingBytes = 0;
  #fresh = new Changes();
  #freshAt = 0;
  #frozen: Changes | null = null;
  /** Of all rounds that are through. */
  foldedBytes = 0;
  #rest: Iterator<Change> = [].values();
  #removing = true;

  constructor(meta: Meta, journal: JournalTable, jobs: JobTable) {
    this.#meta = meta;
    this.#journal = journal;
    this.#jobs = jobs;
  }

  /** Bytes of batches that are not folded. */
  get bytes(): number {
    return this.#waitingBytes + this.#fresh.bytes + (this.#frozen?.bytes ?? 0);
  }

  /** The last batch of which nothing is left to fold. */
  get folded(): number {
    return this.#meta.folded;
  }

  /** A batch has become durable. */
  add(seq: number, bytes: Uint8Array, at: number): void {
    this.#batches.push({ seq, bytes, at });
    this.#waitingBytes += bytes.length;
  }

  /** A batch that was found in the journal; some of its jobs may be in the table already. */
  replay(seq: number, bytes: Uint8Array): void {
    const partly = seq <= this.#meta.folding;
    const isKnown = (number: number) => this.#jobs.seqOf(number) >= seq;
    this.#fresh.add(seq, bytes, partly ? isKnown : undefined);
  }

  /** When there is next something to do: an instant that is past when there is now; Infinity for never. */
  due(now: number): number {
    if (this.#frozen !== null || this.#removing) return now;
    if (this.bytes >= ROUND_BYTES) return now;
    if (this.#fresh.seq > 0) return this.#freshAt + ROUND_MS;
    return (this.#batches[0]?.at ?? Number.POSITIVE_INFINITY) + ROUND_MS;
  }

  /** Works until `isOver`; whether something is left of this round. */
  slice(isOver: () => boolean): boolean {
    while (this.#removing && !isOver()) this.#removing = this.#journal.removeFolded();
    if (this.#removing) return true;
    if (this.#frozen === null) {
      if (!this.digest(isOver, ROUND_BYTES_MAX)) return true;
      if (!this.#freeze()) return false;
    }
    if (this.#writeRows(this.#frozen!, isOver)) this.#finish(this.#frozen!);
    return true;
  }

  /** Whether all rows of the round have been written. */
  #writeRows(frozen: Changes, isOver: () => boolean): boolean {
    for (let written = 1; ; written += 1) {
      const next = this.#rest.next();
      if (next.done === true) return true;
      this.#jobs.write(next.value, frozen.seq);
      if (written % ROWS === 0 && isOver()) return false;
    }
  }

  /** Reads batches, until it is over or this much has been read: whether no more are to be read. */
  digest(isOver: () => boolean, most: number): boolean {
    let read = 0;
    let stopped = false;
    for (const { seq, bytes, at } of this.#batches) {
      if (stopped || this.#fresh.bytes >= most) break;
      if (this.#fresh.seq === 0) this.#freshAt = at;
      this.#fresh.add(seq, bytes);
      this.#waitingBytes -= bytes.length;
      read += 1;
      stopped = isOver();
    }
    this.#batches.splice(0, read);
    return this.#batches.length === 0 || this.#fresh.bytes >= most;
  }

  /** The newest job of an id, with all that has been read. */
  find(id: string): StoredJob | null {
    const frozen = this.#frozen;
    const number =
      this.#fresh.numberOf(id) ?? frozen?.numberOf(id) ?? this.#jobs.numberOf(id) ?? null;
    if (number === null) return null;
    const row = this.#jobs.get(number);
    let job = row?.job ?? null;
    const old = (row?.seq ?? 0) < (frozen?.seq ?? 0) ? frozen?.byNumber.get(number) : undefined;
    if (old !== undefined) job = old.applied(job);
    const young = this.#fresh.byNumber.get(number);
    return young === undefined ? job : young.applied(job);
  }

  /** The highest number and fence that were ever recorded, right after the replay. */
  get highest(): { number: number; fence: number } {
    const { number, fence } = this.#meta;
    const { highestNumber, highestFence } = this.#fresh;
    return { number: Math.max(number, highestNumber), fence: Math.max(fence, highestFence) };
  }

  /** Right after the replay: all jobs that have not ended, lowest number first, given their rows. */
  *live(rows: Iterable<StoredJob>): Generator<StoredJob> {
    const changed = [...this.#fresh.byNumber.values()].filter(isLive);
    const others = changed.map((change) => change.number).sort((x, y) => x - y);
    let at = 0;
    for (const row of rows) {
      for (; at < others.length && others[at]! < row.number; at += 1)
        yield* this.#stands(others[at]!, null);
      if (others[at] === row.number) at += 1;
      yield* this.#stands(row.number, row);
    }
    for (; at < others.length; at += 1) yield* this.#stands(others[at]!, null);
  }

  *#stands(number: number, live: StoredJob | null): Generator<StoredJob> {
    const change = this.#fresh.byNumber.get(number);
    if (change === undefined) {
      if (live !== null) yield live;
      return;
    }
    const row = live ?? (change.record === null ? (this.#jobs.get(number)?.job ?? null) : null);
    const job = change.applied(row);
    if (job !== null && job.standing.ending === null) yield job;
  }

  /** Whether there is a round to begin; it is begun. */
  #freeze(): boolean {
    if (this.#fresh.seq === 0) return false;
    this.#frozen = this.#fresh;
    this.#rest = this.#frozen.byNumber.values();
    this.#freshAt = this.#batches[0]?.at ?? 0;
    this.#fresh = new Changes();
    const meta = this.#meta;
    meta.folding = this.#frozen.seq;
    meta.number = Math.max(meta.number, this.#frozen.highestNumber);
    meta.fence = Math.max(meta.fence, this.#frozen.highestFence);
    meta.changed = true;
    return true;
  }

  #finish(frozen: Changes): void {
    this.#frozen = null;
    this.foldedBytes += frozen.bytes;
    this.#meta.folded = frozen.seq;
    this.#meta.changed = true;
    this.#removing = true;
  }
}

/** Whether a change may be of a job that has not ended and is in the table not, or as one that has. */
function isLive(change: Change): boolean {
  return (change.ending ?? null) === null && (change.record !== null || change.revived);
}
