import { BAD, type Board, DOUBTFUL, GOOD, type Panel } from './panel.ts';
import { of, rate, sum, TYPE } from './promql.ts';

/** A worker of several types has them all in one label, with commas between. */
const SERVES = 'type=~"(.*,)?($type)(,.*)?"';
const DONE = rate('latido_worker_jobs_total', SERVES);
const CAPACITY = of('latido_worker_capacity', SERVES);
const INFLIGHT = of('latido_worker_inflight', SERVES);

const now: readonly Panel[] = [
  {
    kind: 'figure',
    title: 'Connected',
    tells: 'Workers whose connection is open.',
    todo: 'Fewer than you started: they crash, or cannot reach the broker. See their logs.',
    unit: 'short',
    queries: [[sum(of('latido_connections', 'side="worker"')), 'connected']],
    steps: [
      [null, BAD],
      [1, GOOD],
    ],
  },
  {
    kind: 'figure',
    title: 'Places',
    tells: 'Jobs that all workers together take at once.',
    todo: 'Jobs wait, and every place is taken: start workers, or raise --capacity.',
    unit: 'short',
    queries: [[sum(CAPACITY), 'places']],
  },
  {
    kind: 'figure',
    title: 'Places taken',
    tells: 'The part of all places that has a job.',
    todo: 'Near 100 % for long: no reserve is left for a worker that dies.',
    unit: 'percentunit',
    queries: [[`${sum(INFLIGHT)} / ${sum(CAPACITY)}`, 'taken']],
    steps: [
      [null, GOOD],
      [0.8, DOUBTFUL],
      [0.95, BAD],
    ],
    max: 1,
  },
  {
    kind: 'figure',
    title: 'Stalled or away',
    tells: 'Workers that are there and are given no jobs.',
    todo: 'The states below say which and since when.',
    unit: 'short',
    queries: [[`count(${of('latido_worker_state', SERVES)} > 1) or vector(0)`, 'stalled or away']],
    steps: [
      [null, GOOD],
      [1, DOUBTFUL],
    ],
  },
  {
    kind: 'figure',
    title: 'Uneven work',
    tells: 'How far workers of one type are from their mean: 0 is even, 1 very uneven.',
    todo: 'Uneven is right when machines or other work on them differ; look at the loads.',
    unit: 'percentunit',
    queries: [
      [
        `max(stddev by (type) (${DONE} / ${CAPACITY}) / (avg by (type) (${DONE} / ${CAPACITY}) > 0))`,
        'uneven',
      ],
    ],
    steps: [
      [null, GOOD],
      [0.5, DOUBTFUL],
    ],
  },
  {
    kind: 'figure',
    title: 'Without lines of their own',
    tells: 'With more than 1,000 workers none has lines here; then this says how many there are.',
    todo: 'Use "Types", and the metrics of the workers themselves (worker --http).',
    unit: 'short',
    queries: [[sum(of('latido_workers_unlisted')), 'unlisted']],
  },
];

const state: readonly Panel[] = [
  {
    kind: 'states',
    title: 'States',
    tells: 'Each worker over time. A gap: it was gone.',
    todo: 'Stalled: its handler computes without a pause. Away: its connection broke.',
    unit: 'none',
    queries: [[of('latido_worker_state', SERVES), '{{worker}}']],
    meanings: [
      [0, 'alive', GOOD],
      [1, 'leaving', 'blue'],
      [2, 'stalled', DOUBTFUL],
      [3, 'away', BAD],
    ],
    width: 16,
    height: 9,
  },
  {
    kind: 'lines',
    title: 'Come and go',
    tells: 'joined: a new process. back: the same one, connected again. gone: dead, or left.',
    todo: 'joined and gone together, again and again: workers crash. See their logs.',
    unit: 'short',
    queries: [
      [
        sum(`increase(${of('latido_worker_events_total')}[$__rate_interval])`, 'event'),
        '{{event}}',
      ],
    ],
    colors: { joined: GOOD, back: 'blue', stalled: DOUBTFUL, gone: BAD },
    height: 9,
  },
];

