/** From the options of a job, as a program gives them, to what is said of it: checked. */

import { LatidoError } from '../errors.ts';
import { checkOption, type NumberOption, type Option } from '../option.ts';
import { clientOptions, idOption, submitOptions } from '../options.ts';
import { Level } from '../wire/verbs.ts';
import type { CallNumbers } from './call.ts';
import type { Backoff, CallOptions, JobLevel, SubmitOptions } from './job-options.ts';
import { type BackoffTerms, NO_TERMS, type Terms } from './kept.ts';

const LEVELS: readonly JobLevel[] = ['memory', 'disk'];
const DISK_TERMS: Terms = { ...NO_TERMS, level: Level.DISK };
/** Most ids and keys are like this, and need no closer look. */
const PLAIN = /^[0-9A-Za-z][!-~]{0,127}$/;
const KINDS = ['fixed', 'exponential'];
const BACKOFF_MS_MAX = 60_000;
const JITTER = 0.2;
/** What a Date can hold. */
const INSTANT_MAX = 8_640_000_000_000_000;
const backoffMsOption: NumberOption = submitOptions.backoffMs;

/** The name of a level on the wire. */
export function levelName(level: number): JobLevel {
  return LEVELS[level] ?? 'memory';
}

/** The numbers of a call, checked. */
export function numbersOf(options: CallOptions): CallNumbers {
  const { timeoutMs = 0, answerTimeoutMs = 0, priority = 0 } = options;
  checkOption('timeoutMs', clientOptions.timeoutMs, timeoutMs);
  checkOption('answerTimeoutMs', submitOptions.answerTimeoutMs, answerTimeoutMs);
  checkOption('priority', clientOptions.priority, priority);
  return { timeoutMs, answerTimeoutMs, priority };
}

/** Whether a call's options say what only a kept job has. */
export function isKept(options: CallOptions): boolean {
  return (
    (options.level !== undefined && options.level !== 'memory') ||
    options.id !== undefined ||
    isSpecial(options)
  );
}

/** How the job is to be kept, checked. */
export function termsOf(options: SubmitOptions, byDefault: JobLevel): Terms {
  const { level = byDefault } = options;
  if (!LEVELS.includes(level)) throw invalid('level', 'must be memory or disk', level);
  if (!isSpecial(options)) return level === 'disk' ? DISK_TERMS : NO_TERMS;
  const { delayMs = 0, at, deadline, attemptsMax = 0, backoff, key = '' } = options;
  checkOption('delayMs', submitOptions.delayMs, delayMs);
  checkOption('attemptsMax', submitOptions.attemptsMax, attemptsMax);
  if (options.key !== undefined) checkText('key', submitOptions.key, key);
  if (at !== undefined && delayMs > 0) throw invalid('at', 'must not stand beside delayMs', at);
  return {
    level: LEVELS.indexOf(level) as Level,
    delayMs,
    at: instantOf('at', at),
    deadline: instantOf('deadline', deadline),
    attemptsMax,
    backoff: backoff === undefined ? null : backoffOf(backoff),
    key,
  };
}

/** The id, if a program may give it to a job; throws OPTION_INVALID if not. */
export function checkId(id: string): string {
  return checkText('id', submitOptions.id, id);
}

/** The id, if a job can have it: one that was generated, too. */
export function checkAnyId(id: string): string {
  return checkText('id', idOption, id);
}

function isSpecial(options: SubmitOptions): boolean {
  return (
    options.delayMs !== undefined ||
    options.at !== undefined ||
    options.deadline !== undefined ||
    options.attemptsMax !== undefined ||
    options.backoff !== undefined ||
    options.key !== undefined
  );
}

function checkText(name: string, option: Option, text: string): string {
  if (!PLAIN.test(text) || typeof text !== 'string') checkOption(name, option, text);
  return text;
}

/** Milliseconds since 1970, 0 for none: an instant before that has passed all the same. */
function instantOf(name: string, given: Date | number | undefined): number {
  if (given === undefined) return 0;
  const ms = given instanceof Date ? given.getTime() : given;
  if (Number.isInteger(ms) && Math.abs(ms) <= INSTANT_MAX) return Math.max(1, ms);
  throw invalid(name, 'must be a Date, or whole milliseconds since 1970', given);
}

function backoffOf(backoff: Backoff): BackoffTerms {
  if (typeof backoff !== 'object' || backoff === null) {
    throw invalid('backoff', "must be like { kind: 'exponential', ms: 1000 }", backoff);
  }
  const { kind, ms, maxMs = Math.max(BACKOFF_MS_MAX, ms), jitter = JITTER } = backoff;
  if (!KINDS.includes(kind)) throw invalid('backoff.kind', 'must be fixed or exponential', kind);
  checkOption('backoff.ms', backoffMsOption, ms);
  checkOption('backoff.maxMs', backoffMsOption, maxMs);
  if (typeof jitter !== 'number' || !(jitter >= 0 && jitter <= 1)) {
    throw invalid('backoff.jitter', 'must be a number from 0 to 1', jitter);
  }
  const jitterPercent = Math.round(jitter * 100);
  return { kind: KINDS.indexOf(kind), jitter: jitterPercent, ms, msMax: maxMs };
}

function invalid(name: string, mustBe: string, value: unknown): LatidoError {
  const shown = typeof value === 'string' ? `'${value}'` : String(value);
  return new LatidoError('OPTION_INVALID', `option '${name}' ${mustBe}, got ${shown}`);
}
