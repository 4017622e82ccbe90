import { BAD, DOUBTFUL, type Figure, GOOD, type Panel } from './panel.ts';
import { of, percentiles, rate, sum } from './promql.ts';

const COMMIT = 'latido_store_commit_seconds';
const COMMITS = sum(rate(`${COMMIT}_count`));
/** Above it durable submits are refused. */
const PENDING_MAX = 64 * 2 ** 20;
/** Above it folding takes turns with appends. */
const UNFOLDED_MAX = 128 * 2 ** 20;
const MIB = 2 ** 20;

/** How many jobs have used up their attempts. */
export const deadLetters: Figure = {
  kind: 'figure',
  title: 'Dead letters',
  tells: 'Durable jobs whose attempts are used up; they are kept until somebody decides.',
  todo: '`latido dead list` names their causes; `latido dead retry` and `drop` decide.',
  unit: 'short',
  queries: [[sum(of('latido_dead_letters')), 'dead letters']],
  steps: [
    [null, GOOD],
    [1, DOUBTFUL],
    [100, BAD],
  ],
  noValue: 'keeps no data',
};

/** Whether jobs at level disk are taken. */
export const durableJobs: Figure = {
  kind: 'figure',
  title: 'Durable jobs',
  tells: 'Whether jobs at level disk are taken.',
  todo: 'Refused: the disk is full or fails. Make room; the broker goes on by itself.',
  unit: 'none',
  queries: [[`min(${of('latido_store_open')})`, 'open']],
  meanings: [
    [1, 'are taken', GOOD],
    [0, 'are refused', BAD],
  ],
  noValue: 'keeps no data',
};

/** Whether what was accepted at level disk is on it, and how fast it gets there. */
export const storeNow: readonly Panel[] = [
  durableJobs,
  {
    kind: 'figure',
    title: 'Free on the disk',
    tells: 'What is left on the disk of the data directory.',
    todo: 'Make room before it is 0: from then on no durable job is taken.',
    unit: 'bytes',
    queries: [[`min(${of('latido_store_free_bytes')})`, 'free']],
    steps: [
      [null, BAD],
      [256 * MIB, DOUBTFUL],
      [1024 * MIB, GOOD],
    ],
    noValue: 'keeps no data',
  },
  deadLetters,
  {
    kind: 'figure',
    title: 'Failures of the store',
    tells: 'How often it failed in the time that is shown.',
    todo: 'STORE_FAILED again and again: the disk is going. Make a backup elsewhere.',
    unit: 'short',
    queries: [[sum(`increase(${of('latido_store_failures_total')}[$__range])`), 'failures']],
    steps: [
      [null, GOOD],
      [1, BAD],
    ],
    noValue: 'keeps no data',
  },
  {
    kind: 'figure',
    title: 'Last recovery',
    tells: 'How long the last start took to open the store and read it.',
    todo: 'A restart takes that long: many jobs wait, or the disk is slow.',
    unit: 's',
    queries: [[`max(${of('latido_store_recovery_seconds')})`, 'recovery']],
    noValue: 'keeps no data',
  },
  {
    kind: 'figure',
    title: 'Jobs read then',
    tells: 'Jobs that had not ended and were there again after the last start.',
    todo: 'Nothing: they were accepted, and go on.',
    unit: 'short',
    queries: [[sum(of('latido_store_recovered_jobs')), 'jobs']],
    noValue: 'keeps no data',
  },
];

export const storeOverTime: readonly Panel[] = [
  {
    kind: 'lines',
    title: 'Commit',
    tells: 'From the end of a turn until its records are on the disk: what a durable accept waits.',
    todo: 'Above 0.1 s: the disk is slow, or shared with others.',
    unit: 's',
    queries: percentiles(COMMIT),
    steps: [
      [null, GOOD],
      [0.1, DOUBTFUL],
    ],
  },
  {
    kind: 'heat',
    title: 'Commits by their time',
    tells: 'The same, all of them: the darker, the more commits took that long.',
    todo: 'Two bands: the disk does something else now and then.',
    unit: 's',
    of: 'buckets',
    queries: [[sum(`increase(${of(`${COMMIT}_bucket`)}[$__rate_interval])`, 'le'), '{{le}}']],
  },
  {
    kind: 'lines',
    title: 'Commits and records',
    tells: 'Each commit takes all that a turn has to write: under load, many records.',
    todo: 'Nothing: it follows the durable jobs.',
    unit: 'suffix: /s',
    queries: [
      [COMMITS, 'commits'],
      [sum(rate('latido_store_records_total')), 'records'],
    ],
  },
  {
    kind: 'lines',
    title: 'On the way to the disk',
    tells: 'Bytes of records that are not durable yet. Above the line durable submits are refused.',
    todo: 'It stays high: the disk is slower than what comes.',
    unit: 'bytes',
    queries: [[sum(of('latido_store_pending_bytes')), 'pending']],
    steps: [
      [null, GOOD],
      [PENDING_MAX, BAD],
    ],
  },
  {
    kind: 'lines',
    title: 'Fold',
    tells: 'The journal is folded into the table of jobs: what is not yet, and how fast it goes.',
    todo: 'Not folded above the line: the disk is slower than what comes.',
    unit: 'bytes',
    queries: [
      [sum(of('latido_store_unfolded_bytes')), 'not folded yet'],
      [sum(rate('latido_store_folded_bytes_total')), 'folded in a second'],
    ],
    steps: [
      [null, GOOD],
      [UNFOLDED_MAX, DOUBTFUL],
    ],
  },
  {
    kind: 'lines',
    title: 'Housework of the store',
    tells: 'The part of its time that the thread of the store folds and forgets.',
    todo: 'More than half for long: the disk is slow, or too much is forgotten at once.',
    unit: 'percentunit',
    queries: [[sum(rate('latido_store_housework_seconds_total')), 'housework']],
    steps: [
      [null, GOOD],
      [0.5, DOUBTFUL],
    ],
  },
  {
    kind: 'lines',
    title: 'Size',
    tells: 'The database with its log, and what is left on its disk.',
    todo: 'It grows: keep answers for less long (--keep-answers-ms), and see to the dead letters.',
    unit: 'bytes',
    queries: [
      [sum(of('latido_store_bytes')), 'store'],
      [`min(${of('latido_store_free_bytes')})`, 'free'],
    ],
    logarithmic: true,
  },
  {
    kind: 'lines',
    title: 'Dead letters over time',
    tells: 'How many wait for somebody to decide.',
    todo: 'It only grows: `latido dead list` names the causes.',
    unit: 'short',
    queries: [[sum(of('latido_dead_letters')), 'dead letters']],
  },
  {
    kind: 'lines',
    title: 'After a restart',
    tells: 'adopted: a worker went on with its job. broker-gone: nobody came to say so.',
    todo: 'broker-gone: workers were slower to come back than --adopt-ms.',
    unit: 'short',
    queries: [
      [
        sum(
          `increase(${of('latido_attempts_total', 'cause=~"adopted|broker-gone"')}[$__rate_interval])`,
          'cause',
        ),
        '{{cause}}',
      ],
    ],
  },
];
