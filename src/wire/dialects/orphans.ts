import { createHash } from 'node:crypto';

const ORPHANS_MAX = 10_000;

interface Orphan {
  readonly hash: string;
  readonly id: string;
  readonly until: number;
}

/**
 * Jobs whose client has gone without their answers, by what they were asked: a client that asks again on a new connection,
 * because it has no other way to try again, is given the job that runs.
 */
export class Orphans {
  /** In the order in which their times are over. */
  readonly #all = new Set<Orphan>();
  readonly #byHash = new Map<string, Orphan[]>();

  /** What makes a request the same one. */
  static hashOf(service: string, body: Uint8Array): string {
    return createHash('sha256').update(service).update('\0').update(body).digest('base64');
  }

  /** The client of the job has gone; all wait for the same time. */
  add(hash: string, id: string, until: number): void {
    const orphan = { hash, id, until };
    this.#all.add(orphan);
    const same = this.#byHash.get(hash);
    if (same === undefined) this.#byHash.set(hash, [orphan]);
    else same.push(orphan);
  }

  /** The id of one that was asked the same, for the one who asks again; null when there is none, or not any more. */
  take(hash: string): string | null {
    const orphan = this.#byHash.get(hash)?.[0];
    if (orphan === undefined) return null;
    this.#forget(orphan);
    return orphan.id;
  }

  /** The ids of those who have waited for long enough, or are too many: they are not found any more. */
  *expired(now: number): Iterable<string> {
    for (const orphan of this.#all) {
      if (now < orphan.until && this.#all.size <= ORPHANS_MAX) return;
      this.#forget(orphan);
      yield orphan.id;
    }
  }

  /** The first that was asked so. */
  #forget(orphan: Orphan): void {
    const { hash } = orphan;
    this.#all.delete(orphan);
    const same = this.#byHash.get(hash)!;
    same.shift();
    if (same.length === 0) this.#byHash.delete(hash);
  }
}
