import { type Run, RunList, RunState } from './run.ts';

/** All runs of a worker, each in the list of where it stands. */
export class Holdings {
  /** Dispatched, not started. */
  readonly held = new RunList();
  readonly running = new RunList();
  /** Ended, and not told: there was no session, or it is not known whether the attempt is still ours. */
  readonly untold = new RunList();
  /** Told, and not confirmed; in the order of telling. */
  readonly told = new RunList();

  get isEmpty(): boolean {
    return this.held.size + this.running.size + this.untold.size + this.told.size === 0;
  }

  /** The run under this token that has not been told to have ended. */
  open(epoch: number, a: number, b: number): Run | null {
    const fits = (run: Run) => run.has(epoch, a, b);
    return this.running.find(fits) ?? this.held.find(fits) ?? this.untold.find(fits);
  }

  /** The run that STALE speaks of. It names no epoch: those that were offered in this session are meant before others. */
  stale(a: number, b: number): Run | null {
    const offered = (run: Run) => run.offered && run.a === a && run.b === b;
    const any = (run: Run) => run.a === a && run.b === b;
    return (
      this.running.find(offered) ??
      this.held.find(offered) ??
      this.untold.find(offered) ??
      this.told.find(any)
    );
  }

  /** Lets go of a run that is not ours any more. One that was told keeps its place in the count. */
  drop(run: Run): void {
    if (run.state === RunState.HELD) this.held.remove(run);
    else if (run.state === RunState.RUNNING) this.running.remove(run);
    else if (this.untold.find((other) => other === run) !== null) this.untold.remove(run);
    run.state = RunState.DROPPED;
    run.answer = run.answer.subarray(0, 0);
  }

  /** That many of the told ones are confirmed. */
  confirm(count: number): void {
    const { told } = this;
    for (let more = count; more > 0 && told.first !== null; more--) told.remove(told.first);
  }

  /**
   * Makes everything ready to be offered: what has ended first, oldest first. Who was told to stop is let go of and not
   * offered: nobody waits for it, and a broker that does not know that would take it for the job's end.
   */
  prepareOffers(): void {
    const { told, untold, running, held } = this;
    for (const list of [told, untold, running, held]) {
      for (let run = list.first, next: Run | null = null; run !== null; run = next) {
        next = run.next;
        if (run.cancelledAt > 0 || run.state === RunState.DROPPED) this.#letGo(list, run);
      }
    }
    for (let run = untold.first; run !== null; run = untold.first) {
      untold.remove(run);
      told.push(run);
    }
  }

  #letGo(list: RunList, run: Run): void {
    list.remove(run);
    run.state = RunState.DROPPED;
    run.answer = run.answer.subarray(0, 0);
  }
}
