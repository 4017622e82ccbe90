import { Histogram } from '../../core/histogram.ts';
import { type Labels, type Page, series } from './page.ts';
import { type MetricName, metricEntry } from './table.ts';

/** What a histogram of the core, or one like it, has counted: buckets that double, and the sum in tenths of milliseconds. */
export interface Counted {
  readonly counts: readonly number[];
  readonly sum: number;
  readonly count: number;
}

/** The lines of a metric: the labels and the value of each. */
export type Lines = readonly (readonly [Labels, number])[];

const NONE: Labels = {};

/**
 * A metric that holds nothing: its values are read from plain fields when it is scraped, so that counting costs an
 * addition.
 */
export class Reading {
  readonly name: MetricName;
  readonly #head: string;
  readonly #write: (page: Page) => void;

  constructor(name: MetricName, write: (page: Page) => void) {
    const { help, kind } = metricEntry(name);
    this.name = name;
    this.#head = `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`;
    this.#write = write;
  }

  write(page: Page): void {
    page.text(this.#head);
    this.#write(page);
  }
}

/** A metric whose lines are others from scrape to scrape, and few. */
export function lines(name: MetricName, read: () => Lines): Reading {
  return new Reading(name, (page) => {
    for (const [labels, value] of read()) page.line(series(name, labels), value);
  });
}

/** A metric of one line; of none while its value is not known. */
export function one(name: MetricName, read: () => number | null | undefined): Reading {
  const own = series(name, NONE);
  return new Reading(name, (page) => {
    const value = read();
    if (value !== null && value !== undefined) page.line(own, value);
  });
}

/** A histogram without labels; without lines when there is none. */
export function histogram(name: MetricName, counted: Counted | null): Reading {
  const buckets = new Histogram().counts.map((_, at) => {
    return series(`${name}_bucket`, { le: boundName(at) });
  });
  const sum = series(`${name}_sum`, NONE);
  const count = series(`${name}_count`, NONE);
  return new Reading(name, (page) => {
    if (counted === null) return;
    let below = 0;
    for (let at = 0; at < buckets.length; at++) {
      below += counted.counts[at]!;
      page.line(buckets[at]!, below);
    }
    page.line(sum, counted.sum / 10_000);
    page.line(count, counted.count);
  });
}

/** The upper bound of a bucket, as its label has it. */
export function boundName(at: number): string {
  const bound = Histogram.boundSeconds(at);
  return bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound);
}
