import type { Journal } from '../../src/core/journal.ts';
import type { FoundJob, Store } from '../../src/store/store.ts';
import type { FakeStore } from './fake-store.ts';

/** A store whose disk does nothing until it is let: questions wait for what was recorded before them. */
export class HeldStore implements Pick<Store, 'journal' | 'pendingBytes' | 'commit' | 'find'> {
  readonly journal: Journal;
  readonly pendingBytes = 0;
  readonly #disk: FakeStore;
  #commits = 0;
  #asked: (() => void)[] = [];

  constructor(disk: FakeStore) {
    this.#disk = disk;
    this.journal = disk;
  }

  commit(): number {
    return this.#disk.handOver() === 0 ? 0 : ++this.#commits;
  }

  find(id: string): Promise<FoundJob | null> {
    return new Promise((resolve) => {
      this.#asked.push(() => resolve(this.#disk.found(id)));
    });
  }

  /** What was recorded is durable, and what was asked is answered; the last commit. */
  async let(): Promise<number> {
    await othersTurn();
    while (this.#disk.underWay > 0) this.#disk.land();
    for (const answer of this.#asked.splice(0)) answer();
    await othersTurn();
    return this.#commits;
  }
}

function othersTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
