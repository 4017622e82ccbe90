import type { Metric, Registry } from 'prom-client';
import { Histogram } from '../../core/histogram.ts';

export type Labels = Readonly<Record<string, string | number>>;

/** One line of a metric. prom-client remembers the text of `sharedLabels` as long as the object lives. */
interface Sample {
  readonly sharedLabels: Labels;
  readonly value: number;
  /** When it is not the metric's own name. */
  readonly metricName: string | undefined;
}

export type Add = (labels: Labels, value: number, metricName?: string) => void;

export interface Description {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
}

/**
 * A metric that holds nothing: its values are read from plain fields when it is scraped, so that counting costs an
 * addition. Labels that are the same object at every scrape are made text once.
 */
export class Reading implements Description {
  readonly name: string;
  readonly help: string;
  readonly type: Description['type'];
  readonly aggregator = 'sum';
  readonly #read: (add: Add) => void;

  constructor({ name, help, type }: Description, read: (add: Add) => void) {
    this.name = name;
    this.help = help;
    this.type = type;
    this.#read = read;
  }

  /** Makes it one of the registry's metrics. */
  register(registry: Registry): void {
    registry.registerMetric(this as unknown as Metric);
  }

  /** What prom-client asks a metric for. */
  get(): Description & { readonly values: Sample[] } {
    const values: Sample[] = [];
    this.#read((sharedLabels, value, metricName) =>
      values.push({ sharedLabels, value, metricName }),
    );
    const { name, help, type } = this;
    return { name, help, type, values };
  }
}

/** The lines of a metric: the labels and the value of each. */
export type Lines = readonly (readonly [Labels, number])[];

/** A metric that only rises. */
export function counter(name: string, help: string, lines: () => Lines): Reading {
  return reading('counter', name, help, lines);
}

/** A metric that rises and falls. */
export function gauge(name: string, help: string, lines: () => Lines): Reading {
  return reading('gauge', name, help, lines);
}

/** The labels of the buckets of a histogram of the core, to be made once and kept. */
export function bucketLabels(labels: Labels): Labels[] {
  return new Histogram().counts.map((_, at) => {
    const bound = Histogram.boundSeconds(at);
    return { ...labels, le: bound === Number.POSITIVE_INFINITY ? '+Inf' : bound };
  });
}

/** Adds the lines of one histogram: its buckets, each with all that is below it, its sum in seconds and its count. */
export function addHistogram(
  add: Add,
  name: string,
  histogram: Histogram,
  labels: Labels,
  buckets: readonly Labels[],
): void {
  const bucketName = `${name}_bucket`;
  let below = 0;
  for (let at = 0; at < buckets.length; at++) {
    below += histogram.counts[at]!;
    add(buckets[at]!, below, bucketName);
  }
  add(labels, histogram.sum / 10_000, `${name}_sum`);
  add(labels, histogram.count, `${name}_count`);
}

function reading(type: 'counter' | 'gauge', name: string, help: string, lines: () => Lines) {
  return new Reading({ name, help, type }, (add) => {
    for (const [labels, value] of lines()) add(labels, value);
  });
}
