import { isDurable, type Keep } from './keep.ts';
import type { Run } from './run.ts';
import type { State } from './state.ts';
import { UntilDurable } from './until-durable.ts';

interface Entry {
  readonly run: Run;
  readonly keep: Keep;
}

/** Attempts at durable jobs that were given up while their workers hold them, until that is durable. */
export class GivenUp {
  readonly #state: State;
  readonly #entries: UntilDurable<Entry>;

  constructor(state: State) {
    this.#state = state;
    this.#entries = new UntilDurable(state);
  }

  /** The attempt at its job is given up: the next record says so. */
  note(run: Run): void {
    const job = run.job!;
    if (!isDurable(job)) return;
    this.#entries.add({ run, keep: job.keep! }, this.#state.recorded + 1);
  }

  /** The store has failed: those that it may take for under way, and that are still held. */
  take(isLost: (keep: Keep) => boolean): Run[] {
    const { runs } = this.#state;
    return this.#entries
      .take()
      .filter(({ keep }) => isLost(keep))
      .map(({ run }) => run)
      .filter((run) => runs.find(run.worker, run.index, run.generation) === run);
  }
}
