/** What the dashboards are made of, as data: who writes one thinks of queries and sentences, not of Grafana's JSON. */

/** PromQL, and the name of its series in the legend or of its column in a table. */
export type Query = readonly [expr: string, legend: string];

/** From that value on, that colour; the first one holds below all others. */
type Step = readonly [from: number | null, color: string];

/** What a value is shown as. */
type Meaning = readonly [value: number, text: string, color: string];

interface Shown {
  readonly title: string;
  /** For somebody who sees it for the first time. */
  readonly tells: string;
  /** When it looks wrong. */
  readonly todo: string;
  /** Grafana's name of it. */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** Of 24. */
  readonly width?: number;
  readonly height?: number;
  readonly steps?: readonly Step[];
  readonly meanings?: readonly Meaning[];
  readonly noValue?: string;
  readonly max?: number;
}

/** Values over time. */
export interface Lines extends Shown {
  readonly kind: 'lines';
  readonly stacked?: boolean;
  /** Colours of series whose meaning has one. */
  readonly colors?: Readonly<Record<string, string>>;
  readonly logarithmic?: boolean;
}

/** The last value, large. */
export interface Figure extends Shown {
  readonly kind: 'figure';
  /** The uid of the dashboard that says more. */
  readonly more?: string;
}

/** How many are where, over time: of buckets of a histogram, or of series that are rows by themselves. */
export interface Heat extends Shown {
  readonly kind: 'heat';
  readonly of: 'buckets' | 'rows';
}

/** A state for each series, over time. */
export interface States extends Shown {
  readonly kind: 'states';
}

/** A line for each value of a label, a column for each query; `units` are of columns that have one of their own. */
export interface Table extends Shown {
  readonly kind: 'table';
  readonly by: string;
  readonly units?: Readonly<Record<string, string>>;
}

export type Panel = Lines | Figure | Heat | States | Table;

interface Row {
  readonly title: string;
  /** A row for each value of this variable. */
  readonly repeat?: string;
  readonly panels: readonly Panel[];
}

export interface Board {
  /** Never changes: links and bookmarks lead to it. */
  readonly uid: string;
  readonly title: string;
  readonly tells: string;
  readonly rows: readonly Row[];
  /** Whether it can be looked at for some types only. */
  readonly byType: boolean;
}

export const GOOD = 'green';
export const DOUBTFUL = 'orange';
export const BAD = 'red';
