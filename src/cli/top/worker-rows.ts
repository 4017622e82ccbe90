import { type LiveModel, workerName } from '../../view/model.ts';
import type { WorkerStatus } from '../../view/status.ts';
import { countText } from '../../view/units.ts';
import type { Span } from '../chat/line.ts';
import type { Column } from './columns.ts';
import type { WorkerSort } from './look.ts';

const BAR = 8;

/** The workers in that order; those that something is wrong with stand first when the load decides. */
export function workerRows(model: LiveModel, sort: WorkerSort): readonly WorkerStatus[] {
  const rows = [...model.workers.values()];
  const order = orders[sort];
  return rows.sort((x, y) => order(y) - order(x) || compare(workerName(x), workerName(y)));
}

export const workerColumns: readonly Column<WorkerStatus>[] = [
  {
    title: 'worker',
    width: 10,
    rank: 0,
    isName: true,
    cell: (worker) => ['bold', workerName(worker)],
  },
  { title: 'types', width: 12, rank: 4, isName: true, cell: ({ types }) => types.join(',') },
  { title: 'state', width: 7, rank: 0, cell: stateCell },
  { title: 'load', width: 13, rank: 2, cell: loadCell },
  { title: 'jobs', width: 9, right: true, rank: 1, cell: jobsCell },
  { title: 'done', width: 6, right: true, rank: 3, cell: ({ done }) => countText(done) },
  { title: 'failed', width: 6, right: true, rank: 5, cell: ({ failed }) => countText(failed) },
];

/** A bar of eight signs for 0, idle, to 1, full. */
function bar(load: number): string {
  const full = Math.round(Math.max(0, Math.min(1, load)) * BAR);
  return '█'.repeat(full) + '░'.repeat(BAR - full);
}

/** By tenths: what changes by less would make the rows jump. */
const orders: Readonly<Record<WorkerSort, (worker: WorkerStatus) => number>> = {
  load: (worker) => (worker.state === 'alive' ? tenths(worker) : Number.POSITIVE_INFINITY),
  name: () => 0,
  done: ({ done }) => done,
};

function tenths({ load, inflight, capacity }: WorkerStatus): number {
  return Math.round(Math.max(load, inflight / capacity) * 10);
}

function stateCell({ state }: WorkerStatus): Span {
  return state === 'alive' ? state : ['warning', state];
}

function loadCell({ load }: WorkerStatus): Span {
  const text = `${bar(load)} ${load.toFixed(2)}`;
  return load >= 1 ? ['warning', text] : ['good', text];
}

function jobsCell({ inflight, capacity }: WorkerStatus): string {
  return `${countText(inflight)}/${countText(capacity)}`;
}

function compare(x: string, y: string): number {
  return x < y ? -1 : x > y ? 1 : 0;
}
