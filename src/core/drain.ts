import type { Attempts } from './attempts.ts';
import type { Intake } from './intake.ts';
import { JobState } from './job.ts';
import { Level } from './keep.ts';
import type { Ledger } from './ledger.ts';
import type { Recovery } from './recovery.ts';
import type { State } from './state.ts';
import type { Waiting } from './waiting.ts';

/**
 * How a broker leaves: it takes no new jobs, dispatches those at level memory that wait until its time is up, and leaves the
 * durable ones that wait to its next start.
 */
export class Drain {
  readonly #state: State;
  readonly #waiting: Waiting;
  readonly #attempts: Attempts;
  readonly #intake: Intake;
  readonly #ledger: Ledger;
  readonly #recovery: Recovery;
  /** When what waits is refused. */
  until = Number.POSITIVE_INFINITY;

  constructor(
    state: State,
    waiting: Waiting,
    attempts: Attempts,
    intake: Intake,
    ledger: Ledger,
    recovery: Recovery,
  ) {
    this.#state = state;
    this.#waiting = waiting;
    this.#attempts = attempts;
    this.#intake = intake;
    this.#ledger = ledger;
    this.#recovery = recovery;
  }

  begin(now: number, drainMs: number): void {
    this.#state.draining = true;
    this.until = now + drainMs;
    for (const { job, level } of this.#ledger.all()) {
      if (level !== Level.DISK || job.state !== JobState.WAITING) continue;
      this.#attempts.withdraw(job);
      this.#waiting.setAside(job);
    }
    this.#state.company.closing(now);
    for (const client of this.#state.clients) client.outbox?.closing();
    for (const worker of this.#state.workers) worker.outbox.closing();
  }

  /** Whether nothing is left that the next start would not have. */
  get over(): boolean {
    return this.#state.waiting === this.#state.waitingDurable && this.#state.runs.size === 0;
  }

  /** The time is up: who waits is told to hand in again elsewhere, or later. */
  refuseWaiting(now: number): void {
    this.until = Number.POSITIVE_INFINITY;
    for (const client of this.#state.clients) {
      for (const job of client.calls.all()) {
        if (job.open && job.run === null) this.#intake.refuseWaiting(job, 'CLOSING');
      }
    }
    for (const keep of this.#ledger.all()) {
      if (keep.level === Level.DISK || keep.job.state !== JobState.WAITING) continue;
      for (const { client, call } of keep.follows) this.#intake.refuse(client, call, 'CLOSING');
      this.#recovery.drop(now, keep);
    }
  }
}
