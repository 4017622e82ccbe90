/** Who is in the picture: a few types, and the workers of each. */

import type { TypeStatus, WorkerStatus } from '../../../src/web.ts';
import type { Group } from './layout.ts';
import { byWorkerName, type Scene } from './scene.ts';

/** More types make the picture none. */
const TYPES_MAX = 12;

export interface Cast {
  readonly groups: readonly Group[];
  /** Types that are left out. */
  readonly typesBesides: number;
}

/** The types with the most jobs, by name, and each worker beside the first of its types; ghosts keep their places. */
export function castOf({ live, ghosts }: Scene): Cast {
  const shown = new Set(chosen(live.types).map(({ name }) => name));
  const workers = new Map<string, WorkerStatus[]>([...shown].map((name) => [name, []]));
  const there = [...live.workers.values(), ...[...ghosts.values()].map(({ worker }) => worker)];
  for (const worker of there.sort(byWorkerName)) {
    const home = worker.types.find((type) => shown.has(type));
    if (home !== undefined) workers.get(home)!.push(worker);
  }
  const groups = [...workers].map(([type, list]) => ({
    type,
    workers: list.map(({ key }) => key),
  }));
  return { groups, typesBesides: live.types.length - shown.size };
}

function chosen(types: readonly TypeStatus[]): readonly TypeStatus[] {
  if (types.length <= TYPES_MAX) return types;
  const weight = ({ waiting, dispatched, workers }: TypeStatus) => waiting + dispatched + workers;
  const busiest = types.toSorted((x, y) => weight(y) - weight(x)).slice(0, TYPES_MAX);
  return types.filter((type) => busiest.includes(type));
}
