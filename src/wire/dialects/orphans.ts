import { createHash } from 'node:crypto';

const ORPHANS_MAX = 10_000;

interface Orphan {
  readonly id: string;
  readonly until: number;
}

/**
 * Jobs whose client has gone without their answers, by what they were asked: a client that asks again on a new connection,
 * because it has no other way to try again, is given the job that runs.
 */
export class Orphans {
  readonly #byHash = new Map<string, Orphan[]>();
  #count = 0;

  /** What makes a request the same one. */
  static hashOf(service: string, body: Uint8Array): string {
    return createHash('sha256').update(service).update('\0').update(body).digest('base64');
  }

  /** The client of the job has gone. */
  add(hash: string, id: string, until: number): void {
    if (this.#count >= ORPHANS_MAX) this.#forgetOldest();
    const same = this.#byHash.get(hash);
    if (same === undefined) this.#byHash.set(hash, [{ id, until }]);
    else same.push({ id, until });
    this.#count++;
  }

  /** The id of one that was asked the same, for the one who asks again; null when there is none, or not any more. */
  take(now: number, hash: string): string | null {
    const same = this.#byHash.get(hash);
    while (same !== undefined && same.length > 0) {
      const { id, until } = same.shift()!;
      this.#count--;
      if (same.length === 0) this.#byHash.delete(hash);
      if (now < until) return id;
    }
    return null;
  }

  #forgetOldest(): void {
    const [hash, same] = this.#byHash.entries().next().value!;
    this.#byHash.delete(hash);
    this.#count -= same.length;
  }
}
