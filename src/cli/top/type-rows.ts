import type { LiveModel } from '../../view/model.ts';
import type { Rate } from '../../view/rates.ts';
import type { TypeStatus } from '../../view/status.ts';
import { countText, durationText, rateText } from '../../view/units.ts';
import type { Span } from '../chat/line.ts';
import type { Column } from './columns.ts';
import type { TypeSort } from './look.ts';

/** A type, and how fast its jobs come and go. */
export interface TypeRow extends TypeStatus {
  readonly rate: Rate | null;
  /** Of its workers that are listed. */
  readonly alive: number;
}

/** The types in that order. */
export function typeRows(model: LiveModel, now: number, sort: TypeSort): readonly TypeRow[] {
  const rows = model.types.map((type) => {
    const { alive, stalled, away, leaving } = model.statesOf(type.name);
    // Where not all workers are listed, those that are not count as alive.
    const unlisted = Math.max(0, type.workers - alive - stalled - away - leaving);
    return { ...type, rate: model.rate(now, type.name), alive: alive + unlisted };
  });
  if (sort === 'waiting') return rows.sort((x, y) => y.waiting - x.waiting);
  if (sort === 'name') return rows;
  return rows.sort((x, y) => (y.rate?.submitted ?? 0) - (x.rate?.submitted ?? 0));
}

export const typeColumns: readonly Column<TypeRow>[] = [
  { title: 'type', width: 10, rank: 0, isName: true, cell: ({ name }) => ['bold', name] },
  { title: 'state', width: 8, rank: 5, cell: stateCell },
  { title: 'waiting', width: 7, right: true, rank: 0, cell: waitingCell },
  { title: 'oldest', width: 7, right: true, rank: 4, cell: oldestCell },
  { title: 'in flight', width: 9, right: true, rank: 3, cell: (row) => countText(row.dispatched) },
  { title: 'workers', width: 14, right: true, rank: 1, cell: workersCell },
  { title: 'in/s', width: 5, right: true, rank: 2, cell: ({ rate }) => perSecond(rate?.submitted) },
  { title: 'out/s', width: 5, right: true, rank: 2, cell: ({ rate }) => perSecond(rate?.answered) },
  { title: 'lost', width: 5, right: true, rank: 6, cell: ({ lost }) => countText(lost) },
];

/** A rate, or a dash while it is not known. */
export function perSecond(rate: number | undefined): string {
  return rate === undefined ? '-' : rateText(rate);
}

function stateCell({ state }: TypeRow): Span {
  return state === 'open' ? state : ['warning', state];
}

function waitingCell({ waiting, oldestMs, state, alive }: TypeRow): Span {
  const isStuck = oldestMs > 0 && alive === 0 && state !== 'paused';
  return isStuck ? ['error', countText(waiting)] : countText(waiting);
}

function oldestCell({ oldestMs }: TypeRow): string {
  return oldestMs === 0 ? '-' : durationText(oldestMs);
}

function workersCell({ workers, alive }: TypeRow): Span {
  if (workers === 0) return ['warning', 'none'];
  if (alive === workers) return countText(workers);
  return ['warning', `${countText(alive)}/${countText(workers)} alive`];
}
