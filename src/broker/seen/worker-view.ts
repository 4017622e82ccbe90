import type { Broker } from '../../core/broker.ts';
import type { Worker } from '../../core/worker.ts';
import type { WorkerView } from '../../view/live.ts';
import type { Happenings } from './happenings.ts';
import { type History, reportAgeMs } from './history.ts';
import { workerStatus } from './status.ts';

const JOBS_SHOWN = 100;

/** The worker of that key, or null. */
export function workerOf({ state }: Broker, key: string): Worker | null {
  const known = state.workersByInstance.get(key);
  if (known !== undefined) return known;
  for (const worker of state.workers) if (worker.identity === key) return worker;
  return null;
}

/** All that is known of a worker. */
export function workerView(
  now: number,
  broker: Broker,
  worker: Worker,
  history: History,
  happenings: Happenings,
): WorkerView {
  const age = reportAgeMs(now, worker);
  return {
    ...workerStatus(worker),
    joinedAt: broker.state.wallAt(worker.joinedAt),
    reportAgeMs: Number.isNaN(age) ? null : Math.round(age),
    rank: worker.key,
    penalty: worker.penalty,
    history: history.ofWorker(worker),
    jobs: jobsAt(broker, worker),
    happenings: happenings.ofWorker(worker.identity),
  };
}

function jobsAt({ inventory }: Broker, worker: Worker): string[] {
  const ids: string[] = [];
  for (let run = worker.firstRun; run !== null && ids.length < JOBS_SHOWN; run = run.next) {
    if (run.job !== null) ids.push(inventory.idOf(run.job));
  }
  return ids;
}
