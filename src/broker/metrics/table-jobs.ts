import type { Section } from './section.ts';

/** What is told of the jobs of each type. */
export const jobsSection = {
  title: 'Jobs',
  metrics: {
    latido_jobs_submitted_total: {
      kind: 'counter',
      labels: ['type'],
      help: 'Jobs taken from clients; refused ones and repeated submits are not in it.',
      todo: 'None come though clients run: see `latido_refusals_total` and `latido_connections`.',
    },
    latido_jobs_revived_total: {
      kind: 'counter',
      labels: ['type'],
      help: 'Dead letters that were to be tried again.',
      todo: 'Rises only when somebody retries: nothing.',
    },
    latido_jobs_ended_total: {
      kind: 'counter',
      labels: ['type', 'end'],
      help: 'Jobs that have ended: `ok`, `failed` (the handler threw), `dead` (every attempt was lost), `cancelled`, `expired`.',
      todo: '`failed`: read what the handlers throw. `dead`: `latido dead list` names the causes. `expired`: deadlines are too short, or workers too few.',
    },
    latido_jobs_waiting: {
      kind: 'gauge',
      labels: ['type'],
      help: 'Jobs that wait for a worker.',
      todo: 'It rises and rises: start workers, `latido_desired_workers` says how many; none are there, or the type is paused: see `latido_workers` and `latido_type_paused`.',
    },
    latido_oldest_waiting_seconds: {
      kind: 'gauge',
      labels: ['type'],
      help: 'How long the job has waited that has waited longest, of those that only wait for a worker; 0 when none does.',
      todo: 'As for `latido_jobs_waiting`; while that is small it is one job: `latido jobs list --state waiting` says what it waits for.',
    },
    latido_jobs_dispatched: {
      kind: 'gauge',
      labels: ['type'],
      help: 'Jobs that are at a worker.',
      todo: 'It stands still though jobs wait: the workers are full or hang, see `latido_worker_inflight` and `latido_service_seconds`.',
    },
    latido_dispatch_wait_seconds: {
      kind: 'histogram',
      labels: ['type'],
      help: 'From submit to the first dispatch.',
      todo: 'High while workers are idle: their capacity is too small, or order keys hold jobs back. High while they are full: start more.',
    },
    latido_service_seconds: {
      kind: 'histogram',
      labels: ['type'],
      help: 'From dispatch to the answer, of the attempt that counted: the time a worker takes.',
      todo: 'It grows: the handler, or what it waits for, is slower; `latido_handler_seconds` of the workers tells the handler from the way there.',
    },
    latido_answer_seconds: {
      kind: 'histogram',
      labels: ['type'],
      help: "From submit to the handler's answer (`ok` or `failed`): what a client sees.",
      todo: 'It is wait plus service plus lost attempts: the metrics of these tell which it is.',
    },
    latido_attempts_total: {
      kind: 'counter',
      labels: ['type', 'cause'],
      help:
        'Attempts begun: `dispatch`, `adopted` (a worker had the job when the broker came back); attempts lost: `answer-timeout`, ' +
        '`worker-gone`, `handed-back` (not started, by a worker that leaves), `undelivered` (it never arrived), `broker-gone` (the ' +
        'broker died, and no worker came to say that it has the job), `failed` (the handler threw: of kept jobs only).',
      todo: '`answer-timeout`: a handler hangs, or `--answer-timeout-ms` is too short for it. `worker-gone`: workers die, see their logs and the memory they may use.',
    },
    latido_parts_total: {
      kind: 'counter',
      labels: ['type'],
      help: 'Parts of answers that were passed on to clients.',
      todo: 'Nothing: it is as many as handlers send.',
    },
    latido_type_paused: {
      kind: 'gauge',
      labels: ['type'],
      help: '1 while the type is paused: its jobs wait; otherwise 0.',
      todo: 'Nobody remembers why: `latido types resume TYPE`.',
    },
    latido_type_draining: {
      kind: 'gauge',
      labels: ['type'],
      help: '1 while the type is drained: what waits is done, new jobs are refused; otherwise 0.',
      todo: 'Nobody remembers why: `latido types resume TYPE`.',
    },
    latido_desired_workers: {
      kind: 'gauge',
      labels: ['type'],
      help:
        'How many workers the type needs for what came in the last minute: jobs a second × mean time of service ÷ `--target-use` ÷ ' +
        'mean capacity of its workers, rounded up; at least 1 while jobs wait or are at a worker.',
      todo: 'Let an autoscaler follow it. It does not count what waits already: after an outage add workers by hand, or wait.',
    },
  },
  outro: [
    'Jobs that have not ended are waiting or dispatched: for each type, `submitted` plus `revived` plus the jobs that were read from ' +
      'the store is the sum over all `end` plus `waiting` plus `dispatched`, but for waiting jobs that a broker going down has ' +
      'refused. Buckets double from 0.1 ms to 14 minutes, so a percentile is exact to a factor of two.',
    'Dispatches beyond one a job are jobs that ran, or were to run, again:',
    '```\nsum(rate(latido_attempts_total{cause="dispatch"}[5m])) / sum(rate(latido_jobs_submitted_total[5m]))\n```',
  ].join('\n\n'),
} as const satisfies Section;
