import { Ending } from '../../core/job.ts';
import type { KeptAttempt, KeptLoss } from '../../core/journal.ts';
import { RecordKind } from '../codec.ts';
import { headOf, RecordReader } from '../records.ts';
import {
  isPristine,
  keepsBody,
  NO_BYTES,
  PRISTINE,
  type Standing,
  type StoredJob,
} from '../stored-job.ts';

const LOSSES_MAX = 32;

/** What the batches of a stretch say of one job, merged. */
export class Change {
  readonly number: number;
  /** Set when the job was submitted in this stretch: the record, and what of it stands in the row besides. */
  record: Uint8Array | null = null;
  headBytes = 0;
  id = '';
  type = '';
  submittedAt = 0;
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
        this.record = reader.record;
        this.headBytes = reader.bodyAt - reader.start;
        this.id = reader.id;
        this.type = reader.type;
        this.submittedAt = reader.at;
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
        // The attempt that brought the answer stays: it is asked who did the job.
        if (reader.ending !== Ending.OK) this.open = null;
        this.attempts = reader.attempts;
        this.#end(reader.ending, reader.at, reader.answer);
        return;
      case RecordKind.REVIVED:
        this.revived = true;
        this.open = null;
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

  /** The job after this, given how the table has it; null when neither knows it or it was dropped. */
  applied(row: StoredJob | null): StoredJob | null {
    const record = this.record ?? row?.record ?? null;
    if (record === null || this.dropped) return null;
    const standing = this.stands(this.record === null ? row!.standing : PRISTINE);
    return {
      number: this.number,
      record: keepsBody(standing) ? record : headOf(record),
      standing,
    };
  }

  /** How the job stands after this, given how it stood. */
  stands(before: Standing): Standing {
    if (!this.#isMoved) return before;
    const { losses: added, ending } = this;
    const losses = this.revived ? [] : before.losses;
    const isEnding = ending !== undefined;
    const standing: Standing = {
      attempts: this.attempts >= 0 ? this.attempts : before.attempts,
      open: this.open === undefined ? before.open : this.open,
      losses: added === null ? losses : [...losses, ...added].slice(-LOSSES_MAX),
      ending: isEnding ? ending : before.ending,
      endedAt: isEnding ? this.endedAt : before.endedAt,
      answer: isEnding ? this.answer : before.answer,
    };
    return isPristine(standing) ? PRISTINE : standing;
  }

  get #isMoved(): boolean {
    return this.open !== undefined || this.ending !== undefined || this.losses !== null;
  }
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
      if (reader.kind === RecordKind.SUBMITTED) this.#byId.set(change.id, number);
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
