/** Jobs that wait at a broker, put there by a client that keeps nothing of them. */

import type { Child } from './children.ts';
import type { FillerSettings } from './filler.ts';
import type { Hub } from './hub.ts';
import type { Bench } from './measurement.ts';

/** Patience with a broker that takes jobs this slowly. */
const JOBS_PER_SECOND_MIN = 5_000;
const START_MS = 30_000;

/** Starts a client that hands in durable jobs of that type when it is told to. */
export function startFiller(bench: Bench, hub: Hub, bodyBytes: number, type = 'echo'): Child {
  const settings: FillerSettings = {
    address: hub.frontend,
    jobs: 0,
    bodyBytes,
    refill: false,
    level: 'disk',
    type,
  };
  return bench.children.startWith('bench/filler.ts', settings);
}

/** Resolves when so many more jobs have been accepted at level disk; to the seconds that took. */
export async function fill(filler: Child, jobs: number): Promise<number> {
  const from = performance.now();
  filler.send({ kind: 'fill', jobs });
  await filler.next('filled', patienceMs(jobs));
  return (performance.now() - from) / 1000;
}

/** How long to wait at most for something to be done with so many jobs. */
export function patienceMs(jobs: number): number {
  return START_MS + (jobs / JOBS_PER_SECOND_MIN) * 1000;
}
