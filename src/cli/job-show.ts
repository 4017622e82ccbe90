import { LatidoError } from '../errors.ts';
import type { JobShowOptions } from '../options.ts';
import type { JobView } from '../view/jobs.ts';
import { lookAt } from './broker-http.ts';
import { dispatchLines } from './dispatch-text.ts';
import { noteOf, second } from './jobs-list.ts';
import { print } from './print.ts';
import { plainText } from './table.ts';

const SHOWN_MAX = 2000;

/** `latido jobs show`: all that is known of a job. */
export async function showJob(options: JobShowOptions, id?: string): Promise<number> {
  return show(options, await jobOf(options, id));
}

/** `latido dead show`: the same of a dead letter, and of no other job. */
export async function showDead(options: JobShowOptions, id?: string): Promise<number> {
  const job = await jobOf(options, id);
  if (job.state !== 'dead') throw new LatidoError('JOB_NOT_DEAD');
  return show(options, job);
}

async function jobOf({ http }: JobShowOptions, id?: string): Promise<JobView> {
  if (id === undefined) throw new LatidoError('OPTION_INVALID', 'the id of a job is needed');
  return lookAt<JobView>(http, `/api/jobs/${encodeURIComponent(id)}`, 'losses');
}

async function show({ json }: JobShowOptions, job: JobView): Promise<number> {
  const isForPeople = !json && process.stdout.isTTY;
  await print(isForPeople ? jobText(job) : `${JSON.stringify(job)}\n`);
  return 0;
}

/** The life of a job, for people. */
export function jobText(job: JobView): string {
  const { id, type, level, state, submittedAt, endedAt, attempts, attempt } = job;
  const { losses, dispatches } = job;
  const note = state === 'done' || state === 'dead' ? (job.ending ?? '') : noteOf(job);
  const lines = [
    `${id}: ${state}${note === '' || note === state ? '' : `, ${note}`}`,
    `type ${type}, level ${level}, ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`,
    `submitted ${second(submittedAt)}${endedAt === null ? '' : `, ended ${second(endedAt)}`}`,
  ];
  if (job.options !== null) lines.push(optionsLine(job.options));
  for (const { attempt: number, worker, at, cause, message } of losses) {
    const said = message === '' ? '' : `: ${plainText(message, 500)}`;
    lines.push(`attempt ${number} at ${plainText(worker)}, ${second(at)}: ${cause}${said}`);
  }
  lines.push(...dispatches.flatMap(dispatchLines));
  if (attempt !== null) lines.push(attemptLine(attempt, endedAt !== null));
  if (job.body !== null) lines.push(bytesLine('body', job.body));
  if (job.answer !== null) lines.push(bytesLine('answer', job.answer));
  return `${lines.join('\n')}\n`;
}

function attemptLine({ worker, at }: NonNullable<JobView['attempt']>, hasEnded: boolean): string {
  const since = `${plainText(worker)}, since ${second(at)}`;
  return `${hasEnded ? 'answered by' : 'now at'} ${since}`;
}

function optionsLine(options: NonNullable<JobView['options']>): string {
  const { priority, answerTimeoutMs, attemptsMax, backoff, key, notBefore, deadline } = options;
  const { kind, ms, msMax, jitter } = backoff;
  const most = kind === 'fixed' ? '' : ` to ${msMax}`;
  return [
    `attempts-max ${attemptsMax}`,
    `backoff ${kind} ${ms}${most} ms, jitter ${jitter} %`,
    `answer-timeout ${answerTimeoutMs} ms`,
    ...(priority === 0 ? [] : [`priority ${priority}`]),
    ...(key === null ? [] : [`key ${plainText(key)}`]),
    ...(notBefore === null ? [] : [`not before ${notBefore}`]),
    ...(deadline === null ? [] : [`deadline ${deadline}`]),
  ].join(', ');
}

function bytesLine(what: string, { bytes, text, base64 }: NonNullable<JobView['body']>): string {
  if (bytes === 0) return `${what}: empty`;
  const shown = text === null ? `base64 ${base64}` : text;
  return `${what}, ${bytes} bytes: ${plainText(shown, SHOWN_MAX)}`;
}
