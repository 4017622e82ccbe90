import type { Happening, WorkerHappening } from './live.ts';
import { type LiveModel, workerName } from './model.ts';
import type { TypeStatus, WorkerSeenState } from './status.ts';
import { agoText, countText, durationText, many } from './units.ts';

/** `bad`: jobs are refused, or go nowhere. `warning`: somebody should look. `note`: it is so because somebody wanted it. */
export type Level = 'bad' | 'warning' | 'note';

/** Something that is to be known of the broker. */
export interface Finding {
  readonly level: Level;
  /** A sentence without its full stop. Names in it are those that peers gave themselves. */
  readonly text: string;
  /** The type, or the key of the worker, that it is about; null when it is about none or several. */
  readonly type: string | null;
  readonly worker: string | null;
}

const OLD_MS = 60_000;
const LATE_MS = 1000;
/** How long a worker's end is news. */
const NEWS_MS = 30_000;
const NAMED_MAX = 3;
/** They are dropped from memory when the store fails, and read again from it. */
const UNSEEN = 'and those that wait on disk are not counted';

/** What is to be known, worst first; nothing when all is well and nothing happened. */
export function findingsOf(model: LiveModel, now: number): readonly Finding[] {
  const found = [
    ...brokerFindings(model),
    ...model.types.flatMap((type) => typeFindings(model, type)),
    ...workerFindings(model, 'stalled', 'stalled: its loop does not turn'),
    ...workerFindings(model, 'away', 'away: its connection ended, its process has not'),
    ...letterFindings(model),
    ...goneFindings(model.happenings, now),
  ];
  return (['bad', 'warning', 'note'] as const).flatMap((level) =>
    found.filter((finding) => finding.level === level),
  );
}

/** One sentence: the worst there is to be known, or that all is well. */
export function healthText(findings: readonly Finding[]): string {
  const [worst] = findings;
  if (worst === undefined) return 'all is well';
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : '';
  const start = worst.level === 'note' ? 'all is well; ' : '';
  return `${start}${worst.text}${more}`;
}

/** The worst level; null when all is well. */
export function levelOf(findings: readonly Finding[]): 'bad' | 'warning' | null {
  const level = findings[0]?.level;
  return level === 'bad' || level === 'warning' ? level : null;
}

function brokerFindings({ figures, types, workers }: LiveModel): Finding[] {
  const found: Finding[] = [];
  const { store, state, lagMs } = figures ?? {};
  if (store?.state === 'failed') {
    const why = store.failure === null ? '' : ` (${store.failure})`;
    found.push(about('bad', `the store failed${why}: no durable job is taken, ${UNSEEN}`));
  }
  if (state === 'draining') found.push(about('warning', 'the broker drains: no job is taken'));
  if (lagMs !== undefined && lagMs >= LATE_MS)
    found.push(about('warning', `the broker's event loop was ${durationText(lagMs)} late`));
  if (workers.size === 0 && types.every(({ waiting }) => waiting === 0))
    found.push(about('note', 'no worker has joined yet, and no job waits'));
  return found;
}

function typeFindings(model: LiveModel, type: TypeStatus): Finding[] {
  const { name, state, waiting, workers, oldestMs } = type;
  const jobs = waitingText(waiting);
  const say = (level: Level, text: string) => [about(level, text, name)];
  if (state === 'paused') return say('note', `type ${name} is paused, ${jobs}`);
  // Jobs that could not go to any worker yet, because of a delay, have no age.
  if (oldestMs > 0 && workers === 0) return say('bad', `no worker for type ${name}, ${jobs}`);
  if (oldestMs > 0 && isHelpless(model, type))
    return say('bad', `no worker of type ${name} is alive, ${jobs}`);
  if (oldestMs >= OLD_MS)
    return say('warning', `type ${name}: ${jobs}, the oldest for ${durationText(oldestMs)}`);
  if (state === 'draining') return say('note', `type ${name} drains, ${jobs}`);
  return [];
}

function waitingText(waiting: number): string {
  if (waiting === 0) return 'no job waits';
  return waiting === 1 ? '1 job waits' : `${countText(waiting)} jobs wait`;
}

/** Whether it is known that all its workers are stalled, away or leaving. */
function isHelpless(model: LiveModel, { name, workers }: TypeStatus): boolean {
  const { alive, stalled, away, leaving } = model.statesOf(name);
  return alive === 0 && stalled + away + leaving >= workers;
}

function workerFindings(model: LiveModel, state: WorkerSeenState, words: string): Finding[] {
  const found = [...model.workers.values()].filter((worker) => worker.state === state);
  const [first] = found;
  if (first === undefined) return [];
  if (found.length === 1)
    return [about('warning', `worker ${workerName(first)} is ${words}`, null, first.key)];
  const names = found.slice(0, NAMED_MAX).map(workerName).join(', ');
  const more = found.length > NAMED_MAX ? ', …' : '';
  return [about('warning', `${found.length} workers are ${state}: ${names}${more}`)];
}

function letterFindings({ figures }: LiveModel): Finding[] {
  const count = figures?.store?.deadLetters ?? 0;
  return count === 0 ? [] : [about('warning', many(count, 'dead letter'))];
}

/** Workers that ended a moment ago without having said that they leave. */
function goneFindings(happenings: readonly Happening[], now: number): Finding[] {
  const lost = new Map<string, WorkerHappening>();
  const left = new Set<string>();
  for (const one of happenings) {
    if (one.kind !== 'worker') continue;
    if (one.event === 'leaving') left.add(one.key);
    if (one.event === 'gone' && now - one.at < NEWS_MS) lost.set(one.key, one);
    if (one.event === 'joined' || one.event === 'back') lost.delete(one.key);
  }
  return [...lost.values()]
    .filter(({ key }) => !left.has(key))
    .map((one) => {
      const jobs = one.inflight > 0 ? ` with ${many(one.inflight, 'job')}` : '';
      const ago = agoText(now - one.at);
      return about('warning', `worker ${workerName(one)} is gone${jobs}, ${ago}`, null, one.key);
    })
    .reverse();
}

function about(
  level: Level,
  text: string,
  type: string | null = null,
  worker: string | null = null,
): Finding {
  return { level, text, type, worker };
}
