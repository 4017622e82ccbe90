import { Heap } from 'heap-js';

/** Something that is due at an instant; what is due extends it. */
export class Due {
  dueAt = 0;
  duePrev: Due | null = null;
  dueNext: Due | null = null;
  dueList: DueList | null = null;
}

/** What was given the same duration is due in the order it came in. */
class DueList {
  readonly durationMs: number;
  head: Due | null = null;
  tail: Due | null = null;
  /** No later than the head's instant; the heap is ordered by it. */
  key = 0;
  queued = false;

  constructor(durationMs: number) {
    this.durationMs = durationMs;
  }
}

/**
 * What is due when: one list in order of arrival for each distinct duration, and a heap over the heads of
 * the lists, so that adding and removing is a few assignments. Durations are rounded up by at most 1/256.
 */
export class Deadlines<T extends Due> {
  size = 0;
  #lists = new Map<number, DueList>();
  #heap = new Heap<DueList>((x, y) => x.key - y.key);
  #last = new DueList(-1);

  /** `due` is due `durationMs` after `now`. `now` must not go back between calls. */
  add(now: number, due: T, durationMs: number): void {
    const list = this.#listOf(roundUp(durationMs));
    due.dueAt = Math.ceil(now) + list.durationMs;
    due.dueList = list;
    due.duePrev = list.tail;
    due.dueNext = null;
    if (list.tail === null) list.head = due;
    else list.tail.dueNext = due;
    list.tail = due;
    this.size++;
    if (!list.queued) this.#enqueue(list, due.dueAt);
  }

  /** Takes it out; nothing happens when it is not in. */
  remove(due: T): void {
    const list = due.dueList;
    if (list === null) return;
    if (due.duePrev === null) list.head = due.dueNext;
    else due.duePrev.dueNext = due.dueNext;
    if (due.dueNext === null) list.tail = due.duePrev;
    else due.dueNext.duePrev = due.duePrev;
    due.duePrev = due.dueNext = due.dueList = null;
    this.size--;
  }

  /** The next instant at which something is due, or Infinity. */
  next(): number {
    const heap = this.#heap;
    for (let list = heap.peek(); list !== undefined; list = heap.peek()) {
      if (list.head === null) {
        heap.pop();
        list.queued = false;
        if (this.#lists.size > 64) this.#lists.delete(list.durationMs);
        if (this.#last === list) this.#last = new DueList(-1);
      } else if (list.head.dueAt > list.key) {
        list.key = list.head.dueAt;
        heap.replace(list);
      } else {
        return list.key;
      }
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Takes out the first that is due at `now`, or returns null. */
  take(now: number): T | null {
    if (this.next() > now) return null;
    const due = this.#heap.peek()!.head as T;
    this.remove(due);
    return due;
  }

  #listOf(durationMs: number): DueList {
    if (this.#last.durationMs === durationMs) return this.#last;
    let list = this.#lists.get(durationMs);
    if (list === undefined) {
      list = new DueList(durationMs);
      this.#lists.set(durationMs, list);
    }
    this.#last = list;
    return list;
  }

  #enqueue(list: DueList, key: number): void {
    list.key = key;
    list.queued = true;
    this.#heap.push(list);
  }
}

function roundUp(durationMs: number): number {
  const step = 2 ** Math.max(0, 24 - Math.clz32(durationMs));
  return Math.ceil(durationMs / step) * step;
}
