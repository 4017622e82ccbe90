import type { Alert } from './alert.ts';

/** About workers that come and go, or do neither. */
export const workerAlerts: readonly Alert[] = [
  {
    name: 'LatidoWorkersFlap',
    severity: 'warning',
    forSeconds: 0,
    // All workers may be replaced twice in that time, as a rollout and its way back do; the half more
    // is for what increase() adds at the ends of a window.
    expr: ({ window }) =>
      [
        `sum without (event) (increase(latido_worker_events_total{event="gone"}[${window(900)}]))`,
        '  > clamp_min(',
        `    2.5 * sum without (side, dialect) (avg_over_time(latido_connections{side="worker"}[${window(900)}])),`,
        '    5',
        '  )',
      ].join('\n'),
    summary: 'Workers of {{ $labels.instance }} go and come back again and again',
    description:
      'About {{ $value | humanize }} were gone in the last 15 minutes: more than twice as many as ' +
      'there are.',
  },
  {
    name: 'LatidoWorkerStalled',
    severity: 'warning',
    // Handlers that compute for seconds without a pause stall their worker, and nothing is wrong.
    forSeconds: 60,
    expr: () => 'latido_workers{state="stalled"} > 0',
    summary: 'A worker of type {{ $labels.type }} is stalled',
    description:
      '{{ $value }} workers are connected, but their event loop has not turned for a minute: they ' +
      'get no jobs, and keep those they have.',
  },
];
