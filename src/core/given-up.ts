import { isDurable, type Keep } from './keep.ts';
import type { Run } from './run.ts';
import type { State } from './state.ts';

interface Entry {
  readonly run: Run;
  readonly keep: Keep;
  /** Records written when that is recorded. */
  readonly recorded: number;
}

/** Attempts at durable jobs that were given up while their workers hold them, until that is durable. */
export class GivenUp {
  readonly #state: State;
  #entries: Entry[] = [];

  constructor(state: State) {
    this.#state = state;
  }

  /** The attempt at its job is given up: the next record says so. */
  note(run: Run): void {
    const job = run.job!;
    if (!isDurable(job)) return;
    const { durable, recorded } = this.#state;
    const entries = this.#entries;
    while (entries.length > 0 && entries[0]!.recorded <= durable) entries.shift();
    entries.push({ run, keep: job.keep!, recorded: recorded + 1 });
  }

  /** The store has failed: those that it may take for under way, and that are still held. */
  take(isLost: (keep: Keep) => boolean): Run[] {
    const { durable, runs } = this.#state;
    return this.#entries
      .splice(0)
      .filter(({ keep, recorded }) => recorded > durable && isLost(keep))
      .map(({ run }) => run)
      .filter((run) => runs.find(run.worker, run.index, run.generation) === run);
  }
}
