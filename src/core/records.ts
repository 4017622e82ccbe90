import { Ending, type Job, type LostAttempt } from './job.ts';
import type { Journal, KeptLoss } from './journal.ts';
import { isDurable, type Keep } from './keep.ts';
import type { State } from './state.ts';

/** Writes down what happens to durable jobs; of the others nothing is written. */
export class Records {
  readonly #state: State;
  readonly #journal: Journal;

  constructor(state: State, journal: Journal) {
    this.#state = state;
    this.#journal = journal;
  }

  /** The job has come in, or has become durable. */
  submitted(keep: Keep): void {
    if (!keep.durable) return;
    const { slab, offset, length } = keep.job;
    this.#journal.submitted(keep.kept, slab.bytes, offset, length);
    this.#state.recorded++;
  }

  /** The present attempt has begun. */
  attempt(now: number, keep: Keep, worker: string): void {
    // One that was under way when its job became durable is known by its fence to its worker.
    if (keep.fence === 0) keep.fence = this.#state.takeFence(now);
    if (!keep.durable) return;
    const { fence, job, kept } = keep;
    const attempt = { attempt: job.attempts, worker, fence, at: this.#state.wallAt(now) };
    this.#journal.attempt(kept.number, attempt);
    this.#state.recorded++;
  }

  lost(keep: Keep, loss: KeptLoss): void {
    keep.fence = 0;
    if (!keep.durable) return;
    this.#journal.lost(keep.kept.number, loss);
    this.#state.recorded++;
  }

  /** An attempt that was given up while nothing was recorded. */
  lostBefore(
    now: number,
    keep: Keep,
    { attempt, worker, cause, message = '', afterMs }: LostAttempt,
  ): void {
    const { charged, losses, suspect } = keep.job.needRare();
    const wait = keep.notBefore - now;
    const notBefore = wait > 0 ? this.#state.wallAt(now) + wait : 0;
    const at = keep.kept.submittedAt + afterMs;
    const known = { attempt, worker, cause, message, at };
    this.lost(keep, { ...known, charged, losses, suspect, notBefore });
  }

  /** A dead letter waits again. */
  revived(now: number, { kept }: Keep): void {
    this.#journal.revived(kept.number, this.#state.wallAt(now));
    this.#state.recorded++;
  }

  /** A dead letter is thrown away. */
  dropped(number: number): void {
    this.#journal.dropped(number);
    this.#state.recorded++;
  }

  /** The job has ended; the bytes of its answer stand in it. */
  ended(now: number, job: Job): void {
    if (!isDurable(job)) return;
    const { ending, attempts, slab, offset } = job;
    const length = ending <= Ending.FAILED ? job.length : 0;
    const at = this.#state.wallAt(now);
    const { number } = job.keep!.kept;
    this.#journal.ended(number, ending, attempts, at, slab.bytes, offset, length);
    this.#state.recorded++;
  }
}
