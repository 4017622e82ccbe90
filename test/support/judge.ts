/** Why an attempt was given up. The first five may let a job start again; the last two say that it never started. */
export type GivenUpFor =
  | 'answer-timeout'
  | 'worker-gone'
  | 'broker-gone'
  | 'client-gone'
  | 'failed'
  | 'handed-back'
  | 'undelivered';

const NOT_STARTED: readonly GivenUpFor[] = ['handed-back', 'undelivered'];

/** What a client was told in the end. */
export interface Told {
  readonly status: string;
  readonly body: string;
  /** The attempt that the answer says it comes from; null when the broker speaks for itself. */
  readonly attempt: string | null;
}

class Attempt {
  readonly job: JobRecord;
  started = false;
  givenUp: GivenUpFor | null = null;
  /** Whether it was the present attempt when its answer reached the broker; null before that. */
  wasPresent: boolean | null = null;

  constructor(job: JobRecord) {
    this.job = job;
  }
}

class JobRecord {
  readonly name: string;
  readonly attempts: Attempt[] = [];
  present: Attempt | null = null;
  told: Told | null = null;

  constructor(name: string) {
    this.name = name;
  }
}

/** A promise that was broken, in a sentence. */
export class Verdict extends Error {}

/**
 * Judges a history while it happens: one answer, starts only with a cause, no answer from an attempt that was given up. Jobs and
 * attempts have names of the caller's; an attempt has one name for its life. Throws a `Verdict` at the event that breaks a promise.
 */
export class Judge {
  #jobs = new Map<string, JobRecord>();
  #attempts = new Map<string, Attempt>();

  /** The broker gives the job to a worker: what was the present attempt must have been given up. */
  dispatched(job: string, attempt: string): void {
    const record = this.#jobOf(job);
    const { present } = record;
    if (this.#attempts.has(attempt)) throw new Verdict(`attempt ${attempt} is dispatched twice`);
    if (present !== null && present.givenUp === null)
      throw new Verdict(`${job} is dispatched as ${attempt} while an attempt at it is under way`);
    const made = new Attempt(record);
    record.attempts.push(made);
    record.present = made;
    this.#attempts.set(attempt, made);
  }

  /** The broker gives the job to a worker, and knows before this leaves that the worker will not be waited for. */
  dispatchedInVain(job: string, attempt: string): void {
    const made = new Attempt(this.#jobOf(job));
    made.givenUp = 'worker-gone';
    made.job.attempts.push(made);
    this.#attempts.set(attempt, made);
  }

  /** A handler was called: once in an attempt, which has its cause as it was dispatched, given up meanwhile or not. */
  started(job: string, attempt: string): void {
    const made = this.#attemptOf(attempt);
    if (made.job.name !== job) throw new Verdict(`attempt ${attempt} is not at ${job}`);
    if (made.started) throw new Verdict(`${job} was started twice in attempt ${attempt}`);
    if (made.givenUp !== null && NOT_STARTED.includes(made.givenUp))
      throw new Verdict(`${job} starts in attempt ${attempt}, which was ${made.givenUp}`);
    made.started = true;
  }

  /** The caller vouches for the cause. */
  gaveUp(attempt: string, cause: GivenUpFor): void {
    const made = this.#attemptOf(attempt);
    if (made.started && NOT_STARTED.includes(cause))
      throw new Verdict(`attempt ${attempt} is ${cause} though it had started`);
    made.givenUp ??= cause;
  }

  /** The broker takes the attempt for the present one again: its worker came back with it. */
  tookUp(attempt: string): void {
    const made = this.#attemptOf(attempt);
    const { present } = made.job;
    if (present !== null && present !== made && present.givenUp === null)
      throw new Verdict(`attempt ${attempt} is taken up while another is under way`);
    made.givenUp = null;
    made.wasPresent = null;
    made.job.present = made;
  }

  /** The attempt's answer has reached the broker. */
  spoke(attempt: string): void {
    const made = this.#attemptOf(attempt);
    made.wasPresent ??= made.givenUp === null && made.job.present === made;
  }

  /** The attempt's answer died with the broker that had taken it. */
  disown(attempt: string): void {
    this.#attemptOf(attempt).wasPresent = false;
  }

  /** The broker tells a client how the job ended; every time the same. */
  told(job: string, told: Told): void {
    const record = this.#jobOf(job);
    const before = record.told;
    record.told = told;
    if (before !== null && (before.status !== told.status || before.body !== told.body))
      throw new Verdict(
        `${job} has two answers: ${before.status} ${before.body}, ${told.status} ${told.body}`,
      );
    if (told.attempt === null) return;
    const made = this.#attemptOf(told.attempt);
    if (made.job !== record || !made.started)
      throw new Verdict(`${job} is answered from ${told.attempt}, which did not do it`);
    if (made.wasPresent !== true)
      throw new Verdict(`${job} is answered from ${told.attempt}, which had been given up`);
  }

  /** The broker has lost its memory of how the job ended, so another answer is none of its own making. */
  forgot(job: string): void {
    this.#jobOf(job).told = null;
  }

  /** Whether the attempt may still end well, as far as was heard. */
  isOpen(attempt: string): boolean {
    return this.#attempts.get(attempt)?.givenUp === null;
  }

  /** Whether its answer came while it was the present attempt. */
  isPresent(attempt: string): boolean {
    return this.#attemptOf(attempt).wasPresent === true;
  }

  /** Whether no attempt at the job that started is younger. */
  isLatest(attempt: string): boolean {
    const made = this.#attemptOf(attempt);
    return made.job.attempts.findLast((other) => other.started) === made;
  }

  /** Whether its answer has reached a broker since it was last taken up. */
  hasSpoken(attempt: string): boolean {
    return this.#attemptOf(attempt).wasPresent !== null;
  }

  hasStarted(attempt: string): boolean {
    return this.#attempts.get(attempt)?.started === true;
  }

  #jobOf(name: string): JobRecord {
    let job = this.#jobs.get(name);
    if (job === undefined) {
      job = new JobRecord(name);
      this.#jobs.set(name, job);
    }
    return job;
  }

  #attemptOf(name: string): Attempt {
    const attempt = this.#attempts.get(name);
    if (attempt === undefined) throw new Verdict(`nobody dispatched attempt ${name}`);
    return attempt;
  }
}
