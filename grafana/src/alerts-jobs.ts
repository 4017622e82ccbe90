import type { Alert } from './alert.ts';

const DEAD = 'latido_jobs_ended_total{end="dead"}';
const DISPATCHES = 'latido_attempts_total{cause="dispatch"}';
const TIMEOUTS = 'latido_attempts_total{cause="answer-timeout"}';
/** A stalled worker may be at work and only hold its loop: it counts as one who can do the jobs. */
const SOMEBODY = 'sum without (state) (latido_workers{state=~"alive|stalled"}) > 0';

/** About jobs that are not done, or not well. */
export const jobAlerts: readonly Alert[] = [
  {
    name: 'LatidoNoWorker',
    severity: 'critical',
    // Longer than it takes to start workers again, or to replace them by newer ones.
    forSeconds: 60,
    expr: () =>
      [
        'latido_oldest_waiting_seconds > 0',
        `unless ${SOMEBODY}`,
        'unless latido_type_paused == 1',
      ].join('\n'),
    summary: 'Jobs of type {{ $labels.type }} wait, and no worker serves it',
    description:
      'The oldest has waited for {{ $value | humanizeDuration }}, and no worker of the type is ' +
      'connected to {{ $labels.instance }}.',
  },
  {
    name: 'LatidoJobsWaitTooLong',
    severity: 'warning',
    forSeconds: 60,
    // A person who waits for an answer has given up by then; raise it for batches.
    expr: ({ seconds }) =>
      [
        `latido_oldest_waiting_seconds > ${seconds(300)}`,
        `and ${SOMEBODY}`,
        'unless latido_type_paused == 1',
      ].join('\n'),
    summary: 'Jobs of type {{ $labels.type }} wait for more than 5 minutes',
    description:
      'The oldest has waited for {{ $value | humanizeDuration }}: there are workers, but too few, ' +
      'or they are stuck.',
  },
  {
    name: 'LatidoDeadLettersGrow',
    severity: 'warning',
    forSeconds: 0,
    // The second line: the first job of a type can be dead before its counter was ever read as 0.
    expr: ({ window }) =>
      [
        `increase(${DEAD}[${window(600)}]) > 0`,
        `or (${DEAD} > 0 unless ${DEAD} offset ${window(600)})`,
      ].join('\n'),
    summary: 'Jobs of type {{ $labels.type }} have died',
    description:
      'About {{ $value | humanize }} in the last 10 minutes: all their attempts failed or were lost.',
  },
  {
    name: 'LatidoAnswerTimeouts',
    severity: 'warning',
    forSeconds: 0,
    // One attempt in a hundred, and more than a few: a single job that hangs is tried again, and that is that.
    expr: ({ window }) =>
      [
        `increase(${TIMEOUTS}[${window(600)}]) >= 5`,
        'and ignoring (cause)',
        `increase(${TIMEOUTS}[${window(600)}])`,
        `  > ignoring (cause) 0.01 * increase(${DISPATCHES}[${window(600)}])`,
      ].join('\n'),
    summary: 'Jobs of type {{ $labels.type }} are not answered in time',
    description:
      'About {{ $value | humanize }} attempts of the last 10 minutes, more than 1 % of all, were ' +
      'given up after the answer timeout.',
  },
  {
    name: 'LatidoRefusals',
    severity: 'warning',
    forSeconds: 0,
    // Limits only: other codes are a client's mistake, a restart, or have an alert of their own.
    expr: ({ window }) =>
      `increase(latido_refusals_total{code=~"BUSY|.+_MAX"}[${window(300)}]) > 0`,
    summary: 'The broker refuses with {{ $labels.code }}: a limit is reached',
    description: 'About {{ $value | humanize }} times in the last 5 minutes.',
  },
];
