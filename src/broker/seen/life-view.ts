import type { Broker } from '../../core/broker.ts';
import { Ending } from '../../core/job.ts';
import { type Dispatch, type Life, stateOfLife } from '../../core/lives.ts';
import { inabilities, type Look } from '../../core/look.ts';
import type { Attempt, DispatchView, Inability, JobLine, JobView, Loss } from '../../view/jobs.ts';
import { endingName, iso, lineOfKnown, lossAfter, stateName } from './job-line.ts';

/** Jobs that were seen of late, newest first; what is known of those that are open is newer, and wins. */
export function lifeLines(now: number, broker: Broker, limit: number): JobLine[] {
  return broker.lives
    .all()
    .slice(0, limit)
    .map((life) => {
      const known = life.ending === null ? broker.inventory.find(life.id) : null;
      return known?.rare?.life === life ? lineOfKnown(now, broker, known) : lineOfLife(life);
    });
}

/** The life of a job of which nothing else is known any more. */
export function viewOfLife(life: Life): JobView {
  return {
    ...lineOfLife(life),
    options: null,
    attempt: attemptOf(life),
    losses: lossesOf(life),
    dispatches: life.dispatches.map(dispatchView),
    body: null,
    answer: null,
  };
}

/** Why the attempts at a job went where they went, as far as it is remembered. */
export function dispatchesOf({ lives }: Broker, id: string): DispatchView[] {
  return lives.find(id)?.dispatches.map(dispatchView) ?? [];
}

function lineOfLife(life: Life): JobLine {
  const { id, type, durable, submittedAt, attempts, ending, endedAt, worker } = life;
  return {
    id,
    number: null,
    type,
    level: durable ? 'disk' : 'memory',
    state: stateName(stateOfLife(life)),
    ending: ending === null ? null : endingName(ending),
    submittedAt: iso(submittedAt)!,
    endedAt: iso(endedAt),
    attempts,
    worker,
    waitsFor: null,
    notBefore: null,
    lost: lossesOf(life).at(-1) ?? null,
  };
}

/** The one that brought the answer. */
function attemptOf({ ending, dispatches }: Life): Attempt | null {
  const last = dispatches.at(-1);
  if (ending !== Ending.OK || last === undefined) return null;
  return { worker: last.worker, at: iso(last.at)! };
}

function lossesOf({ losses, submittedAt }: Life): Loss[] {
  return losses.map((loss) => lossAfter(submittedAt, loss));
}

function dispatchView(dispatch: Dispatch): DispatchView {
  const { attempt, at, worker, rank, alone, avoided, look } = dispatch;
  return {
    ...{ attempt, at: iso(at)!, worker, rank, alone, avoided },
    candidates: look === null ? null : look.candidates,
    candidatesAt: look === null ? null : iso(look.wall),
    unable: unableIn(look),
  };
}

function unableIn(look: Look | null): DispatchView['unable'] {
  const counts = inabilities.map((why, at): [Inability, number] => [why, look?.unable[at] ?? 0]);
  return Object.fromEntries(counts) as Record<Inability, number>;
}
