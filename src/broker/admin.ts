import { existsSync, statSync } from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import type { Broker } from '../core/broker.ts';
import type { OperatorRefusal } from '../core/operator.ts';
import { LatidoError } from '../errors.ts';
import type { FoundJob, Store } from '../store/store.ts';
import type { Tally } from '../view/jobs.ts';
import { isLetter, type JobsMeant, JobsSeen, type Letter } from './seen/jobs-seen.ts';
import { unknownType } from './seen/status.ts';
import { workerOf } from './seen/worker-view.ts';
import type { Turn } from './turn.ts';

/** Dead letters in one go, and places among open jobs that are looked at in one go: a few milliseconds at most. */
const LETTERS = 200;
const PLACES = 1000;

/**
 * What is done to jobs by hand. One order after the other: each is given what the store has after those before it, and
 * none is said to be done before it is durable.
 */
export class Admin {
  readonly seen: JobsSeen;
  readonly #broker: Broker;
  readonly #store: Store;
  readonly #turn: Turn;
  #last: Promise<unknown> = Promise.resolve();

  constructor(broker: Broker, store: Store, turn: Turn) {
    this.#broker = broker;
    this.#store = store;
    this.#turn = turn;
    this.seen = new JobsSeen(broker, store, () => turn.now());
  }

