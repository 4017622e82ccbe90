import { deadLetters, durableJobs } from './durability.ts';
import { BAD, type Board, DOUBTFUL, type Figure, GOOD, type Lines } from './panel.ts';
import { of, percentile, percentiles, rate, risingBy, sum, TYPE } from './promql.ts';

const ENDED = 'latido_jobs_ended_total';
/** Every end that nobody wished for; who cancels a job wished it. */
const BAD_ENDS = sum(rate(ENDED, TYPE, 'end=~"failed|dead|expired"'));
const ALL_ENDS = sum(rate(ENDED, TYPE));

const wellness: readonly Figure[] = [
  {
    kind: 'figure',
    title: 'Broker',
    tells: 'Whether the broker is there and takes jobs.',
    todo: 'Is its process running? Its log says why it ended. "takes none": it was told to stop.',
    unit: 'none',
    queries: [[`min(${of('latido_ready')} or ${of('up')} - 1)`, 'ready']],
    meanings: [
      [1, 'takes jobs', GOOD],
      [0, 'takes none', BAD],
      [-1, 'not there', BAD],
    ],
    steps: [[null, BAD]],
    noValue: 'not there',
    more: 'latido-broker',
  },
  {
    kind: 'figure',
    title: 'Alerts',
    tells: 'Alerts of the rules in `alerts.yml` that fire now.',
    todo: 'The table below names them; each has its lines in docs/operating.md.',
    unit: 'short',
    queries: [['count(ALERTS{alertname=~"Latido.*", alertstate="firing"}) or vector(0)', 'firing']],
    steps: [
      [null, GOOD],
      [1, BAD],
    ],
  },
  {
    kind: 'figure',
    title: 'Answers a second',
    tells: 'Jobs that were done, and whose answer is an answer.',
    todo: 'Nothing is answered though jobs wait: look at the workers.',
    unit: 'suffix: /s',
    queries: [[sum(rate(ENDED, TYPE, 'end="ok"')), 'ok']],
  },
  {
    kind: 'figure',
    title: 'Jobs that ended badly',
    tells: 'The part of all jobs that failed, died (every attempt was lost) or expired.',
    todo: '"How jobs end" says which of these; "Types" says of which type.',
    unit: 'percentunit',
    queries: [[`${BAD_ENDS} / (${ALL_ENDS} > 0) or vector(0)`, 'bad']],
    steps: [
      [null, GOOD],
      [0.01, DOUBTFUL],
      [0.05, BAD],
    ],
    more: 'latido-types',
  },
  {
    kind: 'figure',
    title: 'Longest wait now',
    tells: 'How long the job that has waited longest has waited for a worker.',
    todo: 'Too few workers of its type, or none: "Types" shows which.',
    unit: 's',
    queries: [[`max(${of('latido_oldest_waiting_seconds', TYPE)})`, 'oldest']],
    steps: [
      [null, GOOD],
      [10, DOUBTFUL],
      [60, BAD],
    ],
    more: 'latido-types',
  },
  {
    kind: 'figure',
    title: 'Answer time, p99',
    tells: 'From submit to answer: 99 of 100 jobs take no longer. Exact to a factor of two.',
    todo: 'Compare "Wait for a worker" (more workers) with "At the worker" (the handler).',
    unit: 's',
    queries: [[`${percentile(0.99, 'latido_answer_seconds', TYPE)} >= 0`, 'p99']],
    noValue: 'none answered',
  },
  {
    kind: 'figure',
    title: 'Workers alive',
    tells: 'Places at workers that take jobs: one worker counts once for each of its types.',
    todo: 'Fewer than you started: "Workers" shows who is missing.',
    unit: 'short',
    queries: [[sum(of('latido_workers', TYPE, 'state="alive"')), 'alive']],
    steps: [
      [null, BAD],
      [1, GOOD],
    ],
    more: 'latido-workers',
  },
  {
    kind: 'figure',
    title: 'Workers not alive',
    tells: 'Workers that are stalled, away or leaving: they are given no jobs.',
    todo: 'Leaving is wanted. Stalled: a handler computes without a pause. Away: see the network.',
    unit: 'short',
    queries: [[sum(of('latido_workers', TYPE, 'state!="alive"')), 'not alive']],
    steps: [
      [null, GOOD],
      [1, DOUBTFUL],
    ],
    more: 'latido-workers',
  },
  {
    kind: 'figure',
    title: 'Jobs waiting',
    tells: 'Jobs that no worker has yet.',
    todo: 'A number that only grows: start workers, or hand in less.',
    unit: 'short',
    queries: [[sum(of('latido_jobs_waiting', TYPE)), 'waiting']],
  },
  {
    kind: 'figure',
    title: 'Jobs at workers',
    tells: 'Jobs that are being done.',
    todo: 'It stands still at the capacity of all workers: they are too few, or they hang.',
    unit: 'short',
    queries: [[sum(of('latido_jobs_dispatched', TYPE)), 'dispatched']],
  },
  { ...deadLetters, more: 'latido-broker' },
  { ...durableJobs, more: 'latido-broker' },
];

