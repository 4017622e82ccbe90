import type { Type } from './type.ts';
import { type Worker, WorkerState } from './worker.ts';

/** Why a worker of the type could be given no job; in the order of `inabilities`. */
export const inabilities = ['full', 'stalled', 'away', 'leaving', 'kept'] as const;

const CANDIDATES = 8;

/** A worker that could be given the job, as it was then. */
export interface Candidate {
  readonly worker: string;
  readonly rank: number;
  readonly inflight: number;
  readonly capacity: number;
  /** What it reported; null when it has not. */
  readonly load: number | null;
  readonly penalty: number;
}

/** The workers of a type as they stood at one instant: why a job went where it went. */
export class Look {
  /** Wall-clock milliseconds. */
  readonly wall: number;
  /** The freest, at most eight, the freest first. */
  readonly candidates: readonly Candidate[];
  /** How many could be given nothing, in the order of `inabilities`. */
  readonly unable: readonly number[];

  constructor(wall: number, type: Type) {
    const freest: Worker[] = [];
    const unable = inabilities.map(() => 0);
    for (const worker of type.fleet.members) {
      if (worker.eligible) insert(freest, worker);
      else unable[whyNot(worker)]!++;
    }
    this.wall = wall;
    this.candidates = freest.map(candidateOf);
    this.unable = unable;
  }
}

/** Among the freest so far, as the heap would have it. */
function insert(freest: Worker[], worker: Worker): void {
  let at = freest.length;
  while (at > 0 && isFreer(worker, freest[at - 1]!)) at--;
  if (at === CANDIDATES) return;
  freest.splice(at, 0, worker);
  if (freest.length > CANDIDATES) freest.pop();
}

function isFreer(x: Worker, y: Worker): boolean {
  return x.key === y.key ? x.lastUsed < y.lastUsed : x.key < y.key;
}

function whyNot(worker: Worker): number {
  if (worker.state === WorkerState.STALLED) return 1;
  if (worker.state === WorkerState.AWAY) return 2;
  if (worker.leaving) return 3;
  return worker.reserved === null ? 0 : 4;
}

function candidateOf({
  shownName: worker,
  key: rank,
  inflight,
  capacity,
  hasReported,
  reported,
  penalty,
}: Worker): Candidate {
  return { worker, rank, inflight, capacity, load: hasReported ? reported : null, penalty };
}
