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
    found.push(about('note', 'no worker is connected, and no job waits'));
  return found;
}

function typeFindings(model: LiveModel, type: TypeStatus): Finding[] {
  const { name, state, waiting, workers, oldestMs } = type;
  const jobs = waitingText(waiting);
  const say = (level: Level, text: string) => [about(level, text, name)];
  const aged = oldestMs >= OLD_MS ? `${jobs}, the oldest for ${durationText(oldestMs)}` : jobs;
  if (state === 'paused') return say('note', `type ${name} is paused, ${aged}`);
  // Jobs that could not go to any worker yet, because of a delay, have no age.
  if (oldestMs > 0 && workers === 0) return say('bad', `no worker for type ${name}, ${jobs}`);
  if (oldestMs > 0 && isHelpless(model, type))
    return say('bad', `no worker of type ${name} is alive, ${jobs}`);
  if (oldestMs >= OLD_MS) {
    const why = isFull(model, type) ? '; all its workers are full' : '';
    return say('warning', `type ${name}: ${aged}${why}`);
  }
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

/** Whether it is known that none of its workers takes another job before it has done one. */
function isFull({ workers }: LiveModel, { name, workers: count }: TypeStatus): boolean {
  const own = [...workers.values()].filter(({ types }) => types.includes(name));
  return own.length === count && own.every(({ inflight, capacity }) => inflight >= capacity);
}

function workerFindings(model: LiveModel, state: WorkerSeenState, words: string): Finding[] {
  const found = [...model.workers.values()].filter((worker) => worker.state === state);
  const [first] = found;
  if (first === undefined) return [];
  if (found.length === 1)
    return [about('warning', `worker ${workerName(first)} is ${words}`, null, first.key)];
  return [about('warning', `${found.length} workers are ${state}: ${namesOf(found)}`)];
}

function namesOf(workers: readonly { readonly name: string; readonly key: string }[]): string {
  const names = workers.slice(0, NAMED_MAX).map(workerName).join(', ');
  return `${names}${workers.length > NAMED_MAX ? ', …' : ''}`;
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
  const gone = [...lost.values()].filter(({ key }) => !left.has(key)).reverse();
  if (gone.length > NAMED_MAX) return [manyGone(gone, now)];
  return gone.map((one) => {
    const ago = agoText(now - one.at);
    const text = `worker ${workerName(one)} is gone${withJobs([one])}, ${ago}`;
    return about('warning', text, null, one.key);
  });
}

/** In one line, lest it hides what else there is. */
function manyGone(gone: readonly WorkerHappening[], now: number): Finding {
  const ago = agoText(now - Math.max(...gone.map(({ at }) => at)));
  const names = namesOf(gone);
  return about(
    'warning',
    `${gone.length} workers are gone${withJobs(gone)}, the last ${ago}: ${names}`,
  );
}

function withJobs(gone: readonly WorkerHappening[]): string {
  const jobs = gone.reduce((sum, { inflight }) => sum + inflight, 0);
  return jobs > 0 ? ` with ${many(jobs, 'job')}` : '';
}

function about(
  level: Level,
  text: string,
  type: string | null = null,
  worker: string | null = null,
): Finding {
  return { level, text, type, worker };
}
