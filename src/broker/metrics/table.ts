/** Every metric, once: what Prometheus is told of it and docs/metrics.md come from this table. */

import type { MetricEntry, Section } from './section.ts';
import { brokerSection, peersSection } from './table-broker.ts';
import { channelsSection, chatSection } from './table-channels.ts';
import { jobsSection } from './table-jobs.ts';
import { ownSection } from './table-own.ts';
import { storeSection } from './table-store.ts';
import { workersSection } from './table-workers.ts';

const sections = [
  jobsSection,
  workersSection,
  peersSection,
  channelsSection,
  chatSection,
  brokerSection,
  storeSection,
  ownSection,
] as const;

type NamesIn<S> = S extends { readonly metrics: infer M } ? keyof M & string : never;

export type MetricName = NamesIn<(typeof sections)[number]>;

/** In the order of the page. */
export const metricSections: readonly Section[] = sections;

const entries: ReadonlyMap<string, MetricEntry> = new Map(
  metricSections.flatMap(({ metrics }) => Object.entries(metrics)),
);

/** What the table says of a metric. */
export function metricEntry(name: MetricName): MetricEntry {
  return entries.get(name)!;
}
