import { Verdict } from './judge.ts';
import {
  JudgedJob,
  type KeptEnd,
  type KeptStart,
  type KeptTerms,
  type StoredLoss,
} from './judged-job.ts';

/** The jobs of one order key, by what was seen of them. */
class Line {
  holder: JudgedJob | null = null;
  number = -1;
  fence = -1;
  startedFence = -1;
}

/**
 * Judges what is promised of kept jobs besides what holds for every job: nothing is said before it is durable, what is durable comes to
 * one end, an order key has one attempt at a time in the order of submits. Throws a `Verdict` at the event that breaks a promise.
 */
export class KeptJudge {
  #jobs = new Map<string, JudgedJob>();
  #lines = new Map<string, Line>();

  /** Somebody hands the job in. */
  asked(job: string, terms: KeptTerms): void {
    if (!this.#jobs.has(job)) this.#jobs.set(job, new JudgedJob(job, terms));
  }

  /** It is durable that the job was submitted. */
  stored(job: string): void {
    this.#jobOf(job).isStored = true;
  }

  /** The job is one at level memory that becomes durable, or (`false`) is known from the disk alone. */
  comesFromMemory(job: string, isFromMemory: boolean): void {
    this.#jobOf(job).isFromMemory = isFromMemory;
  }

  storedAttempt(job: string, attempt: number): void {
    this.#jobOf(job).storedAttempts.add(attempt);
  }

  /** It is durable that the attempt was given up. */
  storedLoss(job: string, { attempt, cause, charged, notBefore }: StoredLoss): void {
    const record = this.#jobOf(job);
    const { attemptsMax } = record.terms;
    const counts = cause === 'failed' || cause === 'answer-timeout';
    record.notBefore = Math.max(record.terms.notBefore, notBefore);
    record.storedLosses.add(attempt);
    const most = record.isFromMemory ? attemptsMax : record.charged + 1;
    const least = record.charged + (counts && !record.isFromMemory ? 1 : 0);
    if (charged < least || charged > most)
      throw new Verdict(`${job} is charged with ${charged} attempts after ${record.charged}`);
    if (charged > attemptsMax)
      throw new Verdict(`${job} is charged with ${charged} of ${attemptsMax}`);
    record.charged = charged;
  }

  /** A handler has said that trying again does not help. */
  failedForGood(job: string): void {
    this.#jobOf(job).hasFailedForGood = true;
  }

  storedEnd(job: string, end: KeptEnd): void {
    const record = this.#jobOf(job);
    if (!record.isStored) throw new Verdict(`${job} has an end and no beginning`);
    if (record.storedEnd !== null && !same(record.storedEnd, end))
      throw new Verdict(`${job} has two ends: ${text(record.storedEnd)}, ${text(end)}`);
    if (
      end.status === 'DEAD' &&
      !record.hasFailedForGood &&
      record.charged < record.terms.attemptsMax
    )
      throw new Verdict(`${job} is dead after ${record.charged} of ${record.terms.attemptsMax}`);
    record.storedEnd = end;
    record.hasEnded = true;
  }

  /** The broker says that it keeps the job on the disk. */
  accepted(job: string): void {
    const record = this.#jobOf(job);
    if (!record.isStored) throw new Verdict(`${job} is accepted before it is durable`);
    record.wasAccepted = true;
  }

  /** The broker says that it knows no such job. */
  unknown(job: string): void {
    if (this.#jobs.get(job)?.isStored) throw new Verdict(`${job} is durable, and unknown`);
  }

  /** The broker tells a client how the job ended; every time the same, and not before that is durable. */
  told(job: string, end: KeptEnd): void {
    const record = this.#jobOf(job);
    if (record.told !== null && !same(record.told, end))
      throw new Verdict(`${job} has two answers: ${text(record.told)}, ${text(end)}`);
    if (record.isDurable && record.storedEnd === null)
      throw new Verdict(`${job} is answered before its end is durable`);
    if (record.storedEnd !== null && !same(record.storedEnd, end))
      throw new Verdict(`${job} is answered ${text(end)}, and is ${text(record.storedEnd)}`);
    if (record.wasCancelled && end.status !== 'CANCELLED')
      throw new Verdict(`${job} was cancelled, and is answered ${text(end)}`);
    record.told = end;
    record.hasEnded = true;
  }

  /** The broker says that the job is cancelled now. */
  cancelled(job: string): void {
    const record = this.#jobOf(job);
    const end = record.told ?? record.storedEnd;
    if (record.isDurable && record.storedEnd === null)
      throw new Verdict(`${job} is said to be cancelled before that is durable`);
    if (end !== null && end.status !== 'CANCELLED')
      throw new Verdict(`${job} is cancelled after it was ${text(end)}`);
    record.wasCancelled = true;
    record.hasEnded = true;
  }

  /** The job has ended, whether anybody is told or not. */
  ended(job: string): void {
    this.#jobOf(job).hasEnded = true;
  }

  /** An attempt leaves, also one that was given up meanwhile. */
  leaves(job: string, attempt: number): void {
    const record = this.#jobOf(job);
    if (record.isDurable && !record.storedAttempts.has(attempt))
      throw new Verdict(`attempt ${attempt} at ${job} leaves before it is durable`);
  }

  /** The job leaves for a worker that is to do it. */
  dispatched(job: string, start: KeptStart): void {
    this.leaves(job, start.attempt);
    const record = this.#jobOf(job);
    const { terms } = record;
    if (record.hasEnded) throw new Verdict(`${job} is dispatched after its end`);
    if (record.charged >= terms.attemptsMax)
      throw new Verdict(`${job} is dispatched though ${record.charged} attempts were charged`);
    if (start.at < record.notBefore - 1)
      throw new Verdict(`${job} is dispatched ${record.notBefore - start.at} ms too soon`);
    if (terms.deadline > 0 && start.at >= terms.deadline)
      throw new Verdict(`${job} is dispatched ${start.at - terms.deadline} ms after its deadline`);
    if (terms.key !== '') this.#holds(record, start);
  }

  /** A handler is called; `isPresent`: its attempt has not been given up. */
  started(job: string, fence: number, isPresent: boolean): void {
    const { key } = this.#jobOf(job).terms;
    if (key === '') return;
    const line = this.#lineOf(key);
    if (fence < line.startedFence && isPresent)
      throw new Verdict(`${job} starts with fence ${fence} after ${line.startedFence} of its key`);
    line.startedFence = Math.max(line.startedFence, fence);
  }

  /** The worker is told to forget its answer of an attempt that the broker took for the present one. */
  confirmed(job: string, attempt: number): void {
    const record = this.#jobOf(job);
    if (!record.isDurable || record.storedEnd !== null) return;
    if (!record.storedLosses.has(attempt))
      throw new Verdict(`attempt ${attempt} at ${job} is confirmed before its answer is durable`);
  }

  /** What only memory had of the job is lost; true when that is all there was. */
  forgot(job: string): boolean {
    const record = this.#jobs.get(job);
    if (record === undefined || record.isStored) return false;
    const line = this.#lines.get(record.terms.key);
    if (line?.holder === record) {
      line.holder = null;
      line.number = -1;
    }
    record.told = null;
    record.wasCancelled = record.hasEnded = false;
    record.charged = 0;
    record.notBefore = record.terms.notBefore;
    return true;
  }

  /** The job that has held the key last, unless it has ended; or null. */
  holderOf(key: string): string | null {
    const holder = this.#lines.get(key)?.holder;
    return holder && !holder.hasEnded ? holder.name : null;
  }

  /** Whether it is durable that this attempt has begun, and not that it was given up. */
  isUnderWay(job: string, attempt: number): boolean {
    const record = this.#jobOf(job);
    return record.storedAttempts.has(attempt) && !record.storedLosses.has(attempt);
  }

  isStored(job: string): boolean {
    return this.#jobs.get(job)?.isStored === true;
  }

  /**
   * The broker died, and what it said of the job was said at level memory, though the disk has the job: nobody was promised that. True
   * when it may end otherwise now.
   */
  mayEndOtherwise(job: string): boolean {
    const record = this.#jobOf(job);
    if (record.isDurable || record.storedEnd !== null) return false;
    record.told = null;
    record.wasCancelled = record.hasEnded = false;
    return true;
  }

  /** The history is over: what was accepted on the disk has come to an end. */
  finish(): void {
    for (const { name, wasAccepted, storedEnd } of this.#jobs.values())
      if (wasAccepted && storedEnd === null)
        throw new Verdict(`${name} was accepted on the disk and has no end`);
  }

  /** What was accepted on the disk. */
  get acceptedJobs(): string[] {
    return [...this.#jobs.values()].filter((job) => job.wasAccepted).map(({ name }) => name);
  }

  #holds(record: JudgedJob, { number, fence }: KeptStart): void {
    const line = this.#lineOf(record.terms.key);
    const { holder } = line;
    if (fence <= line.fence)
      throw new Verdict(`${record.name} has fence ${fence} after ${line.fence} of its key`);
    if (holder !== null && holder !== record) {
      if (number < line.number)
        throw new Verdict(`${record.name} starts behind ${holder.name}, which came later`);
      if (!holder.hasEnded)
        throw new Verdict(`${record.name} starts while ${holder.name} holds its key`);
      if (holder.isDurable && holder.storedEnd === null)
        throw new Verdict(`${record.name} starts before the end of ${holder.name} is durable`);
    }
    line.holder = record;
    line.number = number;
    line.fence = fence;
  }

  #lineOf(key: string): Line {
    let line = this.#lines.get(key);
    if (line === undefined) {
      line = new Line();
      this.#lines.set(key, line);
    }
    return line;
  }

  #jobOf(name: string): JudgedJob {
    const job = this.#jobs.get(name);
    if (job === undefined) throw new Verdict(`nobody asked for ${name}`);
    return job;
  }
}

function same(x: KeptEnd, y: KeptEnd): boolean {
  return x.status === y.status && x.body === y.body;
}

function text({ status, body }: KeptEnd): string {
  return `${status} ${body}`.trim();
}
