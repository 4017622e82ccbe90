import { Ending } from '../../core/job.ts';
import type { State } from '../../core/state.ts';
import type { Type } from '../../core/type.ts';
import { seenStateOf, seenStates } from '../seen/status.ts';
import { type Add, addHistogram, bucketLabels, type Labels, Reading } from './reading.ts';

/** In the order of `Ending`. */
const endNames = Object.keys(Ending).map((name) => name.toLowerCase());
const lostCauses = [
  'answer-timeout',
  'worker-gone',
  'handed-back',
  'undelivered',
  'broker-gone',
  'failed',
] as const;

/** What is shown of each type: its jobs, its attempts, its workers, its times. */
export function typeMetrics(state: State): Reading[] {
  const perType = new PerType(state);
  return [
    perType.single('latido_jobs_submitted_total', 'Jobs taken from clients.', submittedOf),
    perType.single('latido_jobs_revived_total', 'Dead letters to be tried again.', revivedOf),
    perType.reading('latido_jobs_ended_total', 'Jobs that have ended, by how.', addEnds),
    perType.single('latido_jobs_waiting', 'Jobs that wait for a worker.', waitingOf),
    perType.single('latido_jobs_dispatched', 'Jobs that are at a worker.', dispatchedOf),
    perType.reading('latido_attempts_total', 'Attempts begun and lost, by cause.', addAttempts),
    perType.single('latido_parts_total', 'Parts of answers that were passed on.', partsOf),
    perType.reading('latido_workers', 'Workers that serve the type, by state.', addWorkers),
    perType.histogram('latido_dispatch_wait_seconds', 'From submit to first dispatch.', 'wait'),
    perType.histogram('latido_answer_seconds', "From submit to the handler's answer.", 'answer'),
  ];
}

type Read = (type: Type, labels: TypeLabels, add: Add) => void;

/** Makes metrics that have the same lines for every type. */
class PerType {
  readonly #state: State;
  readonly #labels = new WeakMap<Type, TypeLabels>();

  constructor(state: State) {
    this.#state = state;
  }

  reading(name: string, help: string, read: Read): Reading {
    const type = name.endsWith('_total') ? 'counter' : 'gauge';
    return new Reading({ name, help, type }, (add) => this.#each(add, read));
  }

  single(name: string, help: string, value: (type: Type) => number): Reading {
    return this.reading(name, help, (type, labels, add) => add(labels.own, value(type)));
  }

  histogram(name: string, help: string, which: 'wait' | 'answer'): Reading {
    const read: Read = (type, { own, buckets }, add) =>
      addHistogram(add, name, type.counts[which], own, buckets);
    return new Reading({ name, help, type: 'histogram' }, (add) => this.#each(add, read));
  }

  #each(add: Add, read: Read): void {
    for (const type of this.#state.types.values()) read(type, this.#labelsOf(type), add);
  }

  #labelsOf(type: Type): TypeLabels {
    let labels = this.#labels.get(type);
    if (labels === undefined) {
      labels = new TypeLabels(type.name);
      this.#labels.set(type, labels);
    }
    return labels;
  }
}

/** All labels of one type. */
class TypeLabels {
  readonly own: Labels;
  readonly ends: readonly Labels[];
  readonly dispatch: Labels;
  readonly adopted: Labels;
  readonly lost: readonly Labels[];
  readonly states: readonly Labels[];
  readonly buckets: readonly Labels[];

  constructor(type: string) {
    this.own = { type };
    this.ends = endNames.map((end) => ({ type, end }));
    this.dispatch = { type, cause: 'dispatch' };
    this.adopted = { type, cause: 'adopted' };
    this.lost = lostCauses.map((cause) => ({ type, cause }));
    this.states = seenStates.map((state) => ({ type, state }));
    this.buckets = bucketLabels(this.own);
  }
}

function submittedOf(type: Type): number {
  return type.counts.submitted;
}

function revivedOf(type: Type): number {
  return type.counts.revived;
}

function waitingOf(type: Type): number {
  return type.waiting;
}

function dispatchedOf(type: Type): number {
  return type.dispatched;
}

function partsOf(type: Type): number {
  return type.counts.parts;
}

function addEnds(type: Type, { ends }: TypeLabels, add: Add): void {
  for (let at = 0; at < ends.length; at++) add(ends[at]!, type.counts.ends[at]!);
}

function addAttempts({ counts }: Type, labels: TypeLabels, add: Add): void {
  add(labels.dispatch, counts.dispatches);
  add(labels.adopted, counts.adopted);
  lostCauses.forEach((cause, at) => {
    add(labels.lost[at]!, counts.lost[cause]);
  });
}

function addWorkers(type: Type, { states }: TypeLabels, add: Add): void {
  const numbers = states.map(() => 0);
  for (const worker of type.fleet.members) numbers[seenStates.indexOf(seenStateOf(worker))]!++;
  for (let at = 0; at < states.length; at++) add(states[at]!, numbers[at]!);
}
