import type { Holdings } from './holdings.ts';
import { type Run, RunState } from './run.ts';

/** What a job that has seen workers die waits after the report that it starts. */
const ALONE_MS = 2;

/** Starts a run; false when no more should start in this pass. */
export type Start = (now: number, run: Run) => boolean;

/** Starts what is held, in the order of dispatch, and counts it for the reports. */
export class Starts {
  /** Dispatches of this session that have started, or ended without. */
  count = 0;
  /** The next start is reported before it happens. */
  announces = false;
  #holdings: Holdings;
  #start: Start;
  #session = 0;
  #epoch = -1;
  #at = Number.POSITIVE_INFINITY;
  /** No more in this pass: 1 in it, 2 after it. */
  #pause: 0 | 1 | 2 = 0;

  constructor(holdings: Holdings, start: Start) {
    this.#holdings = holdings;
    this.#start = start;
  }

  begin(session: number, epoch: number): void {
    this.#session = session;
    this.#epoch = epoch;
    this.count = 0;
  }

  /** Messages have been read: starts what they brought. */
  afterReceive(now: number): void {
    if (this.#pause === 0 && this.#holdings.held.size > 0) this.#run(now);
  }

  /** Starts what is due; returns when there will be more. */
  tick(now: number): number {
    if (this.#pause === 1) this.#pause = 2;
    else if (this.#pause === 2 || now >= this.#at) this.#run(now);
    return this.#pause === 0 ? this.#at : now;
  }

  #run(now: number): void {
    this.#pause = 0;
    this.#at = Number.POSITIVE_INFINITY;
    const { held, running } = this.#holdings;
    for (let run = held.first, next: Run | null = null; run !== null; run = next) {
      next = run.next;
      // Whether one of another epoch is still ours is not known yet.
      if (run.epoch !== this.#epoch) continue;
      if (run.alone && !this.#announced(now, run)) return;
      held.remove(run);
      if (run.startAt === 0) this.#counted(run);
      run.state = RunState.RUNNING;
      running.push(run);
      if (!this.#start(now, run)) {
        this.#pause = next === null ? 0 : 1;
        return;
      }
    }
  }

  /** Whether the report that this run starts has had its time to leave. */
  #announced(now: number, run: Run): boolean {
    if (run.startAt === 0) {
      this.#counted(run);
      this.announces = true;
      run.startAt = now + ALONE_MS;
    }
    if (now < run.startAt) this.#at = run.startAt;
    return now >= run.startAt;
  }

  #counted(run: Run): void {
    if (run.session === this.#session) this.count = (this.count + 1) >>> 0;
  }
}
