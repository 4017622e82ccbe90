import { ModelStore } from '../store/model.ts';
import { type Mark, remember } from './deeds.ts';

/** What a writer's marks say up to an instant: what was durable, and what each commit that had been handed over made. */
export class Books {
  durable = 0;
  handed = 0;
  /** The fewest bytes of answers that a store was ever told to keep. */
  keepBytes = Number.POSITIVE_INFINITY;
  /** What a store must hold when all that was handed over is in it. */
  now = new ModelStore();
  readonly #states = new Map([[0, this.now.copy()]]);

  take(mark: Mark): void {
    if ('keepBytes' in mark) this.keepBytes = Math.min(this.keepBytes, mark.keepBytes);
    else if ('durable' in mark) this.#reach(mark.durable);
    else if ('back' in mark) {
      for (; this.handed > mark.back; this.handed -= 1) this.#states.delete(this.handed);
      this.now = this.#states.get(mark.back)!.copy();
      this.#reach(mark.back);
    } else {
      for (const deed of mark.deeds) remember(deed, this.now);
      this.handed = mark.handed;
      this.#states.set(mark.handed, this.now.copy());
    }
  }

  /** The last commit whose jobs end with this number. */
  endingWith(number: number): number {
    for (const [commit, { highestNumber }] of this.#states)
      if (highestNumber === number) return commit;
    throw new Error(`no commit has ${number} as its last job`);
  }

  #reach(durable: number): void {
    for (let past = this.durable; past < durable; past += 1) this.#states.delete(past);
    this.durable = durable;
  }

  /** What a store must hold whose last commit is this one; undefined when it may not be the last. */
  after(commit: number): ModelStore | undefined {
    return this.#states.get(commit);
  }
}
