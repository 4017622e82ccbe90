import { type Job, JobState } from './job.ts';
import type { State } from './state.ts';

/** Where waiting jobs stand: in the backlog of their type, or aside from it. Keeps the counts. */
export class Waiting {
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  /** A new job, behind the others. */
  push(job: Job): void {
    this.#enter(job);
    job.type.backlog.push(job);
  }

  /** A job whose attempt was lost, in front of the others. */
  putBack(job: Job): void {
    this.#enter(job);
    if (job.rare?.suspect) {
      job.rare.aside = true;
      job.type.suspects.add(job);
    } else {
      job.type.backlog.unshift(job);
    }
  }

  /** A job that nobody may take yet: `release` lets it go. */
  setAside(job: Job): void {
    this.#enter(job);
    job.needRare().aside = true;
  }

  release(job: Job): void {
    job.needRare().aside = false;
    job.type.backlog.push(job);
    this.#state.touchType(job.type);
  }

  /** It waits no more. */
  remove(job: Job): void {
    if (job.rare?.aside) this.#removeAside(job);
    else job.type.backlog.remove(job);
    this.#state.waiting--;
    job.type.waiting--;
  }

  #enter(job: Job): void {
    job.state = JobState.WAITING;
    this.#state.waiting++;
    job.type.waiting++;
    this.#state.touchType(job.type);
  }

  #removeAside(job: Job): void {
    job.needRare().aside = false;
    job.type.suspects.delete(job);
  }
}
