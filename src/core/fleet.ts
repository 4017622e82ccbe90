import { Heap } from 'heap-js';
import type { Worker } from './worker.ts';

/** A worker's place in the heap of one type. Only the latest of a worker counts. */
export class Entry {
  readonly worker: Worker;
  key: number;
  lastUsed: number;
  version: number;
  live = true;

  constructor(worker: Worker) {
    this.worker = worker;
    this.key = worker.key;
    this.lastUsed = worker.lastUsed;
    this.version = worker.version;
  }

  /** Takes the worker's key as it is now. */
  refresh(): void {
    this.key = this.worker.key;
    this.lastUsed = this.worker.lastUsed;
    this.version = this.worker.version;
  }
}

function freer(x: Entry, y: Entry): number {
  return x.key - y.key || x.lastUsed - y.lastUsed;
}

/**
 * The available workers of one type in a min-heap by what they have ahead of them. A key that rises is noticed
 * at the top of the heap, one that falls is pushed again and the old entry left behind, dead.
 */
export class Fleet {
  readonly members = new Set<Worker>();
  #heap = new Heap<Entry>(freer);
  #entries = new Map<Worker, Entry>();

  join(worker: Worker): void {
    this.members.add(worker);
    this.update(worker);
  }

  leave(worker: Worker): void {
    this.members.delete(worker);
    this.#drop(worker);
  }

  /** To be called when a worker's key may have fallen, or it may be given jobs again. */
  update(worker: Worker): void {
    const heap = this.#heap;
    const old = this.#entries.get(worker);
    if (old !== undefined && old.version === worker.version) return;
    if (!worker.eligible) {
      this.#drop(worker);
      return;
    }
    if (old !== undefined && heap.length === 1) {
      old.refresh();
      return;
    }
    if (old !== undefined) old.live = false;
    const entry = new Entry(worker);
    this.#entries.set(worker, entry);
    heap.push(entry);
    if (heap.length > 4 * this.members.size + 64) this.#rebuild();
  }

  /** The freest worker that may be given a job, `avoid` only when there is no other; or null. */
  best(avoid: Worker | null = null): Worker | null {
    const top = this.#top();
    if (top === null || top.worker !== avoid) return top === null ? null : top.worker;
    this.#heap.pop();
    const second = this.#top();
    this.#heap.push(top);
    return second === null ? top.worker : second.worker;
  }

  #top(): Entry | null {
    const heap = this.#heap;
    for (let entry = heap.peek(); entry !== undefined; entry = heap.peek()) {
      const worker = entry.worker;
      if (!entry.live) heap.pop();
      else if (!worker.eligible) this.#drop(worker);
      else if (entry.version === worker.version) return entry;
      else {
        entry.refresh();
        heap.replace(entry);
      }
    }
    return null;
  }

  #drop(worker: Worker): void {
    const entry = this.#entries.get(worker);
    if (entry === undefined) return;
    entry.live = false;
    this.#entries.delete(worker);
    if (this.#heap.peek() === entry) this.#heap.pop();
  }

  #rebuild(): void {
    const live = [...this.#entries.values()];
    for (const entry of live) entry.refresh();
    this.#heap = new Heap<Entry>(freer);
    this.#heap.init(live);
  }
}
