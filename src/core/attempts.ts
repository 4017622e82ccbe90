import type { Channels, Publication } from './channels.ts';
import type { Endings } from './endings.ts';
import { failureIn } from './failure.ts';
import { GivenUp } from './given-up.ts';
import { type Cause, Ending, type Job, JobState, stampOf } from './job.ts';
import type { Lives } from './lives.ts';
import { Losses } from './losses.ts';
import type { Records } from './records.ts';
import type { Run } from './run.ts';
import type { Slab } from './slab.ts';
import type { State } from './state.ts';
import type { Waiting } from './waiting.ts';
import type { Worker } from './worker.ts';
import { nameIn } from './worker-mark.ts';

const FAILURE_PENALTY = 0.1;
const TIMEOUT_PENALTY = 0.5;
const PENALTY_MAX = 1;

/** Attempts at jobs: made by dispatch, ended by an answer, or given up. */
export class Attempts {
  readonly givenUp: GivenUp;
  readonly #state: State;
  readonly #waiting: Waiting;
  readonly #endings: Endings;
  readonly #records: Records;
  readonly #losses: Losses;
  readonly #channels: Channels;
  readonly #lives: Lives;
  #uses = 0;

  constructor(
    state: State,
    waiting: Waiting,
    endings: Endings,
    records: Records,
    channels: Channels,
    lives: Lives,
  ) {
    this.givenUp = new GivenUp(state);
    this.#state = state;
    this.#waiting = waiting;
    this.#endings = endings;
    this.#records = records;
    this.#losses = new Losses(state, records);
    this.#channels = channels;
    this.#lives = lives;
  }

  /** Gives a waiting job to a worker. */
  dispatch(now: number, job: Job, worker: Worker, alone: boolean): void {
    const rank = worker.key;
    const look = this.#lives.look(now, job, worker, alone);
    const run = this.open(now, job, worker);
    run.rank = rank;
    run.look = look;
    if (job.keep !== null) this.#records.attempt(now, job.keep, worker.mark);
    if (!run.durable) this.left(run);
    run.alone = alone;
    const { follower } = this.#state;
    if (follower !== null) run.followed = follower.began(run);
    const counts = job.type.counts;
    counts.dispatches++;
    if (job.attempts === 1) counts.wait.observe((run.dispatchedAt - job.submittedAt) | 0);
    worker.outbox.dispatch(run);
  }

  /** The dispatch leaves for its worker: at once, or when it is durable. */
  left(run: Run): void {
    run.order = ++run.worker.dispatched;
    run.worker.version++;
  }

  /** A new attempt of a waiting job at a worker that has it, or is about to be given it. */
  open(now: number, job: Job, worker: Worker): Run {
    const state = this.#state;
    this.#waiting.remove(job);
    const run = state.runs.open(job, worker, stampOf(now));
    worker.take(run);
    worker.lastUsed = ++this.#uses;
    state.answersDue.add(now, run, job.timeoutMs);
    job.state = JobState.DISPATCHED;
    job.run = run;
    job.attempts++;
    job.type.dispatched++;
    return run;
  }

  /** A worker's final word; refused when its attempt is not the present one. */
  answer(
    now: number,
    run: Run,
    ending: Ending,
    slab: Slab,
    offset: number,
    length: number,
    permanent: boolean,
    published: readonly Publication[] | null,
  ): void {
    const job = run.job;
    const worker = run.worker;
    this.letGo(run);
    if (job === null) {
      this.refuse(worker, run.index, run.generation);
      return;
    }
    this.#detach(job);
    run.over(ending === Ending.OK ? 'answered' : 'failed');
    if (ending === Ending.OK) worker.done++;
    else this.#punish(worker, FAILURE_PENALTY);
    if (ending === Ending.FAILED) worker.failed++;
    if (job.keep !== null && ending === Ending.FAILED) {
      const message = failureIn(slab.bytes, offset, length);
      this.#lose(now, job, run, 'failed', true, message, permanent);
      return;
    }
    worker.tally.answered++;
    job.type.counts.service.observe((stampOf(now) - run.dispatchedAt) | 0);
    this.#state.slabs.hold(job, slab, offset, length);
    if (published !== null && ending === Ending.OK) this.#channels.publish(now, job, published);
    this.#endings.end(now, job, ending);
  }

  /** The broker died while it was dispatched, and its worker has not come to say that it has it, or come without it. */
  lostWithBroker(now: number, job: Job): void {
    job.attempts++;
    this.#losses.charge(now, job, nameIn(job.keep!.heldBy), 'broker-gone', false, '');
    this.#lives.lost(now, job, null);
    if (!job.keep?.overdue) {
      this.#waiting.release(now, job);
      return;
    }
    this.#waiting.remove(job);
    this.#endings.end(now, job, Ending.EXPIRED);
  }

