import { addHistogram, bucketLabels, type Labels, Reading } from './reading.ts';
import type { StoreMeter } from './store-meter.ts';

const NONE: Labels = {};

/** What is shown of the store; a broker without one has the names and no values. */
export function storeMetrics(store: StoreMeter | null): Reading[] {
  const name = 'latido_store_commit_seconds';
  const buckets = bucketLabels(NONE);
  const codes = [...(store?.failures.keys() ?? [])].map((code) => [code, { code }] as const);
  return [
    gauge('latido_store_open', 'Whether durable jobs can be kept: 1 or 0.', store, (meter) =>
      meter.isOpen ? 1 : 0,
    ),
    new Reading(
      { name, help: 'From the end of a turn until its records are durable.', type: 'histogram' },
      (add) => {
        if (store !== null) addHistogram(add, name, store.commits, NONE, buckets);
      },
    ),
    new Reading(
      {
        name: 'latido_store_records_total',
        help: 'Records that became durable.',
        type: 'counter',
      },
      (add) => {
        if (store !== null) add(NONE, store.records);
      },
    ),
    new Reading(
      {
        name: 'latido_store_failures_total',
        help: 'How often the store failed, by code.',
        type: 'counter',
      },
      (add) => {
        for (const [code, labels] of codes) add(labels, store?.failures.get(code) ?? 0);
      },
    ),
    gauge(
      'latido_store_pending_bytes',
      'Bytes of records on their way to the disk.',
      store,
      (meter) => meter.pendingBytes,
    ),
    gauge(
      'latido_store_unfolded_bytes',
      'Bytes of the journal that are not in the table of jobs yet.',
      store,
      (meter) => meter.figures?.unfoldedBytes ?? null,
    ),
    gauge(
      'latido_store_bytes',
      'Bytes of the database and its write-ahead log.',
      store,
      (meter) => meter.bytes,
    ),
    gauge(
      'latido_dead_letters',
      'Dead letters in the table of jobs.',
      store,
      (meter) => meter.figures?.deadLetters ?? null,
    ),
  ];
}

function gauge(
  name: string,
  help: string,
  store: StoreMeter | null,
  value: (meter: StoreMeter) => number | null,
): Reading {
  return new Reading({ name, help, type: 'gauge' }, (add) => {
    const known = store === null ? null : value(store);
    if (known !== null) add(NONE, known);
  });
}
