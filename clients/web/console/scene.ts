import { type Change, LiveModel, type Whole, type WorkerStatus } from '../../../src/web.ts';

/** How long a worker that is gone is still shown. */
const GHOST_MS = 8000;
const GHOSTS_MAX = 200;
const COLLATOR = new Intl.Collator('en', { numeric: true });

/** A worker that is not there any more. */
export interface Ghost {
  readonly worker: WorkerStatus;
  readonly goneAt: number;
  /** It left by itself, and did not die. */
  readonly hasLeft: boolean;
}

/** The broker as it is, and those who were there a moment ago. `now` is the page's own clock, in milliseconds. */
export class Scene {
  readonly live = new LiveModel();
  /** By key. */
  readonly ghosts = new Map<string, Ghost>();
  /** Rises when a worker or a type comes or goes. */
  membership = 0;
  /** The broker does not answer: what is known is what was known last. */
  isLost = false;
  #toldAt = 0;

  /** The broker's wall clock, as far as it is known here. */
  wall(now: number): number {
    return this.live.at + now - this.#toldAt;
  }

  whole(now: number, whole: Whole): void {
    this.#toldAt = now;
    this.ghosts.clear();
    this.live.whole(whole);
    this.membership++;
  }

  change(now: number, change: Change): void {
    const { types, workers } = this.live;
    for (const key of change.workersGone) {
      const worker = workers.get(key);
      if (worker !== undefined && this.ghosts.size < GHOSTS_MAX) {
        this.ghosts.set(key, { worker, goneAt: now, hasLeft: worker.state === 'leaving' });
      }
    }
    for (const { key } of change.workersCame) this.ghosts.delete(key);
    this.#toldAt = now;
    this.live.change(change);
    const moved = change.workersCame.length + change.workersGone.length + change.typesGone.length;
    if (moved > 0 || this.live.types.length !== types.length) this.membership++;
  }

  /** Time passes: ghosts fade. */
  tick(now: number): void {
    for (const [key, { goneAt }] of this.ghosts) {
      if (now - goneAt < GHOST_MS) continue;
      this.ghosts.delete(key);
      this.membership++;
    }
  }
}

/** The order in which workers are shown: by name as people count, a2 before a10. */
export function byWorkerName(x: WorkerStatus, y: WorkerStatus): number {
  return COLLATOR.compare(x.name, y.name) || (x.key < y.key ? -1 : 1);
}
