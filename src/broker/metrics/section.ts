/** One metric as it is described: to Prometheus, and in docs/metrics.md. */
export interface MetricEntry {
  readonly kind: 'counter' | 'gauge' | 'histogram' | 'summary';
  /** The names of its labels, without `le` and `quantile`. */
  readonly labels?: readonly string[];
  /** What it tells; one line. */
  readonly help: string;
  /** What to do when it looks wrong; one line. */
  readonly todo: string;
}

/** Metrics that are read together, and what is to be said of them all. */
export interface Section {
  readonly title: string;
  readonly intro?: string;
  readonly metrics: Readonly<Record<string, MetricEntry>>;
  /** What stands behind the table. */
  readonly outro?: string;
}
