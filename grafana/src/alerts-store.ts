import type { Alert } from './alert.ts';

/** About the store and its disk; a broker that keeps no data has none of it. */
export const storeAlerts: readonly Alert[] = [
  {
    name: 'LatidoStoreFailed',
    severity: 'critical',
    forSeconds: 0,
    // The second line: a store that opens again every time, and fails again.
    expr: ({ window }) =>
      [
        'latido_store_open == 0',
        `or sum without (code) (increase(latido_store_failures_total[${window(300)}])) > 0`,
      ].join('\n'),
    summary: 'The store of {{ $labels.instance }} has failed',
    description:
      'While it is closed, jobs at level disk are refused with DISK_FULL or STORE_FAILED.',
  },
  {
    name: 'LatidoDiskNearlyFull',
    severity: 'warning',
    forSeconds: 60,
    // Two million small jobs that wait take that much: the limit of --waiting-jobs-max.
    expr: () => 'latido_store_free_bytes < 1024 ^ 3',
    summary: 'The disk of {{ $labels.instance }} is nearly full',
    description:
      '{{ $value | humanize1024 }}B are free where the data directory is. When it is full, jobs at ' +
      'level disk are refused.',
  },
  {
    name: 'LatidoCommitSlow',
    severity: 'warning',
    // As long as the window: one slow commit of a quiet broker is out of it by then.
    forSeconds: 300,
    // A disk needs 1 to 20 ms for a flush; a tenth of a second is seen by who waits for an accept.
    expr: ({ window }) =>
      `histogram_quantile(0.95, rate(latido_store_commit_seconds_bucket[${window(300)}])) > 0.25`,
    summary: 'The disk of {{ $labels.instance }} is slow',
    description:
      'One commit in twenty takes {{ $value | humanizeDuration }} or longer: so long does every ' +
      'accept at level disk.',
  },
];
