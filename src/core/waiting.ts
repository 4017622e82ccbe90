import { type Job, JobState } from './job.ts';
import { isDurable } from './keep.ts';
import type { KeyLine } from './keys.ts';
import type { State } from './state.ts';

/** Where waiting jobs stand: in the backlog of their type, or aside from it. Keeps the counts. */
export class Waiting {
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  /** A new job, behind the others. */
  push(now: number, job: Job): void {
    this.#enter(job);
    if (job.keep === null || this.#mayGo(now, job)) job.type.backlog.push(job);
    else job.needRare().aside = true;
  }

  /** A job whose attempt was lost, in front of the others. */
  putBack(now: number, job: Job): void {
    this.#enter(job);
    if (!this.#mayGo(now, job)) {
      job.needRare().aside = true;
    } else if (job.rare?.suspect) {
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

  /** What the job waited for has come: it stands behind the others, if there is nothing else. */
  release(now: number, job: Job): void {
    const rare = job.needRare();
    if (!this.#mayGo(now, job)) return;
    if (rare.suspect) job.type.suspects.add(job);
    else {
      rare.aside = false;
      job.type.backlog.push(job);
    }
    this.#state.touchType(job.type);
  }

  /** It waits no more. */
  remove(job: Job): void {
    if (job.rare?.aside) this.#removeAside(job);
    else job.type.backlog.remove(job);
    this.#state.waiting--;
    if (isDurable(job)) this.#state.waitingDurable--;
    job.type.waiting--;
  }

  #enter(job: Job): void {
    job.state = JobState.WAITING;
    this.#state.waiting++;
    if (isDurable(job)) this.#state.waitingDurable++;
    job.type.waiting++;
    this.#state.touchType(job.type);
  }

  #removeAside(job: Job): void {
    job.needRare().aside = false;
    job.type.suspects.delete(job);
    if (job.keep !== null) this.#state.delays.remove(job.keep);
  }

  /** Whether it waits for nothing but a worker: neither for its turn at its key, nor for its time, nor for the next start. */
  #mayGo(now: number, job: Job): boolean {
    const { keep, rare } = job;
    if (keep === null) return true;
    if (this.#state.draining && keep.durable) return false;
    if (!isFirst(job, rare === null ? null : rare.line)) return false;
    if (keep.notBefore <= now) return true;
    this.#state.delays.remove(keep);
    this.#state.delays.add(now, keep, keep.notBefore - now);
    return false;
  }
}

function isFirst(job: Job, line: KeyLine | null): boolean {
  return line === null || line.head === job;
}
