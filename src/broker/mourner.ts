import type { Broker } from '../core/broker.ts';
import { type Worker, WorkerState } from '../core/worker.ts';
import type { ProcessClaim } from '../wire/door.ts';
import { hostHere, lives } from './proof-of-life.ts';

const LOOK_AGAIN_MS = 10;
const SILENT_HEARTBEATS = 2.5;

/**
 * Decides what a lost connection means. A worker whose process is seen to live is away, and waited for; any other is gone,
 * and its jobs go elsewhere at once. Who is away is looked at again and again, because a dying process outlives
 * its connections by a moment.
 */
export class Mourner {
  readonly #broker: Broker;
  readonly #heartbeatMs: number;
  readonly #now: () => number;
  readonly #decided: () => void;
  readonly #host = hostHere();
  #away = new Map<Worker, ProcessClaim>();
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(broker: Broker, heartbeatMs: number, now: () => number, decided: () => void) {
    this.#broker = broker;
    this.#heartbeatMs = heartbeatMs;
    this.#now = now;
    this.#decided = decided;
  }

  /** The connection of `worker` has ended. */
  lost(now: number, worker: Worker, claim: ProcessClaim | null): void {
    if (claim === null || !lives(claim, this.#host, this.#silent(now, worker))) {
      this.#broker.workerGone(now, worker);
      return;
    }
    this.#broker.workerAway(now, worker);
    this.#away.set(worker, claim);
    this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#away.clear();
  }

  #silent(now: number, worker: Worker): boolean {
    return now - worker.reportAt > SILENT_HEARTBEATS * this.#heartbeatMs;
  }

  #look(): void {
    this.#timer = null;
    const now = this.#now();
    for (const [worker, claim] of this.#away) {
      if (worker.state === WorkerState.AWAY && lives(claim, this.#host, false)) continue;
      this.#away.delete(worker);
      if (worker.state !== WorkerState.AWAY) continue;
      this.#broker.workerGone(now, worker);
      this.#decided();
    }
    this.#arm();
  }

  /** Looks at many less often, so that looking costs the broker little. */
  #arm(): void {
    if (this.#stopped || this.#timer !== null || this.#away.size === 0) return;
    this.#timer = setTimeout(() => this.#look(), Math.max(LOOK_AGAIN_MS, this.#away.size));
  }
}
