import type { Alert } from './alert.ts';
import { brokerAlerts } from './alerts-broker.ts';
import { jobAlerts } from './alerts-jobs.ts';
import { storeAlerts } from './alerts-store.ts';
import { workerAlerts } from './alerts-workers.ts';

/**
 * The alerts that come with Latido; grafana/alerts.yml is made from them. Windows hold five scrapes
 * at Prometheus' default of one a minute. Sums are `without` labels and not `by` labels, so that
 * those which somebody gives a broker stay on its alerts.
 */
export const alerts: readonly Alert[] = [
  ...jobAlerts,
  ...workerAlerts,
  ...brokerAlerts,
  ...storeAlerts,
];
