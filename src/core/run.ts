import { Due } from './deadlines.ts';
import type { Job } from './job.ts';
import { isDurable } from './keep.ts';
import type { Look } from './look.ts';
import type { Token } from './outbox.ts';
import type { AttemptEnd, Followed } from './trace.ts';
import type { Worker } from './worker.ts';

/**
 * One attempt: a job at a worker. (epoch, index, generation) is its token. When the attempt is given up while the
 * worker still holds it, `job` becomes null and the place stays taken until the worker lets go of it.
 */
export class Run extends Due {
  job: Job | null;
  readonly worker: Worker;
  readonly index: number;
  readonly generation: number;
  /** The how-manieth dispatch of its worker's session it was; 0 when it was offered. */
  order = 0;
  readonly dispatchedAt: number;
  readonly bytes: number;
  /** What is said of it waits for the store: its records, or the end of the job that held its order key before. */
  readonly durable: boolean;
  /** The turn that made it: it has not left before the end of that. */
  readonly turn: number;
  /** The worker was given nothing else meanwhile. */
  alone = false;
  /** An offer said that it had started. */
  startedBefore = false;
  /** The token it was offered under, when it was adopted: the worker may not have heard of its new one yet. */
  offered: Token | null = null;
  /** The key of its worker when it was chosen, and the look that was good then. */
  rank = 0;
  look: Look | null = null;
  /** Where attempts are followed, until it is over. */
  followed: Followed | null = null;
  /** Neighbours among the runs of its worker, in order of dispatch. */
  prev: Run | null = null;
  next: Run | null = null;

  constructor(
    job: Job,
    worker: Worker,
    index: number,
    generation: number,
    dispatchedAt: number,
    turn: number,
  ) {
    super();
    this.turn = turn;
    this.job = job;
    this.worker = worker;
    this.index = index;
    this.generation = generation;
    this.dispatchedAt = dispatchedAt;
    this.bytes = job.length;
    this.durable = isDurable(job) || (job.keep !== null && job.keep.kept.key !== '');
  }

  /** Tells who follows it how it ended; the first word is the one that counts. */
  over(end: AttemptEnd): void {
    if (this.followed === null) return;
    this.followed.over(end);
    this.followed = null;
  }

  /** Whether the worker has said that it started. */
  get started(): boolean {
    return (
      this.startedBefore ||
      !this.worker.reports ||
      (this.order > 0 && this.order <= this.worker.started)
    );
  }
}

/**
 * All attempts under way, found by their token without a map. Generations begin at the epoch, which is random, so that a token of
 * an earlier epoch names nothing in this one.
 */
export class Runs {
  readonly epoch: number;
  /** Turns so far. */
  turn = 0;
  size = 0;
  #slots: (Run | null)[] = [];
  #generations: number[] = [];
  #free: number[] = [];

  constructor(epoch: number) {
    this.epoch = epoch;
  }

  /** A new attempt, under a token that was never used in this epoch. */
  open(job: Job, worker: Worker, stamp: number): Run {
    const index = this.#free.pop() ?? this.#slots.length;
    const generation = ((this.#generations[index] ?? this.epoch) + 1) >>> 0;
    this.#generations[index] = generation;
    const run = new Run(job, worker, index, generation, stamp, this.turn);
    this.#slots[index] = run;
    this.size++;
    return run;
  }

  /** The attempt that this token of this worker names, or null when there is none (any more). */
  find(worker: Worker, index: number, generation: number): Run | null {
    const run = index < this.#slots.length ? this.#slots[index]! : null;
    return run !== null && run.generation === generation && run.worker === worker ? run : null;
  }

  close(run: Run): void {
    this.#slots[run.index] = null;
    this.#free.push(run.index);
    this.size--;
  }
}
