import type { Section } from './section.ts';

/** What the broker tells of its workers. */
export const workersSection = {
  title: 'Workers',
  intro:
    'What the broker knows of them. The label `worker` is the name of a worker where no other has it, otherwise the name with the ' +
    'beginning of its instance; beside it, `type` is all of its types, with commas between. With more than 1,000 workers none is ' +
    'listed one by one. What workers tell of themselves is [below](#workers-own).',
  metrics: {
    latido_workers: {
      kind: 'gauge',
      labels: ['type', 'state'],
      help:
        'Workers that serve the type: `alive`, `stalled` (connected, but its loop does not turn), `away` (its connection ended, its ' +
        'process lives), `leaving`. A worker of several types counts in each.',
      todo: 'None `alive`: start some. `stalled`: a handler blocks the loop, or the machine is overloaded.',
    },
    latido_workers_by_load: {
      kind: 'gauge',
      labels: ['type', 'load'],
      help:
        'Connected workers of the type by the load they report: each is counted once, in the step `0.2`, `0.4`, `0.6`, `0.8` or `1` ' +
        'that it does not exceed, or in `more`.',
      todo: 'Most in `1` and `more`: start workers. Far apart: machines differ, or some do other work besides.',
    },
    latido_worker_load: {
      kind: 'gauge',
      labels: ['worker', 'type'],
      help: 'The load a worker reports: 0 idle, 1 full; how full it is, of workers that report none.',
      todo: 'Near 1 on one machine only: something else runs there.',
    },
    latido_worker_inflight: {
      kind: 'gauge',
      labels: ['worker', 'type'],
      help: 'Jobs that are at a worker.',
      todo: 'It stands still at the capacity: its handlers hang, see the signal of the job and `--answer-timeout-ms`.',
    },
    latido_worker_capacity: {
      kind: 'gauge',
      labels: ['worker', 'type'],
      help: 'Jobs a worker takes at once.',
      todo: 'Handlers that wait more than they compute can take more: `--capacity`.',
    },
    latido_worker_state: {
      kind: 'gauge',
      labels: ['worker', 'type'],
      help: '0 alive, 1 leaving, 2 stalled, 3 away.',
      todo: '2 now and then: a handler computes for long without a pause. 3: its connection breaks, see the network.',
    },
    latido_worker_jobs_total: {
      kind: 'counter',
      labels: ['worker', 'type'],
      help: 'Jobs a worker has done: its handler answered.',
      todo: 'Much lower than that of others though jobs wait: it is slow or small.',
    },
    latido_worker_failures_total: {
      kind: 'counter',
      labels: ['worker', 'type'],
      help: 'Jobs whose handler threw at a worker; they are not in the jobs done.',
      todo: 'On one worker only: its machine, or what it is configured with, is the reason.',
    },
    latido_workers_unlisted: {
      kind: 'gauge',
      help: 'Workers without lines of their own: with more than 1,000 workers that is all of them.',
      todo: 'Use the metrics by type, and those of the workers themselves.',
    },
    latido_worker_events_total: {
      kind: 'counter',
      labels: ['event'],
      help: 'What workers did, or what became of them: `joined`, `back` (the same process again), `stalled`, `gone`.',
      todo: '`gone` and `joined` rise together: workers crash and are started again, see their logs. `back`: connections break.',
    },
  },
} as const satisfies Section;