const ENDS = { ok: 'green', failed: 'red', dead: 'dark-red', expired: 'orange', cancelled: 'blue' };

const traffic: readonly Lines[] = [
  {
    kind: 'lines',
    title: 'Jobs in and out',
    tells: 'Jobs handed in, and jobs that have ended. While the broker keeps up they are one line.',
    todo: 'In above out: jobs pile up. Both fall at once: clients are gone, or refused.',
    unit: 'suffix: /s',
    queries: [
      [sum(rate('latido_jobs_submitted_total', TYPE)), 'submitted'],
      [ALL_ENDS, 'ended'],
    ],
  },
  {
    kind: 'lines',
    title: 'How jobs end',
    tells: 'ok: answered. failed: the handler threw. dead: every attempt was lost.',
    todo: 'Failed: see the log of the workers. Dead: see "Attempts lost". Expired: too slow.',
    unit: 'suffix: /s',
    queries: [[sum(rate(ENDED, TYPE), 'end'), '{{end}}']],
    colors: ENDS,
  },
  {
    kind: 'lines',
    title: 'Refused',
    tells: 'What the broker declined, by code; none: nothing was refused.',
    todo: 'docs/errors.md says for each code what to do; BUSY: jobs come faster than they are done.',
    unit: 'suffix: /s',
    queries: [[risingBy('code', 'latido_refusals_total'), '{{code}}']],
  },
  {
    kind: 'lines',
    title: 'Waiting',
    tells: 'Jobs of each type that no worker has yet, those included that wait for their time.',
    todo: 'One type only: its workers are too few or gone. All: the machine is too slow.',
    unit: 'short',
    queries: [[sum(of('latido_jobs_waiting', TYPE), 'type'), '{{type}}']],
    stacked: true,
  },
  {
    kind: 'lines',
    title: 'At workers',
    tells: 'Jobs of each type that workers have.',
    todo: 'Flat at the top: every place is taken.',
    unit: 'short',
    queries: [[sum(of('latido_jobs_dispatched', TYPE), 'type'), '{{type}}']],
    stacked: true,
  },
  {
    kind: 'lines',
    title: 'Attempts lost',
    tells: 'Attempts that came to nothing; the job was given to another worker.',
    todo: 'worker-gone: workers die. answer-timeout: handlers hang. failed: handlers throw.',
    unit: 'suffix: /s',
    queries: [
      [sum(rate('latido_attempts_total', TYPE, 'cause!~"dispatch|adopted"'), 'cause'), '{{cause}}'],
    ],
  },
];

const times: readonly Lines[] = [
  {
    kind: 'lines',
    title: 'Answer time',
    tells: 'From submit to answer: what a client waits. p99: one in a hundred takes longer.',
    todo: 'The two beside it are its parts: the larger one is the reason.',
    unit: 's',
    queries: percentiles('latido_answer_seconds', TYPE),
  },
  {
    kind: 'lines',
    title: 'Wait for a worker',
    tells: 'From submit to the first dispatch.',
    todo: 'Long: the workers of some type are too few.',
    unit: 's',
    queries: percentiles('latido_dispatch_wait_seconds', TYPE),
  },
  {
    kind: 'lines',
    title: 'At the worker',
    tells: 'From dispatch to answer, of the attempt that counted.',
    todo: 'Long: the handlers are slow, or their machines are.',
    unit: 's',
    queries: percentiles('latido_service_seconds', TYPE),
  },
];

/** Is it well? */
export const overview: Board = {
  uid: 'latido',
  title: 'Latido: overview',
  tells: 'Is it well? Green above is yes; what is not leads to the dashboard that says more.',
  byType: true,
  rows: [
    { title: 'Is it well?', panels: wellness },
    {
      title: 'Traffic',
      panels: [
        ...traffic,
        {
          kind: 'table',
          title: 'Alerts that fire, or soon will',
          tells: 'Empty is good. Pending: the condition holds, but not for long enough yet.',
          todo: 'docs/operating.md has lines for each, under its name.',
          unit: 'none',
          by: 'alertname',
          queries: [
            [
              'count by (alertname, alertstate, severity, type) (ALERTS{alertname=~"Latido.*"})',
              'how many',
            ],
          ],
          noValue: 'none',
          height: 6,
        },
      ],
    },
    { title: 'Times', panels: times },
  ],
};
