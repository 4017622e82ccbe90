import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { annotations } from './annotations.ts';
import { buildPanel } from './build-panel.ts';
import type { Board } from './panel.ts';
import { variables } from './variables.ts';

/** The tag that all of them have: each leads to the others by it. */
const TAG = 'latido';

/** The dashboard as Grafana has it. */
export function buildDashboard(board: Board): dashboard.Dashboard {
  const builder = new dashboard.DashboardBuilder(board.title)
    .uid(board.uid)
    .description(board.tells)
    .tags([TAG])
    .time({ from: 'now-15m', to: 'now' })
    .refresh('5s')
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .variables(variables(board.byType))
    .annotations(annotations())
    .link(toTheOthers());
  let id = 1;
  for (const { title, repeat, panels } of board.rows) {
    const row = new dashboard.RowBuilder(title).id(id++);
    builder.withRow(repeat === undefined ? row : row.repeat(repeat));
    for (const panel of panels) builder.withPanel(buildPanel(panel, id++));
  }
  return builder.build();
}

function toTheOthers(): dashboard.DashboardLinkBuilder {
  return new dashboard.DashboardLinkBuilder('Latido')
    .type(dashboard.DashboardLinkType.Dashboards)
    .tags([TAG])
    .includeVars(true)
    .keepTime(true);
}