  /** Cancels an open job. */
  cancel(id: string): Promise<void> {
    return this.#inTurn(async () => {
      const job = this.#broker.inventory.find(id);
      if (job === null) throw await this.#whyNotOpen(id);
      if (!job.open) throw new LatidoError('JOB_ENDED');
      this.#broker.operator.cancel(this.#turn.now(), job);
      await this.#durable();
    });
  }

  /** Cancels the open jobs that are meant, but for those that come in later. */
  cancelAll(asked: JobsMeant): Promise<Tally> {
    return this.#inTurn(async () => {
      const until = Math.min(asked.until ?? Number.POSITIVE_INFINITY, this.seen.wall());
      let done = 0;
      // Jobs change places while others go: until a look at all of them finds none.
      for (let found = -1; found !== 0; done += found) {
        found = 0;
        await this.seen.each({ ...asked, until }, PLACES, (jobs) => {
          for (const job of jobs) {
            if (!job.open) continue;
            this.#broker.operator.cancel(this.#turn.now(), job);
            found++;
          }
          this.#turn.end();
        });
      }
      await this.#durable();
      return { done, skipped: {}, stopped: null };
    });
  }

  /** Has a dead letter tried again. */
  retry(id: string): Promise<void> {
    return this.#one(id, ({ job, body }) => {
      return this.#broker.operator.revive(this.#turn.now(), job, body);
    });
  }

  retryAll(asked: JobsMeant): Promise<Tally> {
    return this.#all(asked, ({ job, body }) => {
      return this.#broker.operator.revive(this.#turn.now(), job, body);
    });
  }

  /** Throws a dead letter away. */
  drop(id: string): Promise<void> {
    return this.#one(id, ({ job }) => this.#broker.operator.drop(job));
  }

  dropAll(asked: JobsMeant): Promise<Tally> {
    return this.#all(asked, ({ job }) => this.#broker.operator.drop(job));
  }

  /** Does it to each of these: what is wrong with one is skipped. */
  async each(ids: readonly string[], act: (id: string) => Promise<void>): Promise<Tally> {
    const tally = new Counted();
    for (const id of ids) {
      const code = await act(id).then(() => null, codeIn);
      if (!tally.count(code)) break;
    }
    return tally.tally;
  }

  /** Has the jobs of a type wait, its new jobs refused, or neither any more. */
  order(name: string, verb: 'pause' | 'drain' | 'resume'): Promise<void> {
    return this.#inTurn(async () => {
      const type = this.#broker.state.types.get(name);
      if (type === undefined) throw unknownType(name);
      const code = this.#broker.operator.types[verb](type);
      if (code !== null) throw new LatidoError(code);
      await this.#durable();
    });
  }

  /** Has a worker finish what it runs, and go. */
  async dismiss(key: string): Promise<void> {
    const worker = workerOf(this.#broker, key);
    if (worker === null) throw new LatidoError('WORKER_UNKNOWN');
    this.#broker.operator.dismiss(worker);
    this.#turn.end();
  }

  /** Writes a copy of the store into a file that is not there yet. */
  backup(file: string): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.seen.hasStore) throw new LatidoError('NO_STORE', 'the broker keeps no data');
      if (!isAbsolute(file) || file.includes('\0'))
        throw invalid(`a backup's file must be an absolute path, got '${file}'`);
      if (existsSync(file)) throw new LatidoError('FILE_EXISTS', `${file} is there already`);
      const folder = dirname(file);
      if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
        throw invalid(`${folder} is no directory of the broker's machine`);
      }
      await this.#store.backup(file);
    });
  }

  #one(id: string, act: (letter: Letter) => OperatorRefusal | null): Promise<void> {
    return this.#inTurn(async () => {
      const found = await this.seen.find(id);
      if (found === null || !isLetter(found)) throw this.#whyNotDead(id, found);
      const code = act(found);
      if (code !== null) throw new LatidoError(code);
      await this.#durable();
    });
  }

  #all(asked: JobsMeant, act: (letter: Letter) => OperatorRefusal | null): Promise<Tally> {
    return this.#inTurn(async () => {
      const tally = new Counted();
      let after = 0;
      while (tally.stopped === null) {
        const letters = await this.seen.letters(asked, after, LETTERS);
        if (letters.length === 0) break;
        after = letters.at(-1)!.job.kept.number;
        for (const letter of letters) if (!tally.count(act(letter))) break;
        this.#turn.end();
      }
      await this.#durable();
      return tally.tally;
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }

  /** All that was done until now has been recorded, and that is durable; rejects when the store fails before. */
  async #durable(): Promise<void> {
    this.#turn.end();
    if (this.seen.hasStore) await this.#store.find('');
  }

  async #whyNotOpen(id: string): Promise<LatidoError> {
    return new LatidoError((await this.seen.find(id)) === null ? 'JOB_UNKNOWN' : 'JOB_ENDED');
  }

  #whyNotDead(id: string, found: FoundJob | null): LatidoError {
    const known = this.#broker.inventory.find(id);
    const isOpen = known?.open || found?.state === 'waiting' || found?.state === 'dispatched';
    if (isOpen) return new LatidoError('JOB_OPEN');
    return new LatidoError(known === null && found === null ? 'JOB_UNKNOWN' : 'JOB_NOT_DEAD');
  }
}

/** Why one job was left out; anything but that ends the whole. */
function codeIn(error: unknown): string {
  if (error instanceof LatidoError) return error.code;
  throw error;
}

/** Whether it is the job that is at fault and not the broker. */
const OF_THE_JOB = new Set([
  'JOB_OPEN',
  'JOB_ENDED',
  'JOB_NOT_DEAD',
  'JOB_UNKNOWN',
  'DEADLINE_PASSED',
  'TYPE_DRAINING',
]);

/** Counts as an order goes on. */
class Counted {
  stopped: string | null = null;
  #done = 0;
  readonly #skipped: Record<string, number> = {};

  /** Whether it goes on: what is wrong with one letter is skipped, what is wrong with the broker ends it. */
  count(code: string | null): boolean {
    if (code === null) this.#done++;
    else if (OF_THE_JOB.has(code)) {
      this.#skipped[code] = (this.#skipped[code] ?? 0) + 1;
    } else this.stopped = code;
    return this.stopped === null;
  }

  get tally(): Tally {
    return { done: this.#done, skipped: this.#skipped, stopped: this.stopped };
  }
}

function invalid(message: string): LatidoError {
  return new LatidoError('OPTION_INVALID', message);
}
