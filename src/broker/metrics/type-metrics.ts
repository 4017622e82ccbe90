import { Ending } from '../../core/job.ts';
import type { State } from '../../core/state.ts';
import type { Type } from '../../core/type.ts';
import { loadOf, seenStateOf, seenStates } from '../seen/status.ts';
import { Member, Members } from './members.ts';
import type { Reading } from './reading.ts';

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
const attemptCauses = ['dispatch', 'adopted', ...lostCauses];
/** A load that is beyond the last step is in `more`. */
const loadSteps = [0.2, 0.4, 0.6, 0.8, 1];
const loadNames = [...loadSteps.map(String), 'more'];

/** What only the shell knows of a type. */
export interface TypeFigures {
  /** How long the job that has waited longest has waited. */
  oldestMs(type: Type): number;
  desiredWorkers(type: Type): number;
}

/** What is shown of each type: its jobs, its attempts, its workers, its times. */
export function typeMetrics(state: State, figures: TypeFigures): Reading[] {
  const known = new TypeMembers(state);
  const types = new Members(() => known.all());
  return [
    types.single('latido_jobs_submitted_total', (type) => type.counts.submitted),
    types.single('latido_jobs_revived_total', (type) => type.counts.revived),
    types.each('latido_jobs_ended_total', 'end', endNames, readEnds),
    types.single('latido_jobs_waiting', (type) => type.waiting),
    types.single('latido_oldest_waiting_seconds', (type) => figures.oldestMs(type) / 1000),
    types.single('latido_jobs_dispatched', (type) => type.dispatched),
    types.each('latido_attempts_total', 'cause', attemptCauses, readAttempts),
    types.single('latido_parts_total', (type) => type.counts.parts),
    types.single('latido_type_paused', (type) => Number(type.paused)),
    types.single('latido_type_draining', (type) => Number(type.draining)),
    types.single('latido_desired_workers', (type) => figures.desiredWorkers(type)),
    types.each('latido_workers', 'state', seenStates, readStates),
    types.each('latido_workers_by_load', 'load', loadNames, readLoads),
    types.histogram('latido_dispatch_wait_seconds', (type) => type.counts.wait),
    types.histogram('latido_service_seconds', (type) => type.counts.service),
    types.histogram('latido_answer_seconds', (type) => type.counts.answer),
  ];
}

/** Each type's, as long as it is known. */
class TypeMembers {
  readonly #state: State;
  readonly #known = new WeakMap<Type, Member<Type>>();

  constructor(state: State) {
    this.#state = state;
  }

  all(): Member<Type>[] {
    return [...this.#state.types.values()].map((type) => this.#of(type));
  }

  #of(type: Type): Member<Type> {
    let member = this.#known.get(type);
    if (member === undefined) {
      member = new Member(type, { type: type.name });
      this.#known.set(type, member);
    }
    return member;
  }
}

function readEnds({ counts: { ends } }: Type, values: number[]): void {
  for (let at = 0; at < ends.length; at++) values[at] = ends[at]!;
}

function readAttempts({ counts }: Type, values: number[]): void {
  values[0] = counts.dispatches;
  values[1] = counts.adopted;
  for (let at = 0; at < lostCauses.length; at++) values[2 + at] = counts.lost[lostCauses[at]!];
}

function readStates({ fleet }: Type, values: number[]): void {
  for (const worker of fleet.members) values[seenStates.indexOf(seenStateOf(worker))]!++;
}

function readLoads({ fleet }: Type, values: number[]): void {
  for (const worker of fleet.members) {
    if (seenStateOf(worker) === 'away') continue;
    const load = loadOf(worker);
    let step = 0;
    while (step < loadSteps.length && load > loadSteps[step]!) step++;
    values[step]!++;
  }
}
