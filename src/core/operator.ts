import type { Intake } from './intake.ts';
import { Ending, type Job } from './job.ts';
import type { EndedJob, Kept } from './journal.ts';
import { Level } from './keep.ts';
import type { Keeps } from './keeps.ts';
import type { Ledger } from './ledger.ts';
import type { Notes } from './notes.ts';
import type { Refusal } from './outbox.ts';
import type { Records } from './records.ts';
import type { Roster } from './roster.ts';
import type { State } from './state.ts';
import { TypeOrders } from './type-orders.ts';
import type { Waiting } from './waiting.ts';
import type { Worker } from './worker.ts';

/** Why nothing is done with a dead letter: codes of the errors table. */
export type OperatorRefusal = Refusal | 'JOB_OPEN' | 'DEADLINE_PASSED';

/**
 * What is done by hand: an open job is cancelled, a dead letter tried again or thrown away, a type held back, a worker sent
 * away. Dead letters are
 * only in the store: who gives one says what the store had of it after everything that was done here before.
 */
export class Operator {
  readonly types: TypeOrders;
  readonly #state: State;
  readonly #ledger: Ledger;
  readonly #keeps: Keeps;
  readonly #records: Records;
  readonly #intake: Intake;
  readonly #waiting: Waiting;
  readonly #roster: Roster;

  constructor(
    state: State,
    ledger: Ledger,
    keeps: Keeps,
    records: Records,
    intake: Intake,
    waiting: Waiting,
    roster: Roster,
    notes: Notes,
  ) {
    this.types = new TypeOrders(state, notes);
    this.#roster = roster;
    this.#state = state;
    this.#ledger = ledger;
    this.#keeps = keeps;
    this.#records = records;
    this.#intake = intake;
    this.#waiting = waiting;
  }

  /** Takes an open job back, wherever it is: whoever waits for it is told. */
  cancel(now: number, job: Job): void {
    this.#intake.withdraw(now, job, Ending.CANCELLED);
  }

  /** The worker is to finish what it runs, and go. */
  dismiss(worker: Worker): void {
    this.#roster.dismiss(worker);
  }

  /** The dead letter waits again: the same job, none of its attempts charged. Null, or why not. */
  revive(now: number, { kept, attempts }: EndedJob, body: Uint8Array): OperatorRefusal | null {
    const type = this.#state.typeOfKept(kept.type);
    const code =
      this.#obstacle(kept) ??
      this.#lateness(now, kept) ??
      this.#intake.obstacle(now, type, body.length, false);
    if (code !== null) return code;
    this.#forget(kept);
    // What it comes in holds many more.
    const slab = this.#state.slabs.frame(now, body.slice());
    const job = this.#keeps.make(now, type, kept, Level.DISK, slab, 0, body.length);
    job.attempts = attempts;
    type.counts.revived++;
    this.#records.revived(now, job.keep!);
    this.#waiting.push(now, job);
    return null;
  }

  /** What the store has of a job that has ended is thrown away. Null, or why not. */
  drop({ kept }: Pick<EndedJob, 'kept'>): OperatorRefusal | null {
    const code = this.#obstacle(kept);
    if (code !== null) return code;
    this.#forget(kept);
    this.#records.dropped(kept.number);
    return null;
  }

  #obstacle({ id, number }: Kept): OperatorRefusal | null {
    if (this.#state.storeRefusal !== null) return this.#state.storeRefusal;
    if (this.#state.storeBehind) return 'BUSY';
    const known = this.#ledger.get(id);
    const isOther = known !== null && (known.job.open || known.kept.number !== number);
    return isOther ? 'JOB_OPEN' : null;
  }

  #lateness(now: number, { deadline }: Kept): OperatorRefusal | null {
    return deadline > 0 && this.#state.wallAt(now) >= deadline ? 'DEADLINE_PASSED' : null;
  }

  /** One that came in at level memory is remembered here too. */
  #forget({ id }: Kept): void {
    const known = this.#ledger.get(id);
    if (known !== null) this.#ledger.forget(known);
  }
}
