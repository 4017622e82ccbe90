import { type Client, LatidoError } from '../../../src/index.ts';
import type { Outcome } from '../record.ts';

let made = 0;

/** Jobs that are handed in at level disk, one after the other, and what became of them. */
export class Submits {
  /** The ids of jobs that the broker has accepted. */
  readonly accepted: string[] = [];
  /** The codes of the others. */
  readonly refused: string[] = [];
  slowestMs = 0;
  fastestMs = Number.POSITIVE_INFINITY;
  readonly #client: Client;
  readonly #name = `submit${++made}`;
  #count = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Hands in one job, with a body of about so many bytes; its code when it is refused. */
  async one(bytes = 0): Promise<string | null> {
    const id = `${this.#name}-${this.#count++}`;
    const from = performance.now();
    try {
      const { level } = await this.#client.submit('A', { job: id, pad: 'x'.repeat(bytes) }, { id });
      if (level !== 'disk') throw new Error(`${id} was accepted at level ${level}`);
    } catch (error) {
      if (!(error instanceof LatidoError)) throw error;
      this.refused.push(error.code);
      return error.code;
    }
    const ms = performance.now() - from;
    this.slowestMs = Math.max(this.slowestMs, ms);
    this.fastestMs = Math.min(this.fastestMs, ms);
    this.accepted.push(id);
    return null;
  }

  /** So many at once. */
  async many(count: number, bytes = 0): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.one(bytes)));
  }

  /** What became of all that was accepted, asked by a client. */
  outcomes(client: Client): Promise<Outcome[]> {
    return Promise.all(
      this.accepted.map(async (job) => {
        const answer = await client.attach(job).answer();
        return { job, answer: answer.text(), error: null };
      }),
    );
  }
}
