import { Ending } from '../../../src/core/job.ts';
import type {
  EndedJob,
  Journal,
  Kept,
  KeptAttempt,
  KeptJob,
  KeptLoss,
} from '../../../src/core/journal.ts';
import type { FoundJob } from '../../../src/store/store.ts';

interface Entry {
  kept: Kept;
  body: Uint8Array;
  attempts: number;
  open: KeptAttempt | null;
  losses: readonly KeptLoss[];
  end: { ending: Ending; at: number; answer: Uint8Array } | null;
}

/** What a store should hold, as simply as it can be said. */
export class ModelStore implements Journal {
  readonly jobs = new Map<number, Entry>();
  highestNumber = 0;
  highestFence = 0;

  submitted(kept: Kept, bytes: Uint8Array, offset: number, length: number): void {
    const body = bytes.slice(offset, offset + length);
    this.jobs.set(kept.number, { kept, body, attempts: 0, open: null, losses: [], end: null });
    this.highestNumber = Math.max(this.highestNumber, kept.number);
  }

  attempt(number: number, attempt: KeptAttempt): void {
    const job = this.jobs.get(number)!;
    job.open = attempt;
    job.attempts = attempt.attempt;
    this.highestFence = Math.max(this.highestFence, attempt.fence);
  }

  lost(number: number, loss: KeptLoss): void {
    const job = this.jobs.get(number)!;
    job.open = null;
    job.losses = [...job.losses, loss].slice(-32);
  }

  ended(
    number: number,
    ending: Ending,
    attempts: number,
    at: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
  ): void {
    const job = this.jobs.get(number)!;
    if (ending !== Ending.OK) job.open = null;
    job.attempts = attempts;
    job.end = { ending, at, answer: bytes.slice(offset, offset + length) };
  }

  revived(number: number): void {
    const job = this.jobs.get(number)!;
    job.end = null;
    job.open = null;
    job.losses = [];
  }

  dropped(number: number): void {
    this.jobs.delete(number);
  }

  /** The same again, which stays as it is. */
  copy(): ModelStore {
    const copy = new ModelStore();
    for (const [number, job] of this.jobs) copy.jobs.set(number, { ...job });
    copy.highestNumber = this.highestNumber;
    copy.highestFence = this.highestFence;
    return copy;
  }

  /** Jobs that have not ended, lowest number first. */
  live(): KeptJob[] {
    return [...this.jobs.values()]
      .filter((job) => job.end === null)
      .sort((x, y) => x.kept.number - y.kept.number)
      .map(keptJob);
  }

  /** The job of a number as a store finds it. */
  find(number: number): FoundJob | null {
    const job = this.jobs.get(number);
    if (job === undefined) return null;
    if (job.end === null) {
      const state = job.open === null ? 'waiting' : 'dispatched';
      return { state, job: keptJob(job) };
    }
    const { ending, at, answer } = job.end;
    const { kept, attempts, losses, open: last } = job;
    const ended: EndedJob = { kept, ending, attempts, endedAt: at, answer, last, losses };
    const isDead = ending === Ending.DEAD;
    return {
      state: isDead ? 'dead' : 'done',
      job: ended,
      body: isDead ? job.body : job.body.slice(0, 0),
    };
  }
}

function keptJob({ kept, body, attempts, open, losses }: Entry): KeptJob {
  return { kept, body, attempts, open, losses };
}

/** A found job whose bytes are of its own, so that two can be compared. */
export function plain(found: FoundJob | null): unknown {
  if (found === null) return null;
  if (!('body' in found)) return { state: found.state, job: plainJob(found.job) };
  const { state, job, body } = found;
  return { state, body: [...body], job: { ...job, answer: [...job.answer] } };
}

/** The same of a job that has not ended. */
export function plainJob(job: KeptJob): unknown {
  return { ...job, body: [...job.body] };
}
