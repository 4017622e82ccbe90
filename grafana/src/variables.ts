import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { DATASOURCE } from './datasource.ts';

type Variable = dashboard.DatasourceVariableBuilder | dashboard.QueryVariableBuilder;

/** What can be chosen above a dashboard. */
export function variables(byType: boolean): Variable[] {
  const datasource = new dashboard.DatasourceVariableBuilder('datasource')
    .label('Prometheus')
    .description('The Prometheus that asks the brokers')
    .type('prometheus');
  const instance = chosen('instance', 'label_values(latido_info, instance)')
    .label('Broker')
    .description('The broker, as Prometheus knows it');
  if (!byType) return [datasource, instance];
  const query = 'label_values(latido_jobs_submitted_total{instance=~"$instance"}, type)';
  const type = chosen('type', query).label('Type').description('The types of jobs to look at');
  return [datasource, instance, type];
}

function chosen(name: string, query: string): dashboard.QueryVariableBuilder {
  return new dashboard.QueryVariableBuilder(name)
    .datasource(DATASOURCE)
    .query({ query, refId: name })
    .definition(query)
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .sort(dashboard.VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .current({ selected: true, text: ['All'], value: ['$__all'] });
}
