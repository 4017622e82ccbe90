import type { Job } from './job.ts';

const FIRST_SLOTS = 16;
const SPARSE = 4;
/** An array that is emptier than this is not gone through a second time. */
const SPARSE_WHOLE = 64;

/**
 * A client's jobs by call number. Calls rise, and most end soon after they came, so a window over the latest is an array
 * indexed by the low bits; the few that outlive the window by far are kept in a map.
 */
export class Calls {
  size = 0;
  #slots: (Job | null)[] = new Array<Job | null>(FIRST_SLOTS).fill(null);
  #stragglers = new Map<number, Job>();

  get(call: number): Job | undefined {
    const job = this.#slots[call & (this.#slots.length - 1)];
    if (job?.call === call) return job;
    return this.#stragglers.size === 0 ? undefined : this.#stragglers.get(call);
  }

  add(job: Job): void {
    const at = job.call & (this.#slots.length - 1);
    if (this.#slots[at] === null) {
      this.#slots[at] = job;
      this.size++;
      return;
    }
    if (this.size * SPARSE < this.#slots.length) this.#stray(at);
    else this.#grow();
    this.add(job);
  }

  /** Whether it was in. */
  delete(job: Job): boolean {
    const at = job.call & (this.#slots.length - 1);
    const here = this.#slots[at] === job;
    if (here) this.#slots[at] = null;
    else if (!this.#stragglers.delete(job.call)) return false;
    this.size--;
    return true;
  }

  /** All jobs, in no order; a copy, so that they may be deleted meanwhile. */
  all(): Job[] {
    const jobs = [...this.#slots.filter((job) => job !== null), ...this.#stragglers.values()];
    if (jobs.length * SPARSE_WHOLE < this.#slots.length) this.#shrink(jobs);
    return jobs;
  }

  /** Places that `scan` can look at. */
  get places(): number {
    return this.#slots.length + this.#stragglers.size;
  }

  /**
   * Shows the jobs in up to `most` places from place `from` on to `visit`, until it says no: the next place, or -1 at the
   * end. Jobs may change places to later ones in between.
   */
  scan(from: number, most: number, visit: (job: Job) => boolean): number {
    const slots = this.#slots;
    const end = from + most;
    let at = from;
    for (; at < slots.length; at++) {
      if (at >= end) return at;
      const job = slots[at];
      if (job && !visit(job)) return at + 1;
    }
    let place = slots.length;
    for (const job of this.#stragglers.values()) {
      if (place >= at) {
        if (place >= end) return place;
        if (!visit(job)) return place + 1;
      }
      place++;
    }
    return -1;
  }

  #stray(at: number): void {
    const job = this.#slots[at]!;
    this.#stragglers.set(job.call, job);
    this.#slots[at] = null;
  }

  #shrink(jobs: Job[]): void {
    this.size = 0;
    this.#slots = new Array<Job | null>(FIRST_SLOTS).fill(null);
    this.#stragglers.clear();
    for (const job of jobs) this.add(job);
  }

  #grow(): void {
    const old = this.#slots;
    const slots = new Array<Job | null>(old.length * 2).fill(null);
    for (const job of old) if (job !== null) slots[job.call & (slots.length - 1)] = job;
    this.#slots = slots;
  }
}
