import type { State } from '../../core/state.ts';
import type { Worker } from '../../core/worker.ts';
import { loadOf } from '../seen/status.ts';
import { type Labels, Reading } from './reading.ts';

/** With more workers than that none has lines of its own: a scrape stays small. */
const WORKERS_SHOWN_MAX = 1000;
const INSTANCE_SHOWN = 8;

/** What is shown of each worker. */
export function workerMetrics(state: State): Reading[] {
  const labels = new WorkerLabels(state);
  return [
    perWorker('latido_worker_load', 'The load a worker reports, 0 idle, 1 full.', labels, loadOf),
    perWorker('latido_worker_inflight', 'Jobs that are at a worker.', labels, inflightOf),
    perWorker('latido_worker_capacity', 'Jobs a worker takes at once.', labels, capacityOf),
    new Reading(
      {
        name: 'latido_workers_unlisted',
        help: `Workers without lines of their own: all, when there are over ${WORKERS_SHOWN_MAX}.`,
        type: 'gauge',
      },
      (add) => add({}, state.workers.size > WORKERS_SHOWN_MAX ? state.workers.size : 0),
    ),
  ];
}

function perWorker(
  name: string,
  help: string,
  labels: WorkerLabels,
  read: (worker: Worker) => number,
): Reading {
  return new Reading({ name, help, type: 'gauge' }, (add) => {
    for (const [worker, own] of labels.all()) add(own, read(worker));
  });
}

function inflightOf(worker: Worker): number {
  return worker.inflight;
}

function capacityOf(worker: Worker): number {
  return worker.capacity;
}

/**
 * The label of each worker: its name where no other has it, otherwise with the beginning of its instance behind it,
 * so that every label names one worker.
 */
class WorkerLabels {
  readonly #state: State;
  #labels = new Map<Worker, Labels>();
  #joined = -1;
  #gone = -1;

  constructor(state: State) {
    this.#state = state;
  }

  /** Made anew only when somebody has joined or is gone. */
  all(): ReadonlyMap<Worker, Labels> {
    const { workersJoined, workersGone } = this.#state.counts;
    if (workersJoined !== this.#joined || workersGone !== this.#gone) {
      this.#joined = workersJoined;
      this.#gone = workersGone;
      this.#labels = labelsOf(this.#state.workers);
    }
    return this.#labels;
  }
}

function labelsOf(workers: ReadonlySet<Worker>): Map<Worker, Labels> {
  const labels = new Map<Worker, Labels>();
  if (workers.size > WORKERS_SHOWN_MAX) return labels;
  const named = new Map<string, number>();
  for (const { name } of workers) named.set(name, (named.get(name) ?? 0) + 1);
  const taken = new Set<string>();
  for (const worker of workers) {
    const unique = worker.name !== '' && named.get(worker.name) === 1;
    const wanted = unique ? worker.name : longName(worker);
    let label = wanted;
    for (let n = 2; taken.has(label); n++) label = `${wanted}-${n}`;
    taken.add(label);
    labels.set(worker, { worker: label });
  }
  return labels;
}

function longName({ name, instance, dialect }: Worker): string {
  return `${name || dialect}-${instance.slice(0, INSTANCE_SHOWN) || '1'}`;
}
