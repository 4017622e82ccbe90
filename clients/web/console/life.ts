/** The life of a job as a line of events, from what is kept of it. */

import { durationText, type JobView } from '../../../src/web.ts';
import { some } from './format.ts';
import { causeWords, waitWords } from './words.ts';

export interface LifeEvent {
  readonly kind: 'submitted' | 'dispatched' | 'lost' | 'waiting' | 'ended' | 'dead';
  /** ISO 8601; null when it is not known. */
  readonly at: string | null;
  readonly sentence: string;
  /** What the handler said, where it failed. */
  readonly detail: string;
  /** Since the event before; null when one of the two is not known. */
  readonly afterMs: number | null;
}

type Bare = Omit<LifeEvent, 'afterMs'>;

/** Oldest first. */
export function lifeOf(view: JobView): readonly LifeEvent[] {
  const events = [submitted(view), ...attempts(view), ...end(view)];
  let last: number | null = null;
  return events.map((event) => {
    const at = event.at === null ? null : Date.parse(event.at);
    const afterMs = at === null || last === null ? null : Math.max(0, at - last);
    last = at ?? last;
    return { ...event, afterMs };
  });
}

function event(kind: LifeEvent['kind'], at: string | null, sentence: string, detail = ''): Bare {
  return { kind, at, sentence, detail };
}

function submitted({ submittedAt, type, level, options }: JobView): Bare {
  const wishes = options === null ? '' : wishesOf(options);
  return event('submitted', submittedAt, `Submitted, type ${type}, level ${level}`, wishes);
}

function wishesOf(options: NonNullable<JobView['options']>): string {
  const { priority, attemptsMax, answerTimeoutMs, key, notBefore, deadline } = options;
  const wishes = [`at most ${some(attemptsMax, 'attempt')}`];
  if (answerTimeoutMs > 0) wishes.push(`an answer within ${durationText(answerTimeoutMs)}`);
  if (priority !== 0) wishes.push(`priority ${priority}`);
  if (key !== null) wishes.push(`order key ${key}`);
  if (notBefore !== null) wishes.push(`not before ${notBefore}`);
  if (deadline !== null) wishes.push(`not after ${deadline}`);
  return wishes.join(', ');
}

/** Each attempt: its dispatch where that was kept, and how it was given up. */
function attempts(view: JobView): Bare[] {
  const { losses, dispatches, attempt, attempts: last } = view;
  const numbers = new Set([...losses, ...dispatches].map((each) => each.attempt));
  if (attempt !== null) numbers.add(last);
  return [...numbers].sort((x, y) => x - y).flatMap((number) => attemptOf(view, number));
}

function attemptOf(
  { losses, dispatches, attempt, attempts: last }: JobView,
  number: number,
): Bare[] {
  const events: Bare[] = [];
  const dispatch = dispatches.find((each) => each.attempt === number);
  const begun = dispatch ?? (number === last ? attempt : null);
  if (begun)
    events.push(event('dispatched', begun.at, `Attempt ${number} went to ${begun.worker}`));
  const loss = losses.find((each) => each.attempt === number);
  if (loss === undefined) return events;
  const sentence = `Attempt ${number} at ${loss.worker} was given up: ${causeWords(loss.cause)}`;
  return [...events, event('lost', loss.at, sentence, loss.message)];
}

function end(view: JobView): Bare[] {
  const { state, ending, endedAt, waitsFor, notBefore, attempts: tried } = view;
  if (state === 'waiting') {
    const what = waitsFor === null ? '' : ` for ${waitWords(waitsFor)}`;
    const until = notBefore === null ? '' : `not before ${notBefore}`;
    return [event('waiting', null, `Waiting${what}`, until)];
  }
  if (state === 'dispatched') return [];
  if (state === 'dead') {
    return [event('dead', endedAt, `Given up after ${some(tried, 'attempt')}: a dead letter`)];
  }
  const words: Readonly<Record<string, string>> = {
    ok: 'Answered',
    failed: 'Answered: the handler failed',
    cancelled: 'Cancelled',
    expired: 'Expired: its deadline passed',
  };
  return [event('ended', endedAt, words[ending ?? 'ok'] ?? `Ended: ${ending}`)];
}
