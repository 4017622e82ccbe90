import type { Attempts } from './attempts.ts';
import type { Job } from './job.ts';
import type { State } from './state.ts';
import type { Type } from './type.ts';

/** Jobs that one type may dispatch before another type's turn comes, when they share workers. */
const ROUND = 16;

/** Brings waiting jobs to workers: the next job of a type to the freest worker that may take it. */
export class Dispatcher {
  readonly #state: State;
  readonly #attempts: Attempts;
  #serves = 0;

  constructor(state: State, attempts: Attempts) {
    this.#state = state;
    this.#attempts = attempts;
  }

  /** Dispatches all that can go. */
  run(now: number): void {
    while (this.#state.unsettled) {
      let types = this.#state.settle();
      types.sort(servedLongerAgo);
      while (types.length > 0) types = types.filter((type) => this.#round(now, type));
    }
  }

  /** Whether the type may have more to dispatch. */
  #round(now: number, type: Type): boolean {
    if (type.paused) return false;
    if (type.suspects.size > 0) this.#suspects(now, type);
    for (let i = 0; i < ROUND; i++) {
      const job = type.backlog.peek();
      if (job === null) return false;
      const worker = type.fleet.best(job.rare === null ? null : job.rare.avoid);
      if (worker === null) return false;
      if (this.#isLate(now, job)) continue;
      this.#attempts.dispatch(now, job, worker, false);
      type.servedAt = ++this.#serves;
    }
    return true;
  }

  /** Finds suspects a worker each of their own, as long as at most half of the fleet is kept for suspects. */
  #suspects(now: number, type: Type): void {
    const most = Math.max(1, type.fleet.members.size >> 1);
    for (const job of [...type.suspects]) {
      this.#findPlace(job, most);
      const worker = job.needRare().reservedAt;
      if (worker?.idle && worker.present && !this.#isLate(now, job)) {
        this.#attempts.dispatch(now, job, worker, true);
      }
    }
  }

  /** A deadline is one of the wall clock, which goes on while the broker is frozen. */
  #isLate(now: number, job: Job): boolean {
    const deadline = job.keep?.kept.deadline ?? 0;
    if (deadline === 0 || this.#state.wallAt(now) < deadline) return false;
    this.#attempts.expire(now, job);
    return true;
  }

  /** Keeps a worker for the suspect; one that is idle now rather than one that has to finish first. */
  #findPlace(job: Job, most: number): void {
    const { type } = job;
    const rare = job.needRare();
    const kept = rare.reservedAt;
    if (kept === null ? type.reservations >= most : kept.idle) return;
    const worker = type.fleet.best(rare.avoid);
    if (worker === null || (kept !== null && !worker.idle)) return;
    if (kept !== null) this.#attempts.unreserve(kept);
    this.#attempts.reserve(worker, job);
  }
}

/** Types that share workers take turns. */
function servedLongerAgo(x: Type, y: Type): number {
  return x.servedAt - y.servedAt;
}
