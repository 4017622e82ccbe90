import { ModelStore } from '../store/model.ts';
import { type Mark, remember } from './deeds.ts';

/** What a writer's marks say up to an instant: what was durable, and what each commit that had been handed over made. */
export class Books {
  durable = 0;
  handed = 0;
  /** The fewest bytes of answers that a store was ever told to keep. */
  keepBytes = Number.POSITIVE_INFINITY;
  readonly #now = new ModelStore();
  readonly #states = new Map([[0, this.#now.copy()]]);

  take(mark: Mark): void {
    if ('keepBytes' in mark) this.keepBytes = Math.min(this.keepBytes, mark.keepBytes);
    else if ('durable' in mark) {
      for (let past = this.durable; past < mark.durable; past += 1) this.#states.delete(past);
      this.durable = mark.durable;
    } else {
      for (const deed of mark.deeds) remember(deed, this.#now);
      this.handed = mark.handed;
      this.#states.set(mark.handed, this.#now.copy());
    }
  }

  /** What a store must hold whose last commit is this one; undefined when it may not be the last. */
  after(commit: number): ModelStore | undefined {
    return this.#states.get(commit);
  }
}
