import type { Ending } from '../../core/job.ts';
import type { KeptAttempt, KeptLoss } from '../../core/journal.ts';
import { RecordKind } from '../codec.ts';
import { RecordReader } from '../records.ts';
import { idOf, isDead, NO_BYTES, type StoredJob } from '../stored-job.ts';

const LOSSES_MAX = 32;

/** What the batches of a stretch say of one job, merged. */
export class Change {
  readonly number: number;
  /** Set when the job was submitted in this stretch. */
  head: Uint8Array | null = null;
  body: Uint8Array = NO_BYTES;
  /** -1: none in this stretch. */
  attempts = -1;
  /** Undefined: as it was. */
  open: KeptAttempt | null | undefined = undefined;
  losses: KeptLoss[] | null = null;
  revived = false;
  /** Undefined: as it was; null: it has been revived. */
  ending: Ending | null | undefined = undefined;
  endedAt = 0;
  answer: Uint8Array = NO_BYTES;
  dropped = false;

  constructor(number: number) {
    this.number = number;
  }

  /** Merges one record. */
  take(reader: RecordReader): void {
    switch (reader.kind) {
      case RecordKind.SUBMITTED:
        this.head = reader.bytes.subarray(reader.start, reader.bodyAt);
        this.body = reader.bytes.subarray(reader.bodyAt, reader.end);
        return;
      case RecordKind.ATTEMPT:
        this.open = reader.attempt();
        this.attempts = this.open.attempt;
        return;
      case RecordKind.LOST:
        this.open = null;
        this.losses ??= [];
        this.losses.push(reader.loss());
        return;
      case RecordKind.ENDED:
        this.open = null;
        this.attempts = reader.attempts;
        this.#end(reader.ending, reader.at, reader.answer);
        return;
      case RecordKind.REVIVED:
        this.revived = true;
        this.losses = null;
        this.#end(null, 0, NO_BYTES);
        return;
      case RecordKind.DROPPED:
        this.dropped = true;
    }
  }

  #end(ending: Ending | null, at: number, answer: Uint8Array): void {
    this.ending = ending;
    this.endedAt = at;
    this.answer = answer;
  }

  /** The job as it stands after this, given how the table has it; null when neither knows it or it was dropped. */
  applied(row: StoredJob | null): StoredJob | null {
    const base = this.head === null ? row : submittedJob(this.number, this.head, this.body);
    if (base === null || this.dropped) return null;
    const standing = { ...base.standing };
    if (this.attempts >= 0) standing.attempts = this.attempts;
    if (this.open !== undefined) standing.open = this.open;
    if (this.revived) standing.losses = [];
    if (this.losses !== null)
      standing.losses = [...standing.losses, ...this.losses].slice(-LOSSES_MAX);
    if (this.ending !== undefined) {
      standing.ending = this.ending;
      standing.endedAt = this.endedAt;
      standing.answer = this.answer;
    }
    const body = standing.ending === null || isDead(standing.ending) ? base.body : NO_BYTES;
    return { number: this.number, head: base.head, body, standing };
  }
}

function submittedJob(number: number, head: Uint8Array, body: Uint8Array): StoredJob {
  const standing = {
    attempts: 0,
    open: null,
    losses: [],
    ending: null,
    endedAt: 0,
    answer: NO_BYTES,
  };
  return { number, head, body, standing };
}

/** The changes of a stretch of batches by the number of their job, oldest job first. */
export class Changes {
  readonly byNumber = new Map<number, Change>();
  readonly #byId = new Map<string, number>();
  /** The last batch of the stretch. */
  seq = 0;
  /** The bytes of its batches. */
  bytes = 0;
  highestNumber = 0;
  highestFence = 0;

  /** Adds a batch; records of jobs for which `isKnown` says so are in the table already. */
  add(seq: number, bytes: Uint8Array, isKnown?: (number: number) => boolean): void {
    const reader = new RecordReader(bytes);
    while (reader.next()) {
      const number = reader.number;
      if (reader.kind === RecordKind.SUBMITTED)
        this.highestNumber = Math.max(this.highestNumber, number);
      if (isKnown?.(number)) continue;
      const change = this.#of(number);
      change.take(reader);
      if (reader.kind === RecordKind.SUBMITTED) this.#byId.set(idOf(change.head!), number);
      else if (reader.kind === RecordKind.ATTEMPT)
        this.highestFence = Math.max(this.highestFence, change.open!.fence);
    }
    this.seq = seq;
    this.bytes += bytes.length;
  }

  /** The number of the newest job of that id. */
  numberOf(id: string): number | null {
    return this.#byId.get(id) ?? null;
  }

  #of(number: number): Change {
    let change = this.byNumber.get(number);
    if (change === undefined) {
      change = new Change(number);
      this.byNumber.set(number, change);
    }
    return change;
  }
}
