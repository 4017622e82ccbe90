import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import { DATASOURCE } from './datasource.ts';
import { of, sum } from './promql.ts';

const RESTARTS = `changes(${of('process_start_time_seconds')}[$__rate_interval]) > 0`;
const GONE = of('latido_worker_events_total', 'event="gone"');
const LOST = `${sum(`increase(${GONE}[$__rate_interval])`, 'instance')} > 0`;

/** What is marked on the time axis of every dashboard. */
export function annotations(): dashboard.AnnotationQueryBuilder[] {
  return [
    mark('Broker restarted', RESTARTS, 'red', 'The broker at {{instance}} was started again'),
    mark('Worker lost', LOST, 'orange', 'Workers of {{instance}} are gone: killed, or cut off'),
  ];
}

function mark(
  name: string,
  expr: string,
  color: string,
  text: string,
): dashboard.AnnotationQueryBuilder {
  const query = new prometheus.DataqueryBuilder().datasource(DATASOURCE);
  return new dashboard.AnnotationQueryBuilder()
    .name(name)
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor(color)
    .expr(expr)
    .step('5s')
    .titleFormat(name)
    .textFormat(text)
    .target(query.expr(expr).refId('Anno').range());
}