  /** A token that names no present attempt. */
  refuse(worker: Worker, index: number, generation: number): void {
    this.#state.counts.stale++;
    worker.outbox.stale(index, generation);
  }

  /** The worker has taken its hands off: its place is free. */
  letGo(run: Run): void {
    const worker = run.worker;
    this.#state.answersDue.remove(run);
    this.#state.runs.close(run);
    worker.release(run);
    const reserved = worker.reserved;
    if (reserved !== null && reserved === run.job) this.unreserve(worker);
    this.#state.touchWorker(worker);
  }

  /** Nobody waits for this job any more (cancelled, expired): its worker is told, its place stays taken. */
  abandon(run: Run): void {
    const job = run.job!;
    this.givenUp.note(run);
    this.#loosen(run);
    this.#detach(job);
    run.worker.outbox.cancel(run);
  }

  /** The job is dropped to be read again from the store: the worker is to offer it. */
  forgo(run: Run): void {
    const job = run.job!;
    run.over('dropped');
    this.letGo(run);
    this.#detach(job);
  }

  /** The answer did not come in time. */
  timeOut(now: number, run: Run): void {
    const job = run.job!;
    this.abandon(run);
    this.#punish(run.worker, TIMEOUT_PENALTY);
    this.#lose(now, job, run, 'answer-timeout', true);
  }

  /** The worker hands a job back that it has not started. */
  handBack(now: number, run: Run): void {
    const job = run.job;
    this.letGo(run);
    if (job === null) return;
    this.#detach(job);
    this.#lose(now, job, run, 'handed-back', false);
  }

  /** The worker is back and does not have it: it never arrived. */
  undelivered(now: number, run: Run): void {
    const job = run.job;
    this.letGo(run);
    if (job === null) return;
    this.#detach(job);
    this.#lose(now, job, run, 'undelivered', false);
  }

  /**
   * The worker died with it. What had started becomes a suspect, and pays only if it was alone. Who dies before it could say
   * what had started leaves doubt: the second time, that makes a suspect too. What had not left this turn leaves none.
   */
  orphan(now: number, run: Run, alone: boolean): void {
    const { job, started } = run;
    const reservedAlone = run.alone;
    this.letGo(run);
    if (job === null) return;
    this.#detach(job);
    const rare = job.needRare();
    if (!started && run.turn !== this.#state.runs.turn) rare.losses++;
    const doubtful = rare.losses >= 2;
    rare.suspect ||= started || doubtful;
    const charged = started ? alone || reservedAlone : reservedAlone && doubtful;
    this.#lose(now, job, run, 'worker-gone', charged);
  }

  /** A waiting job is past its deadline. */
  expire(now: number, job: Job): void {
    this.withdraw(job);
    this.#endings.end(now, job, Ending.EXPIRED);
  }

  /** Takes a waiting job out of where it waits: it goes nowhere any more. */
  withdraw(job: Job): void {
    this.#waiting.remove(job);
    const worker = job.rare?.reservedAt;
    if (worker) this.unreserve(worker);
  }

  /** Keeps `worker` for `job` alone. */
  reserve(worker: Worker, job: Job): void {
    worker.reserved = job;
    job.needRare().reservedAt = worker;
    job.type.reservations++;
  }

  unreserve(worker: Worker): void {
    const job = worker.reserved;
    if (job === null) return;
    job.type.reservations--;
    job.needRare().reservedAt = null;
    worker.reserved = null;
    this.#state.touchWorker(worker);
    this.#state.touchType(job.type);
  }

  /** The attempt is no longer at the job; the worker still holds it. */
  #loosen(run: Run): void {
    this.#state.answersDue.remove(run);
    if (run.worker.reserved === run.job) this.unreserve(run.worker);
    run.job = null;
    if (run.worker.reserved !== null) this.#state.touchWorker(run.worker);
  }

  #detach(job: Job): void {
    job.run = null;
    job.type.dispatched--;
  }

  #lose(
    now: number,
    job: Job,
    run: Run,
    cause: Cause,
    charged: boolean,
    message = '',
    permanent = false,
  ): void {
    const rare = job.needRare();
    run.over(cause);
    rare.avoid = run.worker;
    this.#losses.charge(now, job, run.worker.shownName, cause, charged, message);
    this.#lives.lost(now, job, run);
    const most = job.keep?.kept.attemptsMax ?? this.#state.settings.attemptsMax;
    if (permanent || rare.charged >= most) this.#endings.end(now, job, Ending.DEAD);
    else if (job.keep?.overdue) this.#endings.end(now, job, Ending.EXPIRED);
    else this.#waiting.putBack(now, job);
  }

  #punish(worker: Worker, penalty: number): void {
    worker.penalty = Math.min(PENALTY_MAX, worker.penalty + penalty);
    this.#state.touchWorker(worker);
  }
}
