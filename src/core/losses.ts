import { backoffMs } from './failure.ts';
import { type Cause, type Job, type LostAttempt, stampOf } from './job.ts';
import type { Keep } from './keep.ts';
import type { Records } from './records.ts';
import type { State } from './state.ts';

const CAUSES_KEPT = 32;

/** What is remembered of attempts that were lost: the causes of a job that dies. */
export class Losses {
  readonly #state: State;
  readonly #records: Records;

  constructor(state: State, records: Records) {
    this.#state = state;
    this.#records = records;
  }

  /** Writes down that the present attempt of a job was lost, and counts it if it is charged. */
  charge(
    now: number,
    job: Job,
    worker: string,
    cause: Cause,
    charged: boolean,
    message: string,
  ): void {
    const rare = job.needRare();
    job.type.counts.lost[cause]++;
    if (charged) rare.charged++;
    const lost = lostAttempt(job, worker, cause, message, this.#ageOf(now, job));
    rare.causes.push(lost);
    if (rare.causes.length > CAUSES_KEPT) rare.causes.shift();
    if (job.keep !== null) this.#recordLoss(now, job, job.keep, lost);
  }

  /** Since its submit: of a kept job by the wall clock, as it is recorded, so that every copy of its end says the same. */
  #ageOf(now: number, { keep, submittedAt }: Job): number {
    if (keep !== null) return this.#state.wallAt(now) - keep.kept.submittedAt;
    return Math.round(((stampOf(now) - submittedAt) | 0) / 10);
  }

  #recordLoss(now: number, job: Job, keep: Keep, { attempt, worker, cause }: LostAttempt): void {
    const { charged, losses, suspect, causes } = job.needRare();
    const pauses = cause === 'failed' || cause === 'answer-timeout';
    const pause = pauses ? backoffMs(keep.kept, charged) : 0;
    keep.notBefore = pause === 0 ? 0 : now + pause;
    const at = this.#state.wallAt(now);
    const message = causes.at(-1)?.message ?? '';
    const notBefore = pause === 0 ? 0 : at + pause;
    const known = { attempt, worker, cause, message, at };
    this.#records.lost(keep, { ...known, charged, losses, suspect, notBefore });
  }
}

function lostAttempt(
  job: Job,
  worker: string,
  cause: Cause,
  message: string,
  afterMs: number,
): LostAttempt {
  const known = { attempt: job.attempts, worker, cause, afterMs };
  return message === '' ? known : { ...known, message };
}
