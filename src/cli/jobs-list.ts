import type { DeadListOptions, JobsListOptions, LookOptions } from '../options.ts';
import type { JobLine, JobPage, LivesPage } from '../view/jobs.ts';
import { lookAt } from './broker-http.ts';
import { print } from './print.ts';
import { type Cell, plainText, table } from './table.ts';

/** `latido jobs list`: a table for people, a JSON line a job for programs. */
export function listJobs({ http, json, ...query }: JobsListOptions): Promise<number> {
  return list(http, '/api/jobs', query, json, jobsText);
}

/** `latido dead list`: the same of dead letters. */
export function listDead({ http, json, ...query }: DeadListOptions): Promise<number> {
  return list(http, '/api/dead', query, json, deadText);
}

/** `latido jobs recent`: jobs that were seen of late, newest first; of them it is known why they went where they went. */
export async function listRecent({ http, json }: LookOptions): Promise<number> {
  const { jobs } = await lookAt<LivesPage>(http, '/api/lives', 'jobs');
  await show(jobs, json, jobsText);
  return 0;
}

/** Jobs as a table. */
export function jobsText(jobs: readonly JobLine[]): string {
  const rows = jobs.map((job) => {
    const { id, type, level, state, submittedAt, attempts } = job;
    return [id, type, level, state, second(submittedAt), attempts, noteOf(job)];
  });
  return textOf(['id', 'type', 'level', 'state', 'submitted', 'attempts', 'now'], rows);
}

/** Dead letters as a table. */
export function deadText(jobs: readonly JobLine[]): string {
  const rows = jobs.map(({ id, type, endedAt, attempts, lost }) => {
    const { worker = '', cause = '', message = '' } = lost ?? {};
    const died = endedAt === null ? '' : second(endedAt);
    return [id, type, died, attempts, plainText(worker, 24), cause, plainText(message)];
  });
  return textOf(['id', 'type', 'died', 'attempts', 'last worker', 'cause', 'message'], rows);
}

/** What a job that has not ended does now, or how it ended. */
export function noteOf({ state, ending, worker, waitsFor, notBefore, lost }: JobLine): string {
  if (state === 'dispatched') return `at ${plainText(worker || 'a worker', 24)}`;
  if (waitsFor !== null)
    return notBefore === null ? waits[waitsFor] : `${waitsFor} until ${notBefore}`;
  if (state === 'dead' && lost !== null) return plainText(`${lost.cause}: ${lost.message}`);
  return ending ?? '';
}

const waits: Readonly<Record<NonNullable<JobLine['waitsFor']>, string>> = {
  worker: 'waits for a worker',
  alone: 'waits for a worker of its own',
  offer: 'waits for the worker that had it',
  key: 'waits for its turn at its key',
  delay: 'waits for its time',
  backoff: 'waits for its next attempt',
  pause: 'waits until its type is resumed',
  start: "waits for the broker's next start",
};

/** An instant to the second. */
export function second(iso: string): string {
  return iso.replace(/\.\d+Z$/, 'Z');
}

async function list(
  http: string,
  path: string,
  query: { readonly limit: number; readonly after: string },
  json: boolean,
  text: (jobs: readonly JobLine[]) => string,
): Promise<number> {
  const jobs: JobLine[] = [];
  let next: string | null = query.after;
  // What is large comes in several pages.
  while (next !== null && jobs.length < query.limit) {
    const limit = query.limit - jobs.length;
    const page: JobPage = await lookAt<JobPage>(http, path, 'jobs', {
      ...query,
      after: next,
      limit,
    });
    jobs.push(...page.jobs);
    next = page.next;
  }
  const isForPeople = await show(jobs, json, text);
  if (next !== null)
    process.stderr.write(
      isForPeople ? `more with --after ${next}\n` : `${JSON.stringify({ next })}\n`,
    );
  return 0;
}

/** Whether it was for people. */
async function show(
  jobs: readonly JobLine[],
  json: boolean,
  text: (jobs: readonly JobLine[]) => string,
): Promise<boolean> {
  const isForPeople = !json && process.stdout.isTTY;
  const lines = () => jobs.map((job) => `${JSON.stringify(job)}\n`).join('');
  await print(isForPeople ? text(jobs) : lines());
  return isForPeople;
}

function textOf(heading: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return `${table(heading, rows, NUMBERS).join('\n')}\n`;
}

const NUMBERS = new Set(['attempts']);
