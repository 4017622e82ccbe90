import { type CallOptions, type Client, LatidoError } from '../../src/index.ts';
import type { Outcome } from './record.ts';
import type { Work } from './work.ts';

let loads = 0;

/** A load that goes on while something fails: so many jobs in flight at any time, each with a name of its own. */
export class Load {
  readonly outcomes: Outcome[] = [];
  /** How long each took, in the order of their ends. */
  readonly tookMs: number[] = [];
  readonly #client: Client;
  readonly #type: string;
  readonly #work: Omit<Work, 'job'>;
  readonly #options: CallOptions;
  readonly #name = `load${process.pid}.${++loads}`;
  readonly #loops: Promise<void>[] = [];
  #count = 0;
  #stopping = false;

  constructor(
    client: Client,
    type: string,
    inFlight: number,
    work: Omit<Work, 'job'>,
    options: CallOptions = {},
  ) {
    this.#options = options;
    this.#client = client;
    this.#type = type;
    this.#work = work;
    for (let i = 0; i < inFlight; i++) this.#loops.push(this.#loop());
  }

  get slowestMs(): number {
    return this.tookMs.reduce((slowest, ms) => Math.max(slowest, ms), 0);
  }

  /** Hands in no more, and waits for the answers of what is in flight. */
  async stop(): Promise<readonly Outcome[]> {
    this.#stopping = true;
    await Promise.all(this.#loops);
    return this.outcomes;
  }

  async #loop(): Promise<void> {
    while (!this.#stopping) {
      const job = `${this.#name}-${this.#count++}`;
      const askedAt = performance.now();
      this.outcomes.push(
        await outcomeOf(this.#client, this.#type, { job, ...this.#work }, this.#options),
      );
      if (this.outcomes.at(-1)!.error?.code === 'CLOSED') return;
      this.tookMs.push(performance.now() - askedAt);
    }
  }
}

/** Later than any job here may be answered: what is lost is seen as EXPIRED, and not waited for for ever. */
const LATE_MS = 40_000;

/** One job and what became of it. */
export async function outcomeOf(
  client: Client,
  type: string,
  work: Work,
  options: CallOptions = {},
): Promise<Outcome> {
  const { job } = work;
  try {
    const answer = await client.call(type, work, { timeoutMs: LATE_MS, ...options });
    return { job, answer: answer.text(), error: null };
  } catch (error) {
    if (!(error instanceof LatidoError)) throw error;
    const { code, message, details } = error;
    return { job, answer: null, error: { code, message, details } };
  }
}
