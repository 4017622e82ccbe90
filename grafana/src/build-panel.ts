import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as heatmap from '@grafana/grafana-foundation-sdk/heatmap';
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as statetimeline from '@grafana/grafana-foundation-sdk/statetimeline';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import { DATASOURCE } from './datasource.ts';
import type { Figure, Heat, Lines, Panel, Query, States, Table } from './panel.ts';

type Builder =
  | timeseries.PanelBuilder
  | stat.PanelBuilder
  | heatmap.PanelBuilder
  | statetimeline.PanelBuilder
  | table.PanelBuilder;

const SIZES = {
  lines: { width: 8, height: 8 },
  figure: { width: 4, height: 4 },
  heat: { width: 8, height: 8 },
  states: { width: 24, height: 8 },
  table: { width: 24, height: 8 },
} as const;

/** The panel as Grafana has it. */
export function buildPanel(panel: Panel, id: number): Builder {
  const builder = builderOf(panel);
  const { width = SIZES[panel.kind].width, height = SIZES[panel.kind].height } = panel;
  builder
    .id(id)
    .title(panel.title)
    .description(`${panel.tells}\n\n**If it looks wrong:** ${panel.todo}`);
  builder.datasource(DATASOURCE).unit(panel.unit).span(width).height(height);
  if (panel.max !== undefined) builder.max(panel.max);
  if (panel.noValue !== undefined) builder.noValue(panel.noValue);
  addColors(builder, panel);
  panel.queries.forEach((query, at) => {
    builder.withTarget(target(panel, query, at));
  });
  return builder;
}

function builderOf(panel: Panel): Builder {
  switch (panel.kind) {
    case 'lines':
      return lines(panel);
    case 'figure':
      return figure(panel);
    case 'heat':
      return heat(panel);
    case 'states':
      return states(panel);
    case 'table':
      return tableOf(panel);
  }
}

function addColors(builder: Builder, { steps = [[null, 'green']], meanings = [] }: Panel): void {
  const thresholds = new dashboard.ThresholdsConfigBuilder().mode(
    dashboard.ThresholdsMode.Absolute,
  );
  builder.thresholds(thresholds.steps(steps.map(([value, color]) => ({ value, color }))));
  if (meanings.length === 0) return;
  const options = Object.fromEntries(
    meanings.map(([value, text, color], index) => [String(value), { text, color, index }]),
  );
  builder.mappings([{ type: dashboard.MappingType.ValueToText, options }]);
}

function target(panel: Panel, [expr, legend]: Query, at: number): prometheus.DataqueryBuilder {
  const { Heatmap, Table, TimeSeries } = prometheus.PromQueryFormat;
  const query = new prometheus.DataqueryBuilder().datasource(DATASOURCE).expr(expr);
  query.refId(refId(at)).legendFormat(legend);
  if (panel.kind === 'table') return query.instant().format(Table);
  // As it is now: a range would go on showing the last value of a broker that is not there any more.
  if (panel.kind === 'figure') return query.instant().format(TimeSeries);
  const isBuckets = panel.kind === 'heat' && panel.of === 'buckets';
  return query.range().format(isBuckets ? Heatmap : TimeSeries);
}

function refId(at: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + at);
}

function lines({ stacked, steps, colors = {}, logarithmic }: Lines): Builder {
  const builder = new timeseries.PanelBuilder()
    .min(0)
    .lineWidth(1)
    .fillOpacity(stacked ? 40 : 8);
  builder.showPoints(common.VisibilityMode.Never).legend(legend()).tooltip(tooltip());
  if (stacked) {
    builder.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal));
  }
  if (steps) {
    const { Dashed } = common.GraphThresholdsStyleMode;
    builder.thresholdsStyle(new common.GraphThresholdsStyleConfigBuilder().mode(Dashed));
  }
  if (logarithmic) {
    const { Log } = common.ScaleDistribution;
    builder.scaleDistribution(new common.ScaleDistributionConfigBuilder().type(Log).log(10));
  }
  for (const [name, fixedColor] of Object.entries(colors)) {
    builder.overrideByName(name, [{ id: 'color', value: { mode: 'fixed', fixedColor } }]);
  }
  return builder.colorScheme(
    new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.PaletteClassicByName),
  );
}

function figure({ steps, meanings, more }: Figure): Builder {
  const builder = new stat.PanelBuilder().graphMode(common.BigValueGraphMode.None);
  builder.colorMode(
    steps || meanings ? common.BigValueColorMode.Background : common.BigValueColorMode.Value,
  );
  builder.reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']));
  if (more === undefined) return builder;
  const link = new dashboard.DashboardLinkBuilder('More of this');
  link.type(dashboard.DashboardLinkType.Link).url(`/d/${more}?\${__url_time_range}`);
  return builder.links([link]);
}

function heat({ unit }: Heat): Builder {
  const color = new heatmap.HeatmapColorOptionsBuilder().mode(heatmap.HeatmapColorMode.Scheme);
  const builder = new heatmap.PanelBuilder().calculate(false).cellGap(1).showLegend();
  builder.color(color.scheme('Oranges').exponent(0.5).steps(64).fill('dark-orange'));
  builder.yAxis(new heatmap.YAxisConfigBuilder().unit(unit).decimals(unit === 's' ? 0 : 1));
  const { Single } = common.TooltipDisplayMode;
  return builder.tooltip(new heatmap.HeatmapTooltipBuilder().mode(Single).yHistogram(true));
}

function states(_: States): Builder {
  return new statetimeline.PanelBuilder()
    .mergeValues(true)
    .showValue(common.VisibilityMode.Never)
    .rowHeight(0.8)
    .legend(legend())
    .tooltip(tooltip());
}

/** One query a column: they are put side by side, and each column is called as its query is. */
function tableOf({ by, queries, units = {} }: Table): Builder {
  const isOne = queries.length === 1;
  const names = queries.map(([, name], at) => [isOne ? 'Value' : `Value #${refId(at)}`, name]);
  const fields = [by, ...names.map(([field]) => field)];
  const builder = new table.PanelBuilder().showHeader(true).withTransformation({
    id: 'merge',
    options: {},
  });
  builder.withTransformation({
    id: 'organize',
    options: {
      excludeByName: { Time: true },
      indexByName: Object.fromEntries(fields.map((field, index) => [field, index])),
      renameByName: Object.fromEntries(names),
    },
  });
  for (const [name, unit] of Object.entries(units)) {
    builder.overrideByName(name, [{ id: 'unit', value: unit }]);
  }
  return builder;
}

function legend(): common.VizLegendOptionsBuilder {
  const { List } = common.LegendDisplayMode;
  const { Bottom } = common.LegendPlacement;
  return new common.VizLegendOptionsBuilder().displayMode(List).placement(Bottom).showLegend(true);
}

function tooltip(): common.VizTooltipOptionsBuilder {
  const { Multi } = common.TooltipDisplayMode;
  return new common.VizTooltipOptionsBuilder().mode(Multi).sort(common.SortOrder.Descending);
}
