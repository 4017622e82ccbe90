import type { Section } from './section.ts';

/** What a worker tells of itself with `--http`. */
export const ownSection = {
  title: "Workers' own",
  intro:
    'What a worker tells of itself on its own HTTP side (`worker --http 127.0.0.1:9465`; with `--processes N` the ports from there ' +
    'on, one for each process): `/metrics`, `/healthz`, and `/readyz`, which is 200 while the worker is joined to its broker. There ' +
    'are also `process_…`, `nodejs_…` and the two of the event loop that the broker has: a loop that is late is what makes a worker ' +
    'stalled. A program of your own has the same figures from `worker.figures()`.',
  metrics: {
    latido_handler_seconds: {
      kind: 'histogram',
      labels: ['type'],
      help: 'From the start of the handler to its end.',
      todo: 'Near `latido_service_seconds`: the handler is the slow part. Far below it: jobs wait at the worker, its loop is late.',
    },
    latido_handler_ends_total: {
      kind: 'counter',
      labels: ['type', 'end'],
      help: 'How handlers ended: `ok`, `failed` (it threw, or its answer was too large), `cancelled` (it was told to stop, or was given up).',
      todo: '`failed`: see the log of the worker. `cancelled`: with `answer-timeout` at the broker, the handler is too slow.',
    },
    latido_handler_running: {
      kind: 'gauge',
      labels: ['type'],
      help: 'Handlers that have begun and not ended, those included that were told to stop and do not.',
      todo: 'More than `latido_own_capacity`: handlers do not heed the signal of their job.',
    },
    latido_own_load: {
      kind: 'gauge',
      help: 'The load it reported last: 0 idle, 1 full.',
      todo: 'It says where that comes from: `--load`.',
    },
    latido_own_capacity: {
      kind: 'gauge',
      help: 'Jobs it takes at once.',
      todo: 'Handlers that wait more than they compute can take more: `--capacity`.',
    },
    latido_joined: {
      kind: 'gauge',
      help: '1 while it is joined to its broker, otherwise 0.',
      todo: 'Is the broker there, and is `--broker` its address?',
    },
  },
} as const satisfies Section;
