import type { Keep } from './keep.ts';

const SHARDS = 256;
const FIRST_PLACES = 16;

/**
 * The kept jobs by id: hash tables of our own, because an id that is asked for here is mostly one that is not there, and
 * that a Map finds out at three times the cost. Many small ones: one that grows does not hold the loop up.
 */
export class KeepsById {
  readonly #shards: readonly Shard[] = Array.from({ length: SHARDS }, () => new Shard());
  readonly #seed: number;

  /** `seed` is random, so that nobody can choose ids that fall on one place. */
  constructor(seed: number) {
    this.#seed = seed;
  }

  get(id: string): Keep | null {
    const hash = this.#hash(id);
    return this.#of(hash).get(hash, id);
  }

  /** Takes in a job whose id is not in. */
  add(keep: Keep): void {
    const hash = this.#hash(keep.kept.id);
    this.#of(hash).add(hash, keep);
  }

  delete(keep: Keep): void {
    const hash = this.#hash(keep.kept.id);
    this.#of(hash).delete(hash, keep);
  }

  /** All of them; a copy. */
  all(): Keep[] {
    return this.#shards.flatMap((shard) => shard.all());
  }

  #of(hash: number): Shard {
    return this.#shards[hash >>> 24]!;
  }

  /** Never 0, which is a free place. */
  #hash(id: string): number {
    let hash = this.#seed;
    for (let i = 0; i < id.length; i++) {
      hash = Math.imul(hash ^ id.charCodeAt(i), 0x5bd1e995);
      hash ^= hash >>> 15;
    }
    return hash | 0 || 1;
  }
}

/** Open addressing: a job stands at the first free place from that of its hash on. */
class Shard {
  #size = 0;
  #hashes = new Int32Array(FIRST_PLACES);
  #keeps: (Keep | null)[] = new Array<Keep | null>(FIRST_PLACES).fill(null);

  get(hash: number, id: string): Keep | null {
    const mask = this.#hashes.length - 1;
    for (let at = hash & mask; this.#hashes[at] !== 0; at = (at + 1) & mask) {
      if (this.#hashes[at] === hash && this.#keeps[at]!.kept.id === id) return this.#keeps[at]!;
    }
    return null;
  }

  add(hash: number, keep: Keep): void {
    if (this.#size * 2 >= this.#hashes.length) this.#resize(this.#hashes.length * 2);
    this.#put(hash, keep);
    this.#size++;
  }

  delete(hash: number, keep: Keep): void {
    const mask = this.#hashes.length - 1;
    let at = hash & mask;
    while (this.#keeps[at] !== keep) {
      if (this.#hashes[at] === 0) return;
      at = (at + 1) & mask;
    }
    this.#close(at, mask);
    this.#size--;
    if (this.#size * 8 < this.#hashes.length && this.#hashes.length > FIRST_PLACES)
      this.#resize(this.#hashes.length / 2);
  }

  all(): Keep[] {
    return this.#keeps.filter((keep) => keep !== null);
  }

  /** Frees a place; those behind it move up if they would not be found any more. */
  #close(free: number, mask: number): void {
    for (let at = (free + 1) & mask; this.#hashes[at] !== 0; at = (at + 1) & mask) {
      const home = this.#hashes[at]! & mask;
      if (((at - home) & mask) < ((at - free) & mask)) continue;
      this.#hashes[free] = this.#hashes[at]!;
      this.#keeps[free] = this.#keeps[at]!;
      free = at;
    }
    this.#hashes[free] = 0;
    this.#keeps[free] = null;
  }

  #put(hash: number, keep: Keep): void {
    const mask = this.#hashes.length - 1;
    let at = hash & mask;
    while (this.#hashes[at] !== 0) at = (at + 1) & mask;
    this.#hashes[at] = hash;
    this.#keeps[at] = keep;
  }

  #resize(places: number): void {
    const [hashes, keeps] = [this.#hashes, this.#keeps];
    this.#hashes = new Int32Array(places);
    this.#keeps = new Array<Keep | null>(places).fill(null);
    for (let i = 0; i < hashes.length; i++) if (hashes[i] !== 0) this.#put(hashes[i]!, keeps[i]!);
  }
}
