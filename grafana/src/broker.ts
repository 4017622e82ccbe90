import { storeNow, storeOverTime } from './durability.ts';
import { BAD, type Board, DOUBTFUL, GOOD, type Panel } from './panel.ts';
import { of, rate, risingBy, sum } from './promql.ts';

const process: readonly Panel[] = [
  {
    kind: 'figure',
    title: 'Runs for',
    tells: 'Since the broker was started last.',
    todo: 'Short, and nobody started it: its log says why it ended.',
    unit: 's',
    queries: [[`time() - max(${of('process_start_time_seconds')})`, 'up']],
    noValue: 'not there',
  },
  {
    kind: 'figure',
    title: 'Loop held up',
    tells: 'How late the event loop was at worst in the last minute.',
    todo: 'Seconds: the process was frozen, or its machine was paused.',
    unit: 's',
    queries: [[`max(${of('latido_event_loop_lag_max_seconds')})`, 'worst']],
    steps: [
      [null, GOOD],
      [0.1, DOUBTFUL],
      [1, BAD],
    ],
  },
  {
    kind: 'figure',
    title: 'Processor',
    tells: 'One core is all that the loop can use; a little more is its helpers.',
    todo: 'Near 1 for long: this broker is at its limit.',
    unit: 'percentunit',
    queries: [[sum(rate('process_cpu_seconds_total')), 'cores']],
    steps: [
      [null, GOOD],
      [0.7, DOUBTFUL],
      [0.95, BAD],
    ],
  },
  {
    kind: 'figure',
    title: 'Memory',
    tells: 'What the process has of the machine.',
    todo: 'It follows "bodies held": many or large jobs wait.',
    unit: 'bytes',
    queries: [[sum(of('process_resident_memory_bytes')), 'memory']],
  },
  {
    kind: 'figure',
    title: 'Clients',
    tells: 'Connections of clients that are open.',
    todo: 'Near --connections-max: raise that, or find who connects again and again.',
    unit: 'short',
    queries: [[sum(of('latido_connections', 'side="client"')), 'clients']],
  },
  {
    kind: 'figure',
    title: 'Versions',
    tells: 'How many versions of the broker run.',
    todo: 'More than one: an upgrade is not through.',
    unit: 'short',
    queries: [[`count(count by (version) (${of('latido_info')}))`, 'versions']],
    steps: [
      [null, GOOD],
      [2, DOUBTFUL],
    ],
  },
  {
    kind: 'lines',
    title: 'Event loop',
    tells: 'How late the loop was. It is what answers, dispatches and notices the dead.',
    todo: 'Above 0.05 s for long: the machine is too slow or too busy for this load.',
    unit: 's',
    queries: [
      [`max by (quantile) (${of('latido_event_loop_lag_seconds')})`, 'p{{quantile}}'],
      [`max(${of('latido_event_loop_lag_max_seconds')})`, 'worst'],
    ],
    steps: [
      [null, GOOD],
      [0.05, DOUBTFUL],
    ],
  },
  {
    kind: 'lines',
    title: 'Memory in parts',
    tells: 'All of the process, what JavaScript uses, and the bodies of jobs that are held.',
    todo: 'Bodies near --waiting-bytes-max: start workers, or hand large bodies over by reference.',
    unit: 'bytes',
    queries: [
      [sum(of('process_resident_memory_bytes')), 'process'],
      [sum(of('nodejs_heap_size_used_bytes')), 'JavaScript'],
      [sum(of('latido_held_bytes')), 'bodies held'],
    ],
  },
  {
    kind: 'lines',
    title: 'Processor over time',
    tells: 'Cores that the process uses, and the part that is garbage collection.',
    todo: 'Collection above a tenth: many large bodies are on their way.',
    unit: 'percentunit',
    queries: [
      [sum(rate('process_cpu_seconds_total')), 'processor'],
      [sum(rate('nodejs_gc_duration_seconds_sum')), 'garbage collection'],
    ],
  },
];

const peers: readonly Panel[] = [
  {
    kind: 'lines',
    title: 'Connections',
    tells: 'Open connections of clients and of workers, and files the process has open.',
    todo: 'Near --connections-max or `ulimit -n`: raise them.',
    unit: 'short',
    queries: [
      [sum(of('latido_connections'), 'side'), '{{side}}s'],
      [sum(of('process_open_fds')), 'open files'],
    ],
  },
  {
    kind: 'lines',
    title: 'Who speaks how',
    tells: 'Jobs taken from clients, and answers of workers that counted, by dialect.',
    todo: 'A dialect that you meant to have left: some program still speaks it.',
    unit: 'suffix: /s',
    queries: [
      [sum(rate('latido_dialect_submits_total'), 'dialect'), 'jobs, {{dialect}}'],
      [sum(rate('latido_dialect_answers_total'), 'dialect'), 'answers, {{dialect}}'],
    ],
  },
  {
    kind: 'lines',
    title: 'Clients come and go',
    tells: 'joined: a new client. back: the same one, connected again.',
    todo: 'joined and gone rise fast: a program makes a client for each job.',
    unit: 'short',
    queries: [
      [
        sum(`increase(${of('latido_client_events_total')}[$__rate_interval])`, 'event'),
        '{{event}}',
      ],
    ],
    colors: { joined: GOOD, back: 'blue', gone: BAD },
  },
  {
    kind: 'lines',
    title: 'Refused',
    tells: 'What the broker declined, by code; none: nothing was refused.',
    todo: 'docs/errors.md says for each code what to do.',
    unit: 'suffix: /s',
    queries: [[risingBy('code', 'latido_refusals_total'), '{{code}}']],
  },
  {
    kind: 'lines',
    title: 'Dropped',
    tells: 'Messages that did not follow the protocol, or for peers that do not read.',
    todo: 'Some program speaks another protocol to these ports, or a peer is frozen.',
    unit: 'suffix: /s',
    queries: [[risingBy('reason', 'latido_drops_total'), '{{reason}}']],
  },
  {
    kind: 'lines',
    title: 'Said twice, or too late',
    tells: 'Answers of attempts that were given up, and submits of jobs that were known already.',
    todo: 'Late answers with answer timeouts: --answer-timeout-ms is shorter than the handler.',
    unit: 'suffix: /s',
    queries: [
      [sum(rate('latido_stale_answers_total')), 'late answers'],
      [sum(rate('latido_repeated_submits_total')), 'repeated submits'],
    ],
  },
  {
    kind: 'lines',
    title: 'Scrapes',
    tells: 'How long Prometheus waits for the metrics of the broker.',
    todo: 'Near its timeout (10 s, as a rule): the values here have gaps.',
    unit: 's',
    queries: [[of('scrape_duration_seconds'), '{{instance}}']],
  },
];

/** Whether what is promised is kept on disk, and how the process between all others does. */
export const broker: Board = {
  uid: 'latido-broker',
  title: 'Latido: durability and broker',
  tells: 'Whether durable jobs get to the disk and how fast, and how the broker itself does.',
  byType: false,
  rows: [
    { title: 'Durability', panels: [...storeNow, ...storeOverTime] },
    { title: 'The process', panels: process },
    { title: 'Clients and workers', panels: peers },
  ],
};
