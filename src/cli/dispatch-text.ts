import type { DispatchView } from '../view/jobs.ts';
import { durationText } from '../view/units.ts';
import { second } from './jobs-list.ts';
import { type Cell, plainText, table } from './table.ts';

/** Why an attempt went where it went, as lines for people. */
export function dispatchLines(dispatch: DispatchView): string[] {
  const { attempt, at, worker, rank, unable } = dispatch;
  const who = plainText(worker, 32) || 'a worker';
  const first = `attempt ${attempt} went to ${who}, ${second(at)}, at rank ${rankText(rank)}`;
  const lines = [`${first}${conditionsOf(dispatch)}`];
  lines.push(...candidateLines(dispatch));
  const could = Object.entries(unable).filter(([, count]) => count > 0);
  if (could.length > 0)
    lines.push(`  could take none: ${could.map(([why, count]) => `${count} ${why}`).join(', ')}`);
  return lines;
}

const HEADING = ['candidate', 'rank', 'jobs', 'load', 'penalty'];
const NUMBERS = new Set(HEADING.slice(1));

function candidateLines({ at, candidates, candidatesAt }: DispatchView): string[] {
  if (candidates === null || candidates.length === 0) return [];
  const before = candidatesAt === null ? 0 : Date.parse(at) - Date.parse(candidatesAt);
  const heading = before > 0 ? [`${durationText(before)} before`, ...HEADING.slice(1)] : HEADING;
  return table(heading, candidates.map(candidateRow), NUMBERS).map((line) => `  ${line}`);
}

function candidateRow(candidate: NonNullable<DispatchView['candidates']>[number]): Cell[] {
  const { worker, rank, inflight, capacity, load, penalty } = candidate;
  const jobs = `${inflight}/${capacity}`;
  const reported = load === null ? '-' : load.toFixed(2);
  return [plainText(worker, 32), rankText(rank), jobs, reported, penalty.toFixed(2)];
}

function conditionsOf({ alone, avoided }: DispatchView): string {
  const apart = avoided === null ? '' : `, and not to ${plainText(avoided, 32)}, which had lost it`;
  return `${alone ? ', to be alone there' : ''}${apart}`;
}

/** What a worker has ahead of it, in units of its capacity. */
function rankText(rank: number): string {
  return rank.toFixed(3);
}
