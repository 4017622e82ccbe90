import type { Broker } from '../../core/broker.ts';
import { Ending, type Job, type JobState, type LostAttempt, stampOf } from '../../core/job.ts';
import type { Kept, KeptAttempt, KeptLoss } from '../../core/journal.ts';
import { isDurable } from '../../core/keep.ts';
import { nameIn } from '../../core/worker-mark.ts';
import type { FoundJob, StoredState } from '../../store/store.ts';
import type { JobLine, Loss } from '../../view/jobs.ts';

const STATES: readonly StoredState[] = ['waiting', 'dispatched', 'done', 'dead'];
const ENDINGS = Object.keys(Ending).map((name) => name.toLowerCase());

/** A job as the core has it. */
export function lineOfKnown(now: number, broker: Broker, job: Job): JobLine {
  const { inventory } = broker;
  const { keep } = job;
  const wait = inventory.waitsFor(now, job);
  return {
    id: inventory.idOf(job),
    number: keep?.kept.number ?? null,
    type: job.type.name,
    level: isDurable(job) ? 'disk' : 'memory',
    state: stateName(job.state),
    ending: job.open ? null : endingName(job.ending),
    submittedAt: iso(inventory.submittedAt(now, job))!,
    endedAt: null,
    attempts: job.attempts,
    worker:
      job.run?.worker.shownName ?? (keep !== null && keep.fence > 0 ? nameIn(keep.heldBy) : null),
    waitsFor: wait?.what ?? null,
    notBefore: iso(wait?.until ?? 0),
    lost: lossesOfKnown(now, broker, job).at(-1) ?? null,
  };
}

/** A job as the store has it; what the core knows of it while it is open is later, and wins. */
export function lineOfStored(now: number, broker: Broker, found: FoundJob): JobLine {
  const known = knownOf(broker, found);
  if (known !== null) return lineOfKnown(now, broker, known);
  const { job, state } = found;
  const { kept, attempts, losses } = job;
  const last = losses.at(-1);
  const hasEnded = 'ending' in job;
  const attempt = attemptIn(found);
  return {
    id: kept.id,
    number: kept.number,
    type: kept.type,
    level: 'disk',
    state,
    ending: hasEnded ? endingName(job.ending) : null,
    submittedAt: iso(kept.submittedAt)!,
    endedAt: hasEnded ? iso(job.endedAt) : null,
    attempts,
    worker: attempt === null ? null : nameIn(attempt.worker),
    waitsFor: null,
    notBefore: null,
    lost: last === undefined ? null : lossOf(last),
  };
}

/** The attempt at it that is under way, or that brought its answer. */
export function attemptIn({ job }: FoundJob): KeptAttempt | null {
  return ('ending' in job ? job.last : job.open) ?? null;
}

/** The job of the core that the store has found, while it is open. */
export function knownOf({ inventory }: Broker, { job: { kept } }: FoundJob): Job | null {
  const job = inventory.find(kept.id);
  return job?.open && isSame(job, kept) ? job : null;
}

/** All attempts at a job that were given up, as the core has them. */
export function lossesOfKnown(now: number, { inventory }: Broker, job: Job): Loss[] {
  const causes = job.rare?.causes ?? [];
  if (causes.length === 0) return [];
  const from = inventory.submittedAt(now, job);
  return causes.map((lost) => lossAfter(from, lost));
}

/** An attempt that was given up, of a job that was handed in at `from`, by the wall clock. */
export function lossAfter(
  from: number,
  { attempt, worker, cause, afterMs, message = '' }: LostAttempt,
): Loss {
  return { attempt, worker, at: iso(from + afterMs)!, cause, message };
}

export function lossOf({ attempt, worker, at, cause, message }: KeptLoss): Loss {
  return { attempt, worker, at: iso(at)!, cause, message };
}

/** When the present attempt began, in wall-clock milliseconds; 0 when none is under way. */
export function begunAt(now: number, { state }: Broker, { run }: Job): number {
  if (run === null) return 0;
  return state.wallAt(now - ((stampOf(now) - run.dispatchedAt) >>> 0) / 10);
}

/** What a state of a job is called. */
export function stateName(state: JobState): StoredState {
  return STATES[state]!;
}

/** What an ending is called. */
export function endingName(ending: Ending): string {
  return ENDINGS[ending]!;
}

/** Wall-clock milliseconds as text; 0 is none. */
export function iso(wall: number): string | null {
  return wall === 0 ? null : new Date(wall).toISOString();
}

function isSame({ keep }: Job, { number }: Kept): boolean {
  return keep?.durable === true && keep.kept.number === number;
}
