import { type Worker, WorkerState } from '../../../src/core/worker.ts';
import type { ProcessClaim } from '../../../src/wire/door.ts';
import type { Scene } from './scene.ts';

const LOOK_AGAIN_MS = 10;
/** Heartbeats after which a worker that has not reported is silent. */
const SILENT_HEARTBEATS = 2.5;

/** As `src/broker/mourner.ts`: of those whose connection has ended, who is seen to live is away, any other gone. */
export class Mourning {
  readonly #world: Scene;

  constructor(world: Scene) {
    this.#world = world;
  }

  lost(now: number, worker: Worker, claim: ProcessClaim | null): void {
    const { broker, plan } = this.#world;
    const silent = now - worker.reportAt > SILENT_HEARTBEATS * plan.settings.heartbeatMs;
    if (claim === null || !this.#world.lives(claim, silent)) this.#gone(now, worker);
    else {
      broker.core.workerAway(now, worker);
      this.#lookAgain(worker, claim);
    }
  }

  #lookAgain(worker: Worker, claim: ProcessClaim): void {
    const { broker } = this.#world;
    broker.later(LOOK_AGAIN_MS, () => {
      if (worker.state !== WorkerState.AWAY) return;
      if (this.#world.lives(claim, false)) this.#lookAgain(worker, claim);
      else {
        this.#gone(broker.now(), worker);
        broker.soon();
      }
    });
  }

  #gone(now: number, worker: Worker): void {
    this.#world.witness.isRightlyGone(worker.instance);
    this.#world.broker.core.workerGone(now, worker);
  }
}
