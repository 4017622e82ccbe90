import type { StoreMeter } from '../store-meter.ts';
import {
  addHistogram,
  bucketLabels,
  counter,
  gauge,
  type Labels,
  type Lines,
  Reading,
} from './reading.ts';

const NONE: Labels = {};

/** What is shown of the store; a broker without one has the names and no values. */
export function storeMetrics(store: StoreMeter | null): Reading[] {
  const name = 'latido_store_commit_seconds';
  const buckets = bucketLabels(NONE);
  const codes = [...(store?.failures.keys() ?? [])].map((code) => [code, { code }] as const);
  return [
    gauge('latido_store_open', 'Whether durable jobs can be kept: 1 or 0.', () => {
      return known(store && Number(store.isOpen));
    }),
    new Reading(
      { name, help: 'From the end of a turn until its records are durable.', type: 'histogram' },
      (add) => {
        if (store !== null) addHistogram(add, name, store.commits, NONE, buckets);
      },
    ),
    counter('latido_store_records_total', 'Records that became durable.', () => {
      return known(store?.records);
    }),
    counter('latido_store_failures_total', 'How often the store failed, by code.', () => {
      return codes.map(([code, labels]) => [labels, store?.failures.get(code) ?? 0]);
    }),
    gauge('latido_store_pending_bytes', 'Bytes of records on their way to the disk.', () => {
      return known(store?.pendingBytes);
    }),
    gauge(
      'latido_store_unfolded_bytes',
      'Bytes of the journal that are not in the table of jobs yet.',
      () => known(store?.figures?.unfoldedBytes),
    ),
    gauge('latido_store_bytes', 'Bytes of the database and its write-ahead log.', () => {
      return known(store?.bytes);
    }),
    gauge('latido_dead_letters', 'Dead letters in the table of jobs.', () => {
      return known(store?.figures?.deadLetters);
    }),
  ];
}

/** A metric of one line; of none while its value is not known. */
function known(value: number | null | undefined): Lines {
  return value === null || value === undefined ? [] : [[NONE, value]];
}
