import type { Section } from './section.ts';

/** What is told of clients, connections and what was refused. */
export const peersSection = {
  title: 'Peers',
  metrics: {
    latido_connections: {
      kind: 'gauge',
      labels: ['side', 'dialect'],
      help: 'Connections that are open, of a `client` or a `worker`, by how they speak: `native`, `classic`, `mdp-0.1`, `mdp-0.2`, `majortomo`, `ppp`, `page`.',
      todo: 'It nears `--connections-max`: raise that and `ulimit -n`, or find who connects again and again.',
    },
    latido_dialect_submits_total: {
      kind: 'counter',
      labels: ['dialect'],
      help: 'Jobs that were taken from clients who speak so.',
      todo: 'Rises for a dialect that you meant to have left: some client still speaks it.',
    },
    latido_dialect_answers_total: {
      kind: 'counter',
      labels: ['dialect'],
      help: 'Answers of workers who speak so, of those that counted.',
      todo: 'Stands still for a dialect whose workers are there: see their load and state.',
    },
    latido_client_events_total: {
      kind: 'counter',
      labels: ['event'],
      help: 'What clients did, or what became of them: `joined`, `back` (the same process again), `gone`.',
      todo: '`joined` and `gone` rise fast: a program makes a client a job; one for its life is enough.',
    },
    latido_refusals_total: {
      kind: 'counter',
      labels: ['code'],
      help: 'Refusals told to peers.',
      todo: '[errors.md](errors.md) says for each code what to do; `BUSY` means that jobs come faster than they are done.',
    },
    latido_drops_total: {
      kind: 'counter',
      labels: ['reason'],
      help: 'Messages and records that did not follow the protocol, or came from peers that do not read.',
      todo: 'Some program speaks another protocol to these ports, or a peer is frozen.',
    },
    latido_stale_answers_total: {
      kind: 'counter',
      help: 'Answers and offers of attempts that had been given up.',
      todo: 'With `answer-timeout` in `latido_attempts_total`: `--answer-timeout-ms` is shorter than the handler.',
    },
    latido_repeated_submits_total: {
      kind: 'counter',
      help: 'Submits of jobs that were known already: they stay one job.',
      todo: 'Rises when connections break; otherwise clients hand the same ids in again.',
    },
  },
} as const satisfies Section;

/** What is told of the process. */
export const brokerSection = {
  title: 'The broker',
  metrics: {
    latido_info: {
      kind: 'gauge',
      labels: ['version'],
      help: 'Always 1; the version is a label.',
      todo: 'Two versions at once: an upgrade is not through.',
    },
    latido_ready: {
      kind: 'gauge',
      help: '1 while jobs are taken, otherwise 0.',
      todo: '0 for longer than `--drain-ms`: the broker was told to stop and has not ended.',
    },
    latido_held_bytes: {
      kind: 'gauge',
      help: 'Bytes of all bodies and kept answers; submits that would go over `--waiting-bytes-max` are refused `BUSY`.',
      todo: 'It nears that: start workers, or hand large bodies over by reference.',
    },
    latido_http_consoles: {
      kind: 'gauge',
      help: 'Live streams that are open: pages of the console, and `latido top`.',
      todo: 'At 64 the next are refused: close some.',
    },
    latido_event_loop_lag_seconds: {
      kind: 'summary',
      help: 'How late the event loop was since the last scrape; its sum and count are since the start.',
      todo: 'Above 0.05 for long: the machine is too slow or too busy for this load.',
    },
    latido_event_loop_lag_max_seconds: {
      kind: 'gauge',
      help: 'The worst of it in the last minute, and since the last scrape.',
      todo: 'Seconds: the process was frozen, or its machine was paused.',
    },
  },
  outro:
    'Besides these there are `process_…` (processor time, memory, file descriptors, start) and `nodejs_…` (heap, garbage ' +
    'collection, active resources, version), as prom-client names them. The lag that is measured leaves out the scrape itself.',
} as const satisfies Section;
