import type { Inventory } from './inventory.ts';
import { type Cause, Ending, type Job, JobState, type LostAttempt } from './job.ts';
import { isDurable } from './keep.ts';
import { Look } from './look.ts';
import type { JobEvent } from './outbox.ts';
import type { Run } from './run.ts';
import type { State } from './state.ts';
import type { Type } from './type.ts';
import type { Worker } from './worker.ts';

/** A look is good for this long. */
const LOOK_MS = 250;
/** So often a type's next job is one of the sample. */
const SAMPLE_MS = 1000;
/** For a further attempt it must be newer. */
const LOOK_AGAIN_MS = 10;
/** Of the sample, and of those that were lost once: neither pushes the other out. */
const SAMPLE_KEPT = 500;
const LOST_KEPT = 1000;
const DISPATCHES_KEPT = 32;

/** An attempt, and why it went where it went. Instants are wall-clock milliseconds. */
export interface Dispatch {
  readonly attempt: number;
  readonly at: number;
  readonly worker: string;
  /** Its key then. */
  readonly rank: number;
  readonly alone: boolean;
  /** Who had just lost the job. */
  readonly avoided: string | null;
  readonly look: Look | null;
}

/** What is remembered of a job, also when it has ended: one of the sample, or with more than one attempt. */
export class Life {
  readonly id: string;
  readonly type: string;
  readonly durable: boolean;
  readonly submittedAt: number;
  readonly dispatches: Dispatch[] = [];
  attempts = 0;
  losses: readonly LostAttempt[] = [];
  /** Who had the last attempt. */
  worker = '';
  /** Null while it is open. */
  ending: Ending | null = null;
  endedAt = 0;

  constructor(id: string, type: string, durable: boolean, submittedAt: number) {
    this.id = id;
    this.type = type;
    this.durable = durable;
    this.submittedAt = submittedAt;
  }
}

/** The lives of a sample of jobs, and of those that were lost once, the last ones: to be looked at, never for logic. */
export class Lives {
  readonly #state: State;
  readonly #inventory: Inventory;
  /** By id, the oldest first. */
  readonly #sample = new Map<string, Life>();
  readonly #lost = new Map<string, Life>();

  constructor(state: State, inventory: Inventory) {
    this.#state = state;
    this.#inventory = inventory;
  }

  find(id: string): Life | null {
    return this.#lost.get(id) ?? this.#sample.get(id) ?? null;
  }

  /** The newest first. */
  all(): Life[] {
    const all = [...this.#sample.values(), ...this.#lost.values()];
    return all.sort((x, y) => y.submittedAt - x.submittedAt);
  }

  /** A job is about to be given to `worker`: the look it was chosen by, a new one where the last is too old. */
  look(now: number, job: Job, worker: Worker, alone: boolean): Look {
    const { type } = job;
    const isNew = now - type.lookAt >= (job.attempts > 0 ? LOOK_AGAIN_MS : LOOK_MS);
    if (isNew) this.#look(now, type);
    const look = type.look!;
    const isSample = isNew && now - type.sampledAt >= SAMPLE_MS;
    if (isSample) type.sampledAt = now;
    const life = job.rare?.life ?? (isSample || job.attempts > 0 ? this.#begin(now, job) : null);
    if (life === null) return look;
    this.#dispatched(life, {
      attempt: job.attempts + 1,
      at: this.#state.wallAt(now),
      worker: worker.shownName,
      rank: worker.key,
      alone,
      avoided: avoidedFor(job, worker),
      look,
    });
    if (job.attempts > 0) this.#tell(job, 'moved', job.attempts + 1, worker.shownName);
    return look;
  }

  /** An attempt of it has been given up. */
  lost(now: number, job: Job, run: Run | null): void {
    const isKnown = (job.rare?.life ?? null) !== null;
    const life = job.rare?.life ?? this.#begin(now, job);
    keep(this.#lost, life, LOST_KEPT);
    this.#sample.delete(life.id);
    if (!isKnown && run !== null) this.#dispatched(life, this.#earlier(now, job, run));
    life.losses = job.needRare().causes;
    this.#tell(job, 'lost', job.attempts, null);
  }

  ended(now: number, job: Job, life: Life): void {
    life.ending = job.ending;
    life.endedAt = this.#state.wallAt(now);
    life.attempts = job.attempts;
    if (job.ending === Ending.DEAD) this.#tell(job, 'dead', job.attempts, null);
  }

  #look(now: number, type: Type): void {
    type.look = new Look(this.#state.wallAt(now), type);
    type.lookAt = now;
  }

  #begin(now: number, job: Job): Life {
    const id = this.#inventory.idOf(job);
    const known = this.find(id);
    const life = new Life(id, job.type.name, isDurable(job), this.#inventory.submittedAt(now, job));
    if (known !== null && known.submittedAt === life.submittedAt) {
      life.dispatches.push(...known.dispatches);
    }
    const isLost = job.attempts > 0 || this.#lost.has(id);
    keep(isLost ? this.#lost : this.#sample, life, isLost ? LOST_KEPT : SAMPLE_KEPT);
    job.needRare().life = life;
    return life;
  }

  #dispatched(life: Life, dispatch: Dispatch): void {
    life.dispatches.push(dispatch);
    if (life.dispatches.length > DISPATCHES_KEPT) life.dispatches.shift();
    life.worker = dispatch.worker;
    life.attempts = dispatch.attempt;
  }

  /** An attempt that was not one of the sample: the look that was good when it began. */
  #earlier(now: number, job: Job, run: Run): Dispatch {
    const ago = ((now * 10 - run.dispatchedAt) | 0) / 10;
    return {
      attempt: job.attempts,
      at: this.#state.wallAt(now - ago),
      worker: run.worker.shownName,
      rank: run.rank,
      alone: run.alone,
      avoided: null,
      look: run.look,
    };
  }

  #tell(job: Job, event: JobEvent, attempt: number, to: string | null): void {
    const last = job.rare?.causes.at(-1);
    const cause: Cause | '' = last?.cause ?? '';
    this.#state.watcher.job?.(job, event, attempt, cause, last?.worker ?? '', to);
  }
}

/** Who had just lost it, unless there was no other. */
function avoidedFor({ rare }: Job, worker: Worker): string | null {
  const avoid = rare?.avoid ?? null;
  return avoid === null || avoid === worker ? null : avoid.shownName;
}

/** As the newest; the oldest make room. */
function keep(lives: Map<string, Life>, life: Life, most: number): void {
  lives.delete(life.id);
  lives.set(life.id, life);
  if (lives.size > most) lives.delete(lives.keys().next().value!);
}

/** Whether it waits, is at a worker, or has ended. */
export function stateOfLife({ ending, losses, attempts }: Life): JobState {
  if (ending !== null) return ending === Ending.DEAD ? JobState.DEAD : JobState.DONE;
  return losses.at(-1)?.attempt === attempts ? JobState.WAITING : JobState.DISPATCHED;
}
