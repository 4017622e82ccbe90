import type { StoreMeter } from '../store-meter.ts';
import { histogram, lines, one, type Reading } from './reading.ts';

/** What is shown of the store; a broker without one has the names and no values. */
export function storeMetrics(store: StoreMeter | null): Reading[] {
  const figures = () => store?.figures;
  return [
    one('latido_store_open', () => store && Number(store.isOpen)),
    histogram('latido_store_commit_seconds', store?.commits ?? null),
    one('latido_store_records_total', () => store?.records),
    lines('latido_store_failures_total', () => {
      return [...(store?.failures ?? [])].map(([code, count]) => [{ code }, count]);
    }),
    one('latido_store_pending_bytes', () => store?.pendingBytes),
    one('latido_store_unfolded_bytes', () => figures()?.unfoldedBytes),
    one('latido_store_folded_bytes_total', () => figures()?.foldedBytes),
    one('latido_store_housework_seconds_total', () => figures()?.houseworkSeconds),
    one('latido_store_bytes', () => store?.bytes),
    one('latido_store_free_bytes', () => store?.freeBytes),
    one('latido_dead_letters', () => figures()?.deadLetters),
    one('latido_store_recovery_seconds', () => store?.recoverySeconds),
    one('latido_store_recovered_jobs', () => store?.recoveredJobs),
  ];
}
