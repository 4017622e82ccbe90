import { type Client, LatidoError } from '../../src/index.ts';
import type { KeptOutcome } from './kept-record.ts';
import { sharedClock } from './poll.ts';
import type { Work } from './work.ts';

/** Later than any job here may be answered. */
const ATTEMPTS_MAX = 3;

let loads = 0;

/**
 * Kept jobs, one after the other: with a key, now and then with a delay or handlers that throw, asked for by another client,
 * handed in again under their ids.
 */
export class KeptLoad {
  readonly outcomes: KeptOutcome[] = [];
  readonly #client: Client;
  readonly #other: Client;
  readonly #key: string;
  readonly #name = `keptload${process.pid}.${++loads}`;
  readonly #loop: Promise<void>;
  #answers: Promise<void>[] = [];
  #stopping = false;

  constructor(client: Client, other: Client, key = '') {
    this.#client = client;
    this.#other = other;
    this.#key = key;
    this.#loop = this.#run();
  }

  /** Hands in no more, and waits for the ends of all. */
  async stop(): Promise<readonly KeptOutcome[]> {
    this.#stopping = true;
    await this.#loop;
    await Promise.all(this.#answers);
    return this.outcomes;
  }

  async #run(): Promise<void> {
    for (let count = 0; !this.#stopping; count++) {
      await this.#keep(count);
      // As many as that may wait for their ends.
      if (count % 8 === 7) await Promise.all(this.#answers.splice(0));
    }
  }

  async #keep(count: number): Promise<void> {
    const job = `${this.#name}-${count}`;
    const delayMs = count % 5 === 4 ? 60 : 0;
    // The last of them fails for good.
    const fail = count % 6 === 5 ? count % 4 : 0;
    const ends: string[] = [];
    const asked = {
      job,
      key: this.#key,
      attemptsMax: ATTEMPTS_MAX,
      askedAt: sharedClock(),
      delayMs,
    };
    const options = {
      id: job,
      delayMs,
      attemptsMax: ATTEMPTS_MAX,
      backoff: { kind: 'fixed', ms: 20 } as const,
      ...(this.#key === '' ? {} : { key: this.#key }),
    };
    const work: Work = { job, wait: 10, fail };
    const handle = await this.#client.submit('A', work, options);
    this.outcomes.push({ ...asked, acceptedAt: sharedClock(), ends });
    const copies = [this.#end(() => handle.answer())];
    if (count % 3 === 0) copies.push(this.#end(() => this.#other.attach(job).answer()));
    if (count % 4 === 0) copies.push(this.#end(() => this.#again(work, options)));
    this.#answers.push(Promise.all(copies).then((seen) => void ends.push(...seen)));
  }

  async #again(work: Work, options: { readonly id: string }) {
    const handle = await this.#other.submit('A', work, options);
    return handle.answer();
  }

  /** The end as its client sees it, to the byte. */
  async #end(answer: () => Promise<{ text(): string }>): Promise<string> {
    try {
      return (await answer()).text();
    } catch (error) {
      if (!(error instanceof LatidoError)) throw error;
      return JSON.stringify([error.code, error.message, error.details]);
    }
  }
}
