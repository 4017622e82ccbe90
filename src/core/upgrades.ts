import type { Attempts } from './attempts.ts';
import { JobState, type LostAttempt } from './job.ts';
import type { KeptJob } from './journal.ts';
import { type Keep, Level } from './keep.ts';
import type { Ledger } from './ledger.ts';
import type { Records } from './records.ts';
import type { State } from './state.ts';
import type { Waiting } from './waiting.ts';

/** Jobs that came in at level memory and became durable; when the store fails they are what they were. */
export class Upgrades {
  readonly #state: State;
  readonly #waiting: Waiting;
  readonly #attempts: Attempts;
  readonly #ledger: Ledger;
  readonly #records: Records;

  constructor(
    state: State,
    waiting: Waiting,
    attempts: Attempts,
    ledger: Ledger,
    records: Records,
  ) {
    this.#state = state;
    this.#waiting = waiting;
    this.#attempts = attempts;
    this.#ledger = ledger;
    this.#records = records;
  }

  /** From memory to disk: all that is known of the job is recorded. */
  upgrade(now: number, keep: Keep): void {
    const { job } = keep;
    // The store may have had it before it failed: what has ended there is not written to again.
    if (keep.upgraded && !job.open) keep.kept = { ...keep.kept, number: this.#ledger.nextNumber() };
    keep.upgraded = true;
    this.#setLevel(now, keep, Level.DISK);
    this.#records.submitted(keep);
    this.#catchUp(now, keep, job.rare?.causes ?? []);
    keep.upgradedAt = this.#state.recorded;
  }

  /** Whether it came in at level memory, and the store may not have it: nobody was told that it is durable. */
  isInDoubt(keep: Keep): boolean {
    return keep.upgraded && keep.upgradedAt > this.#state.durable;
  }

  /** The store has failed: what it had of the job may be lost. */
  failed(now: number, keep: Keep): void {
    this.#setLevel(now, keep, Level.MEMORY);
  }

  /** The store has been read again, and has the job: what has happened since is recorded. */
  restored(now: number, keep: Keep, { kept, losses }: KeptJob): void {
    if (keep.kept.number !== kept.number) throw new Error(`two jobs have the id ${kept.id}`);
    this.#setLevel(now, keep, Level.DISK);
    const last = losses.at(-1)?.attempt ?? 0;
    const since = keep.job.rare?.causes.filter(({ attempt }) => attempt > last);
    this.#catchUp(now, keep, since ?? []);
    keep.upgradedAt = this.#state.recorded;
  }

  #setLevel(now: number, keep: Keep, level: Level): void {
    const { job } = keep;
    if (job.state !== JobState.WAITING) {
      keep.level = level;
    } else if (!this.#state.draining) {
      keep.level = level;
      this.#state.waitingDurable += level === Level.DISK ? 1 : -1;
    } else {
      // A broker that drains leaves the durable ones to its next start.
      this.#attempts.withdraw(job);
      keep.level = level;
      this.#waiting.setAside(job);
      this.#waiting.release(now, job);
    }
  }

  #catchUp(now: number, keep: Keep, lost: readonly LostAttempt[]): void {
    const { fence, job } = keep;
    for (const each of lost) this.#records.lostBefore(now, keep, each);
    keep.fence = fence;
    if (job.run !== null) this.#records.attempt(now, keep, job.run.worker.mark);
    if (!job.open) this.#records.ended(now, job);
  }
}
