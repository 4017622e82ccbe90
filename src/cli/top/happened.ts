import type { Happening, JobHappening, WorkerHappening } from '../../view/live.ts';
import { workerName } from '../../view/model.ts';
import { many } from '../../view/units.ts';
import type { Line, Span } from '../chat/line.ts';
import { clock } from '../log.ts';
import { plainText } from '../table.ts';

/** Jobs that meet the same at nearly the same moment are told in one line. */
const TOGETHER_MS = 1000;

/** The newest `most` things that happened, newest first. */
export function happenedLines(happenings: readonly Happening[], most: number): Line[] {
  const lines: Line[] = [];
  for (let i = happenings.length - 1; i >= 0 && lines.length < most; ) {
    const one = happenings[i]!;
    let alike = 1;
    while (isAlike(one, happenings[i - alike])) alike++;
    lines.push([['dim', `${clock(new Date(one.at))} `], happenedText(one, alike)]);
    i -= alike;
  }
  return lines;
}

function isAlike(one: Happening, other: Happening | undefined): boolean {
  if (one.kind !== 'job' || other?.kind !== 'job') return false;
  const isSame = one.event === other.event && one.type === other.type && one.cause === other.cause;
  return isSame && one.from === other.from && one.to === other.to && isSoon(one, other);
}

function isSoon(one: Happening, other: Happening): boolean {
  return Math.abs(one.at - other.at) <= TOGETHER_MS;
}

function happenedText(one: Happening, alike: number): Span {
  if (one.kind === 'worker') return workerText(one);
  if (one.kind === 'type') return `type ${plainText(one.type, 32)} ${typeWords[one.event]}`;
  return jobText(one, alike);
}

function workerText({ event, inflight, types, ...worker }: WorkerHappening): Span {
  const jobs = inflight === 0 ? '' : ` with ${many(inflight, 'job')}`;
  const of = event === 'joined' ? ` (${plainText(types.join(', '), 32)})` : '';
  const text = `worker ${plainText(workerName(worker), 32)} ${workerWords[event]}${of}${jobs}`;
  return bad.has(event) ? ['warning', text] : text;
}

function jobText({ event, id, type, attempt, cause, from, to }: JobHappening, alike: number): Span {
  const what =
    alike === 1 ? `job ${plainText(id, 32)} (${plainText(type, 24)})` : `${alike} jobs of ${type}`;
  const at = plainText(from, 24) || 'a worker';
  switch (event) {
    case 'lost':
      return ['warning', `${what}: attempt ${attempt} lost at ${at}: ${cause}`];
    case 'moved':
      return `${what} moved from ${at} to ${plainText(to ?? '', 24)}: ${cause}`;
    case 'dead':
      return ['error', `${what} dead after attempt ${attempt} at ${at}: ${cause}`];
  }
}

const bad: ReadonlySet<WorkerHappening['event']> = new Set(['stalled', 'away', 'gone']);

/** What happened to a worker, behind its name. */
export const workerWords = {
  joined: 'joined',
  back: 'is back',
  stalled: 'is stalled',
  awake: 'is awake again',
  away: 'is away',
  leaving: 'leaves',
  gone: 'is gone',
} as const satisfies Record<WorkerHappening['event'], string>;

const typeWords = { paused: 'is paused', resumed: 'is resumed', draining: 'drains' } as const;
