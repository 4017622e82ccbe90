import type { Keep } from './keep.ts';

const SHARDS = 256;

/**
 * The kept jobs by id, in many small maps. A map that grows, or is tidied up after many were taken out, is written anew: with
 * a million jobs in one that would hold the loop up for a tenth of a second.
 */
export class KeepsById {
  readonly #shards: readonly Map<string, Keep>[] = Array.from({ length: SHARDS }, () => new Map());

  get(id: string): Keep | null {
    return this.#of(id).get(id) ?? null;
  }

  set(id: string, keep: Keep): void {
    this.#of(id).set(id, keep);
  }

  delete(id: string): void {
    this.#of(id).delete(id);
  }

  /** All of them; a copy. */
  all(): Keep[] {
    return this.#shards.flatMap((shard) => [...shard.values()]);
  }

  /** Ids differ in their last characters, if anywhere. */
  #of(id: string): Map<string, Keep> {
    const { length } = id;
    const last = 31 * id.charCodeAt(length - 2) + id.charCodeAt(length - 1);
    return this.#shards[(last ^ (last >>> 8)) & (SHARDS - 1)]!;
  }
}
