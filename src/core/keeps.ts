import type { Intake, KeptSubmit, Submit } from './intake.ts';
import { Job, stampOf } from './job.ts';
import { type Backoff, BackoffKind, type Kept } from './journal.ts';
import { Keep, type Level } from './keep.ts';
import type { Keys } from './keys.ts';
import type { Ledger } from './ledger.ts';
import type { Slab } from './slab.ts';
import type { State } from './state.ts';
import type { Type } from './type.ts';

const BACKOFF: Backoff = { kind: BackoffKind.EXPONENTIAL, ms: 1000, msMax: 60_000, jitter: 20 };

/** Makes kept jobs, of submits and of what a store has, and turns wall-clock instants into core time. */
export class Keeps {
  readonly #state: State;
  readonly #keys: Keys;
  readonly #ledger: Ledger;
  readonly #intake: Intake;

  constructor(state: State, keys: Keys, ledger: Ledger, intake: Intake) {
    this.#state = state;
    this.#keys = keys;
    this.#ledger = ledger;
    this.#intake = intake;
  }

  /** What must survive of a submit, under a new number. */
  keptOf(now: number, type: Type, submit: Submit, asked: KeptSubmit): Kept {
    const submittedAt = this.#state.wallAt(now);
    const expiresAt = submit.expiresMs === 0 ? 0 : submittedAt + submit.expiresMs;
    const notBefore = asked.delayMs > 0 ? submittedAt + asked.delayMs : asked.at;
    const { settings } = this.#state;
    return {
      number: this.#ledger.nextNumber(),
      id: asked.id,
      type: type.name,
      priority: submit.priority,
      answerTimeoutMs: submit.timeoutMs || settings.answerTimeoutMs,
      attemptsMax: asked.attemptsMax || settings.attemptsMax,
      backoff: asked.backoff ?? BACKOFF,
      key: asked.key,
      submittedAt,
      notBefore: notBefore > submittedAt ? notBefore : 0,
      deadline: earlier(asked.deadline, expiresAt),
      trace: submit.trace,
    };
  }

  /** A job that waits nowhere yet: known by its id, in the line of its key, with its time limit. */
  make(
    now: number,
    type: Type,
    kept: Kept,
    level: Level,
    slab: Slab,
    offset: number,
    length: number,
  ): Job {
    const keeper = this.#ledger.keeperOf(kept.number);
    const job = new Job(keeper, kept.number >>> 0, type, stampOf(now), kept.answerTimeoutMs);
    job.keep = new Keep(job, kept, level);
    job.keep.notBefore = this.instant(now, kept.notBefore);
    this.#state.slabs.hold(job, slab, offset, length);
    this.#ledger.add(job.keep);
    const left = Math.max(1, kept.deadline - this.#state.wallAt(now));
    this.#intake.limit(now, job, kept.priority, kept.deadline === 0 ? 0 : left, true);
    if (kept.key !== '') this.#keys.join(job, kept.key);
    return job;
  }

  /** The instant of core time that a wall-clock time is; 0 for none. */
  instant(now: number, wall: number): number {
    return wall === 0 ? 0 : now + (wall - this.#state.wallAt(now));
  }
}

function earlier(x: number, y: number): number {
  return x === 0 || y === 0 ? Math.max(x, y) : Math.min(x, y);
}
