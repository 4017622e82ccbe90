import { BAD, type Board, DOUBTFUL, GOOD, type Panel } from './panel.ts';
import { of, percentileBy, percentiles, rate, sum, TYPE } from './promql.ts';

const ENDED = 'latido_jobs_ended_total';
const SUBMITTED = sum(rate('latido_jobs_submitted_total', TYPE), 'type');

const all: Panel = {
  kind: 'table',
  title: 'All types at a glance',
  tells: 'A line for each type, as it is now.',
  todo: 'A large wait with few workers: start more. A paused type waits until it is resumed.',
  unit: 'short',
  by: 'type',
  queries: [
    [SUBMITTED, 'submitted /s'],
    [sum(rate(ENDED, TYPE, 'end="ok"'), 'type'), 'answered /s'],
    [sum(rate(ENDED, TYPE, 'end=~"failed|dead|expired"'), 'type'), 'ended badly /s'],
    [sum(of('latido_jobs_waiting', TYPE), 'type'), 'waiting'],
    [`max by (type) (${of('latido_oldest_waiting_seconds', TYPE)})`, 'longest wait'],
    [sum(of('latido_jobs_dispatched', TYPE), 'type'), 'at workers'],
    [percentileBy('type', 0.99, 'latido_answer_seconds', TYPE), 'answer p99'],
    [percentileBy('type', 0.5, 'latido_service_seconds', TYPE), 'at the worker p50'],
    [sum(of('latido_workers', TYPE, 'state="alive"'), 'type'), 'workers alive'],
    [sum(of('latido_desired_workers', TYPE), 'type'), 'workers desired'],
    [`max by (type) (${of('latido_type_paused', TYPE)})`, 'paused'],
    [`max by (type) (${of('latido_type_draining', TYPE)})`, 'draining'],
  ],
  units: {
    'longest wait': 's',
    'answer p99': 's',
    'at the worker p50': 's',
    paused: 'bool_yes_no',
    draining: 'bool_yes_no',
  },
};

const ofEach: readonly Panel[] = [
  {
    kind: 'lines',
    title: 'Arrival and answers',
    tells: 'Jobs of this type handed in, and how they end.',
    todo: 'Submitted above the rest: jobs pile up. See "Workers, and how many it takes".',
    unit: 'suffix: /s',
    queries: [
      [sum(rate('latido_jobs_submitted_total', TYPE)), 'submitted'],
      [sum(rate(ENDED, TYPE), 'end'), '{{end}}'],
    ],
    colors: { ok: GOOD, failed: BAD, dead: 'dark-red', expired: DOUBTFUL, cancelled: 'blue' },
    width: 6,
  },
  {
    kind: 'lines',
    title: 'Time at the worker',
    tells: 'From dispatch to answer, of the attempt that counted: what the handler takes.',
    todo: 'It rises with the load of the workers: their machines are full. Without: the handler.',
    unit: 's',
    queries: percentiles('latido_service_seconds', TYPE),
    width: 6,
  },
  {
    kind: 'lines',
    title: 'Wait for a worker',
    tells: 'From submit to the first dispatch; "oldest" is who waits longest now.',
    todo: 'More workers, or more capacity each.',
    unit: 's',
    queries: [
      ...percentiles('latido_dispatch_wait_seconds', TYPE),
      [`max(${of('latido_oldest_waiting_seconds', TYPE)})`, 'oldest'],
    ],
    width: 6,
  },
  {
    kind: 'heat',
    title: 'Load of its workers',
    tells: 'How many workers report which load; 0.2 is nearly idle, 1 full, more is too much.',
    todo: 'All dark at the top: too few workers. Some at the top only: slow machines among them.',
    unit: 'short',
    of: 'rows',
    queries: [[sum(of('latido_workers_by_load', TYPE), 'load'), '{{load}}']],
    width: 6,
  },
  {
    kind: 'lines',
    title: 'Waiting and at workers',
    tells: 'Jobs that no worker has yet, and jobs that are being done.',
    todo: 'Waiting grows while "at workers" is flat: every place is taken.',
    unit: 'short',
    queries: [
      [sum(of('latido_jobs_waiting', TYPE)), 'waiting'],
      [sum(of('latido_jobs_dispatched', TYPE)), 'at workers'],
    ],
    width: 6,
  },
  {
    kind: 'lines',
    title: 'Attempts by cause',
    tells: 'dispatch: a worker was given a job. All others: an attempt came to nothing, and why.',
    todo: 'worker-gone: workers die. answer-timeout: handlers hang. failed: handlers throw.',
    unit: 'suffix: /s',
    queries: [[sum(rate('latido_attempts_total', TYPE), 'cause'), '{{cause}}']],
    width: 6,
  },
  {
    kind: 'lines',
    title: 'Attempts for each job',
    tells: '1 is best: every job was dispatched once. 1.1: one in ten had to be repeated.',
    todo: 'Above 1 for long: "Attempts by cause" says why.',
    unit: 'short',
    queries: [
      [
        `${sum(rate('latido_attempts_total', TYPE, 'cause="dispatch"'))} / (${sum(rate('latido_jobs_submitted_total', TYPE))} > 0)`,
        'dispatches for each job',
      ],
    ],
    steps: [
      [null, GOOD],
      [1.1, DOUBTFUL],
    ],
    width: 6,
  },
  {
    kind: 'lines',
    title: 'Workers, and how many it takes',
    tells: 'Workers by state, and how many the arrival of the last minute asks for.',
    todo: 'Desired above alive: start more. Far below: some can go.',
    unit: 'short',
    queries: [
      [sum(of('latido_workers', TYPE), 'state'), '{{state}}'],
      [sum(of('latido_desired_workers', TYPE)), 'desired'],
    ],
    colors: { alive: GOOD, stalled: DOUBTFUL, away: BAD, leaving: 'blue', desired: 'purple' },
    width: 6,
  },
];

/** One row a type. */
export const types: Board = {
  uid: 'latido-types',
  title: 'Latido: types',
  tells: 'What comes, what waits, how long it takes and who does it: a row for each type of job.',
  byType: true,
  rows: [
    { title: 'All types', panels: [all] },
    { title: 'Type $type', repeat: 'type', panels: ofEach },
  ],
};
