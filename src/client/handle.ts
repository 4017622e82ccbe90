import { LatidoError, sentenceOf } from '../errors.ts';
import { Verb } from '../wire/verbs.ts';
import type { Answer } from './answer.ts';
import type { CallNumbers } from './call.ts';
import type { Connection } from './connection.ts';
import type { AnswerOptions, JobLevel, SubmitOptions } from './job-options.ts';
import { Kept } from './kept.ts';
import { Pending } from './pending.ts';
import { Promised } from './promised.ts';
import { checkAnyId, levelName, numbersOf } from './terms.ts';

const NO_BYTES = new Uint8Array(0);
const NO_NUMBERS: CallNumbers = { timeoutMs: 0, answerTimeoutMs: 0, priority: 0 };
const NO_OPTIONS: AnswerOptions = Object.freeze({});

/**
 * A job that the broker keeps by its id. Any client may ask for it, as often as it likes, for as long as the broker
 * remembers it.
 */
export class Handle<Value = unknown> {
  readonly id: string;
  /** How safe the job was when it was accepted; null for one that was attached to. */
  readonly level: JobLevel | null;
  readonly #connection: Connection;

  constructor(connection: Connection, id: string, level: JobLevel | null) {
    this.#connection = connection;
    this.id = id;
    this.level = level;
  }

  /** The job's answer, when it has one; rejects as a `call` does, with JOB_UNKNOWN if the broker knows no such job. */
  async answer(options: AnswerOptions = NO_OPTIONS): Promise<Answer<Value>> {
    const waiting = new Attached(checkAnyId(this.id), options);
    return (await this.#connection.handIn(waiting)) as Answer<Value>;
  }

  /** Cancels the job, whoever waits for it; rejects with JOB_ENDED if it has ended already. */
  async cancel(): Promise<void> {
    await this.#connection.handIn(new Cancelling(checkAnyId(this.id)));
  }
}

/** The wait for a handle, which comes with the accept. */
export class Submitting extends Promised<Handle> {
  readonly #connection: Connection;
  readonly #kept: Kept;

  constructor(
    connection: Connection,
    type: string,
    body: Uint8Array,
    numbers: CallNumbers,
    kept: Kept,
    options: SubmitOptions,
  ) {
    super(type, body, numbers, true, kept, options);
    this.#connection = connection;
    this.#kept = kept;
  }

  accepted(level: number): void {
    this.resolve(new Handle(this.#connection, this.#kept.id, levelName(level)));
  }

  /** A job of that id has ended already: it was accepted. */
  answer(): void {
    this.accepted(this.#kept.terms.level);
  }

  part(): void {}
}

/** The wait for the answer of a job that was handed in before. */
class Attached extends Pending {
  constructor(id: string, options: AnswerOptions) {
    const kept = new Kept(Verb.ATTACH, id, true);
    super('', NO_BYTES, numbersOf({ timeoutMs: options.timeoutMs }), options, kept);
  }

  /** Only the broker's word can end the job: EXPIRED without it is the end of the waiting. */
  override refused(code: string, text: string): void {
    const { timeoutMs } = this;
    if (code !== 'EXPIRED') super.refused(code, text);
    else {
      const message = `no answer came within ${timeoutMs} ms; the job goes on`;
      this.reject(new LatidoError(code, message, { timeoutMs }));
    }
  }
}

/** The wait for a job to be cancelled. */
class Cancelling extends Promised<void> {
  constructor(id: string) {
    super('', NO_BYTES, NO_NUMBERS, false, new Kept(Verb.REVOKE, id, false), NO_OPTIONS);
  }

  accepted(): void {
    this.resolve();
  }

  /** It had one before. */
  answer(): void {
    this.refused('JOB_ENDED', sentenceOf('JOB_ENDED'));
  }

  part(): void {}
}
