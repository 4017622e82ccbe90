import type { Alert } from './alert.ts';

/** About the broker's process. */
export const brokerAlerts: readonly Alert[] = [
  {
    name: 'LatidoBrokerDown',
    severity: 'critical',
    // Longer than a supervisor takes to start it again.
    forSeconds: 30,
    expr: () => 'up{job="latido"} == 0\nor absent(up{job="latido"})',
    summary: 'A broker does not answer{{ with $labels.instance }}: {{ . }}{{ end }}',
    description:
      'Prometheus reads no metrics of it: it is down, frozen or not to be reached, or no scrape ' +
      'job is called latido.',
  },
  {
    name: 'LatidoBrokerNotReady',
    severity: 'critical',
    // Longer than --drain-ms is by default: a broker that goes down has ended by then.
    forSeconds: 30,
    expr: () => 'latido_ready == 0',
    summary: 'The broker {{ $labels.instance }} takes no jobs',
    description:
      'It was told to stop, and waits for jobs that still run or wait, as --drain-ms says.',
  },
  {
    name: 'LatidoBrokerRestarted',
    severity: 'info',
    forSeconds: 0,
    // Workers may have metrics of their own: only a broker has latido_info.
    expr: ({ window }) =>
      [
        `changes(process_start_time_seconds[${window(900)}]) > 0`,
        'and ignoring (version) latido_info',
      ].join('\n'),
    summary: 'The broker {{ $labels.instance }} was started again',
    description: '{{ $value }} times in the last 15 minutes.',
  },
  {
    name: 'LatidoEventLoopHeldUp',
    severity: 'warning',
    forSeconds: 0,
    // A worker is taken for stalled after 0.75 s. The second half: an overload, in which every
    // message waits for long. Workers' loops are their handlers' business.
    expr: ({ window }) =>
      [
        '(',
        `  max_over_time(latido_event_loop_lag_max_seconds[${window(300)}]) > 1`,
        `  or rate(latido_event_loop_lag_seconds_sum[${window(300)}])`,
        `    / rate(latido_event_loop_lag_seconds_count[${window(300)}]) > 0.1`,
        ')',
        'and ignoring (version) latido_info',
      ].join('\n'),
    summary: 'The event loop of {{ $labels.instance }} was held up',
    description:
      'Messages have waited for {{ $value | humanizeDuration }} within the last 5 minutes.',
  },
];
