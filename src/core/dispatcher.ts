import type { Attempts } from './attempts.ts';
import type { State } from './state.ts';
import type { Type } from './type.ts';

/** Jobs that one type may dispatch before another type's turn comes, when they share workers. */
const ROUND = 16;

/** Brings waiting jobs to workers: the next job of a type to the freest worker that may take it. */
export class Dispatcher {
  readonly #state: State;
  readonly #attempts: Attempts;
  #rotation = 0;

  constructor(state: State, attempts: Attempts) {
    this.#state = state;
    this.#attempts = attempts;
  }

  /** Dispatches all that can go. */
  run(now: number): void {
    while (this.#state.unsettled) {
      let types = this.#state.settle();
      this.#rotate(types);
      while (types.length > 0) types = types.filter((type) => this.#round(now, type));
    }
  }

  /** Whether the type may have more to dispatch. */
  #round(now: number, type: Type): boolean {
    if (type.suspects.length > 0) this.#suspects(now, type);
    for (let i = 0; i < ROUND; i++) {
      const job = type.backlog.peek();
      if (job === null) return false;
      const worker = type.fleet.best(job.rare === null ? null : job.rare.avoid);
      if (worker === null) return false;
      this.#attempts.dispatch(now, job, worker, false);
    }
    return true;
  }

  /** Finds suspects a worker each of their own, as long as at most half of the fleet is kept for suspects. */
  #suspects(now: number, type: Type): void {
    const most = Math.max(1, type.fleet.members.size >> 1);
    for (const job of type.suspects.slice(0, most)) {
      const rare = job.needRare();
      if (rare.reservedAt === null) {
        const worker = type.reservations < most ? type.fleet.best(rare.avoid) : null;
        if (worker === null) return;
        this.#attempts.reserve(worker, job);
      }
      const worker = rare.reservedAt!;
      if (worker.inflight === 0 && worker.present) this.#attempts.dispatch(now, job, worker, true);
    }
  }

  /** Types that share workers take turns at being first. */
  #rotate(types: Type[]): void {
    if (types.length < 2) return;
    this.#rotation = (this.#rotation + 1) % types.length;
    types.push(...types.splice(0, this.#rotation));
  }
}
