import { Heap } from 'heap-js';
import { settled } from './virtual-loop.ts';

/** Something that will happen, unless it is called off. */
export class Happening {
  readonly at: number;
  readonly order: number;
  happen: (() => void) | null;

  constructor(at: number, order: number, happen: () => void) {
    this.at = at;
    this.order = order;
    this.happen = happen;
  }

  callOff(): void {
    this.happen = null;
  }
}

/** Virtual time: what is to happen when, in milliseconds. Time jumps from one happening to the next. */
export class Timeline {
  now = 0;
  /** Happenings so far. */
  count = 0;
  /** A promise was kept: what waits for it happens before anything else. */
  isStirred = false;
  #heap = new Heap<Happening>((x, y) => x.at - y.at || x.order - y.order);
  #order = 0;

  at(at: number, happen: () => void): Happening {
    const happening = new Happening(Math.max(at, this.now), this.#order++, happen);
    this.#heap.push(happening);
    return happening;
  }

  after(ms: number, happen: () => void): Happening {
    return this.at(this.now + ms, happen);
  }

  /** Lets things happen until `over`, or until the time is `limit`; whether it was over by then. */
  async run(over: () => boolean, limit: number): Promise<boolean> {
    while (!over()) {
      if (this.isStirred) {
        this.isStirred = false;
        await settled();
        continue;
      }
      const next = this.#heap.peek();
      if (next === undefined || next.at > limit) return false;
      this.#heap.pop();
      if (next.happen === null) continue;
      this.now = next.at;
      this.count++;
      next.happen();
    }
    return true;
  }
}
