/** What happened, in sentences. */

import type {
  Happening,
  Inability,
  JobHappening,
  JobLine,
  Tally,
  TypeHappening,
  WaitsFor,
  WorkerHappening,
  WorkerSeenState,
} from '../../../src/web.ts';
import { count, cut, some } from './format.ts';

const CAUSES: Readonly<Record<string, string>> = {
  'answer-timeout': 'no answer came in time',
  'worker-gone': 'the worker was gone',
  'handed-back': 'the worker handed it back before it had started',
  undelivered: 'it never arrived',
  'broker-gone': 'the broker was started again',
  failed: 'the handler failed',
};

const WAITS: Readonly<Record<WaitsFor, string>> = {
  worker: 'a worker that is free',
  alone: 'a worker that has nothing else, because workers died with it',
  offer: 'the worker that may still have it',
  key: 'its turn: another job of its order key is under way',
  delay: 'its delay to end',
  backoff: 'its pause between two attempts to end',
  pause: 'its type to be resumed',
  start: 'the next start of the broker',
};

/** What a state of a worker means. */
export const stateSentences: Readonly<Record<WorkerSeenState | 'gone', string>> = {
  alive: 'It takes jobs.',
  stalled:
    'It is connected, but its loop does not turn: it gets no new jobs, and keeps those it has.',
  away: 'Its connection ended a moment ago: if it is not back soon, its jobs go to others.',
  leaving: 'It takes no more jobs, finishes those it runs, and leaves.',
  gone: 'It is gone: its jobs were given to others.',
};

/** Why no place was left at workers of the type. */
export const inabilityWords: Readonly<Record<Inability, string>> = {
  full: 'full',
  stalled: 'stalled',
  away: 'away',
  leaving: 'leaving',
  kept: 'kept for a job that is tried alone',
};

const SKIPPED: Readonly<Record<string, string>> = {
  JOB_OPEN: 'another job with the same id is open',
  DEADLINE_PASSED: 'the deadline has passed',
  JOB_UNKNOWN: 'not known any more',
  JOB_NOT_DEAD: 'no dead letter any more',
  JOB_ENDED: 'ended already',
};

/** Why an attempt was given up. */
export function causeWords(cause: string): string {
  return CAUSES[cause] ?? cause;
}

export function waitWords(what: WaitsFor): string {
  return WAITS[what];
}

/** A happening in one sentence. */
export function sentenceOf(happening: Happening): string {
  if (happening.kind === 'worker') return workerSentence(happening);
  return happening.kind === 'job' ? jobSentence(happening) : typeSentence(happening);
}

function workerSentence({ event, name, types, inflight }: WorkerHappening): string {
  const who = `Worker ${cut(name)}`;
  const had = inflight === 0 ? 'it had no job' : `it had ${some(inflight, 'job')}`;
  if (event === 'joined') return `${who} joined, for ${cut(types.join(', '))}`;
  if (event === 'back') return `${who} is back, with ${some(inflight, 'job')}`;
  if (event === 'stalled') return `${who} is stalled: its loop does not turn; ${had}`;
  if (event === 'awake') return `${who} is awake again`;
  if (event === 'away') return `${who} is away: its connection ended; ${had}`;
  if (event === 'leaving') return `${who} leaves; ${had}`;
  return inflight === 0 ? `${who} is gone` : `${who} is gone; ${had}`;
}

function jobSentence({ event, id, type, attempt, cause, from, to }: JobHappening): string {
  const job = `Job ${cut(id)} of type ${cut(type)}`;
  const why = causeWords(cause);
  if (event === 'moved' && from === to) return `${job} went to ${cut(from)} again: ${why}`;
  if (event === 'moved') return `${job} moved from ${cut(from)} to ${cut(to ?? '?')}: ${why}`;
  if (event === 'lost') return `${job} was lost at ${cut(from)} in attempt ${attempt}: ${why}`;
  return `${job} is a dead letter after ${some(attempt, 'attempt')}: ${why}`;
}

function typeSentence({ event, type }: TypeHappening): string {
  if (event === 'paused') return `Type ${cut(type)} is paused: its jobs wait`;
  if (event === 'resumed') return `Type ${cut(type)} goes on`;
  return `Type ${cut(type)} is draining: what waits is done, new jobs are refused`;
}

/** A job's state in a few words: `waiting for a worker that is free`, `at a1`, `answered`. */
export function stateOf({ state, ending, worker, waitsFor }: JobLine): string {
  if (state === 'waiting') {
    return waitsFor === null ? 'waiting' : `waiting for ${waitWords(waitsFor)}`;
  }
  if (state === 'dispatched') return worker === null ? 'dispatched' : `at ${worker}`;
  if (state === 'dead') return 'dead letter';
  return ending === null || ending === 'ok' ? 'answered' : ending;
}

/** What became of an order for many, `verb` as in `2 dead letters tried again`. */
export function tallyWords({ done, skipped, stopped }: Tally, noun: string, verb: string): string {
  const left = Object.entries(skipped).map(
    ([code, jobs]) =>
      `${count(jobs)} left as ${jobs === 1 ? 'it is' : 'they are'}: ${SKIPPED[code] ?? code}`,
  );
  const end = stopped === null ? [] : [`stopped before the end: ${stopped}`];
  return `${[`${some(done, noun)} ${verb}`, ...left, ...end].join('; ')}.`;
}
