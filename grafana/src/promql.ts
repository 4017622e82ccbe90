/** Pieces of PromQL that the dashboards have in common. */

const INSTANCE = 'instance=~"$instance"';
/** For what is asked of the types chosen above the dashboard, or of the one whose row it is. */
export const TYPE = 'type=~"$type"';

/** The series of a metric, of the brokers chosen above the dashboard. */
export function of(metric: string, ...matchers: string[]): string {
  return `${metric}{${[INSTANCE, ...matchers].join(', ')}}`;
}

/** How much a counter rises in a second. */
export function rate(metric: string, ...matchers: string[]): string {
  return `rate(${of(metric, ...matchers)}[$__rate_interval])`;
}

/** The sum of series, one for each value of the labels that are named. */
export function sum(series: string, ...by: string[]): string {
  return by.length === 0 ? `sum(${series})` : `sum by (${by.join(', ')}) (${series})`;
}

/** The value of a histogram that this part of what happened stays below: 0.99 for all but one in a hundred. */
export function percentile(part: number, histogram: string, ...matchers: string[]): string {
  const buckets = sum(rate(`${histogram}_bucket`, ...matchers), 'le');
  return `histogram_quantile(${part}, ${buckets})`;
}

/** The same for each value of a label. */
export function percentileBy(
  label: string,
  part: number,
  histogram: string,
  ...matchers: string[]
): string {
  const buckets = sum(rate(`${histogram}_bucket`, ...matchers), label, 'le');
  return `histogram_quantile(${part}, ${buckets})`;
}

/** The median and what one in twenty and one in a hundred takes at least. */
export function percentiles(histogram: string, ...matchers: string[]): [string, string][] {
  const parts = [0.5, 0.95, 0.99] as const;
  return parts.map((part) => [percentile(part, histogram, ...matchers), `p${part * 100}`]);
}

/** Those that rise, by a label; a line at 0 called none when nothing does. */
export function risingBy(label: string, counter: string): string {
  const none = `label_replace(vector(0), "${label}", "none", "", "")`;
  return `${sum(rate(counter), label)} > 0 or ${none}`;
}