const spread: readonly Panel[] = [
  {
    kind: 'lines',
    title: 'Load',
    tells: 'What each worker reports: 0 idle, 1 full. Jobs go to the lowest.',
    todo: 'High on one machine only: something else runs there, and Latido gives it less.',
    unit: 'percentunit',
    queries: [[of('latido_worker_load', SERVES), '{{worker}}']],
  },
  {
    kind: 'lines',
    title: 'Jobs at each',
    tells: 'Jobs that a worker has and has not answered.',
    todo: 'It stands still at the capacity: its handlers hang.',
    unit: 'short',
    queries: [[INFLIGHT, '{{worker}}']],
  },
  {
    kind: 'lines',
    title: 'Places taken at each',
    tells: 'Its jobs as a part of its capacity.',
    todo: 'Much higher at one than at its fellows: it is slower than they are.',
    unit: 'percentunit',
    queries: [[`${INFLIGHT} / ${CAPACITY}`, '{{worker}}']],
  },
  {
    kind: 'lines',
    title: 'Jobs done by each',
    tells: 'Answers of each worker, failures included.',
    todo: 'Nothing though it has jobs: it hangs.',
    unit: 'suffix: /s',
    queries: [[DONE, '{{worker}}']],
    stacked: true,
  },
  {
    kind: 'lines',
    title: 'Share of each',
    tells: 'What a worker does, beside the mean of all that serve the same types: 1 is its share.',
    todo: 'Below 1 where the load is high is right: it gets less because it is busier.',
    unit: 'short',
    queries: [[`${DONE} / on (type) group_left () (avg by (type) (${DONE}) > 0)`, '{{worker}}']],
  },
  {
    kind: 'lines',
    title: 'Failures of each',
    tells: 'Jobs whose handler threw.',
    todo: 'At one worker only: its machine or its settings. At all: the jobs, or the code.',
    unit: 'suffix: /s',
    queries: [[rate('latido_worker_failures_total', SERVES), '{{worker}}']],
  },
];

const inside: readonly Panel[] = [
  {
    kind: 'lines',
    title: 'Time in the handler, p99',
    tells: 'Measured by the workers themselves (worker --http): from its start to its end.',
    todo: 'Far below "Time at the worker" of the type: jobs wait in the process, its loop is late.',
    unit: 's',
    queries: [
      [
        `histogram_quantile(0.99, sum by (type, le) (rate(latido_handler_seconds_bucket{${TYPE}}[$__rate_interval])))`,
        '{{type}}',
      ],
    ],
    width: 6,
  },
  {
    kind: 'lines',
    title: 'Ends of handlers',
    tells: 'cancelled: it was told to stop, or its attempt was given up.',
    todo: 'failed: see the log of the worker. cancelled: the answer timeout is too short for it.',
    unit: 'suffix: /s',
    queries: [
      [`sum by (end) (rate(latido_handler_ends_total{${TYPE}}[$__rate_interval]))`, '{{end}}'],
    ],
    colors: { ok: GOOD, failed: BAD, cancelled: 'blue' },
    width: 6,
  },
  {
    kind: 'lines',
    title: 'Handlers that run',
    tells: 'Those included that were told to stop and do not.',
    todo: 'More than its capacity: handlers do not heed the signal of their job.',
    unit: 'short',
    queries: [[`sum by (instance) (latido_handler_running{${TYPE}})`, '{{instance}}']],
    width: 6,
  },
  {
    kind: 'lines',
    title: 'Event loop of workers',
    tells: 'How late the loop of each worker was at worst.',
    todo: 'Seconds: a handler computes without a pause, and the worker is seen as stalled.',
    unit: 's',
    queries: [
      ['latido_event_loop_lag_max_seconds and on (instance) latido_joined', '{{instance}}'],
    ],
    width: 6,
  },
];

/** Who does it, and how evenly. */
export const workers: Board = {
  uid: 'latido-workers',
  title: 'Latido: workers',
  tells: 'Who is there, what each has to do, and how evenly the work is spread.',
  byType: true,
  rows: [
    { title: 'Now', panels: now },
    { title: 'Who is there', panels: state },
    { title: 'How the work is spread', panels: spread },
    { title: 'Inside the workers (started with --http)', panels: inside },
  ],
};
