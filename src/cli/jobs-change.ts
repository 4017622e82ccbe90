import { LatidoError } from '../errors.ts';
import type { ChangeOptions, DeadChangeOptions, JobsCancelOptions } from '../options.ts';
import type { Tally } from '../view/jobs.ts';
import { order } from './broker-http.ts';
import { print } from './print.ts';

interface Filter {
  readonly state?: string;
  readonly type: string;
  readonly since: string;
  readonly until: string;
}

/** `latido jobs cancel`: one job, or all that the filter means. */
export function cancelJobs(options: JobsCancelOptions, id?: string): Promise<number> {
  const { state, type, since, until } = options;
  return change(options, { state, type, since, until }, id, '/api/jobs', 'cancel', 'cancelled');
}

/** `latido dead retry`: one dead letter, or all that the filter means. */
export function retryDead(options: DeadChangeOptions, id?: string): Promise<number> {
  const { type, since, until } = options;
  return change(options, { type, since, until }, id, '/api/dead', 'retry', 'to be tried again');
}

/** `latido dead drop`. */
export function dropDead(options: DeadChangeOptions, id?: string): Promise<number> {
  const { type, since, until } = options;
  return change(options, { type, since, until }, id, '/api/dead', 'drop', 'dropped');
}

/** 0 when it was done for all that were meant. */
async function change(
  options: ChangeOptions & { readonly all: boolean },
  filter: Filter,
  id: string | undefined,
  path: string,
  verb: string,
  done: string,
): Promise<number> {
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ''));
  refuseUnclear(id, Object.keys(given).length > 0, options.all);
  const one = id === undefined ? '' : `/${encodeURIComponent(id)}`;
  const tally = await order<Partial<Tally> & { done: number }>(
    options,
    `${path}${one}/${verb}`,
    id === undefined ? { filter: given } : {},
  );
  const isForPeople = !options.json && process.stdout.isTTY;
  const text = isForPeople ? tallyText(tally, done) : JSON.stringify(tally);
  await print(`${text}\n`);
  return tally.stopped || Object.keys(tally.skipped ?? {}).length > 0 ? 1 : 0;
}

function refuseUnclear(id: string | undefined, hasFilter: boolean, all: boolean): void {
  if (id !== undefined && (hasFilter || all)) {
    throw new LatidoError('OPTION_INVALID', 'give an id or a filter, not both');
  }
  if (id === undefined && !hasFilter && !all) {
    throw new LatidoError(
      'OPTION_INVALID',
      'an id is needed, or a filter like --type A, or --all for all of them',
    );
  }
}

/** What was done, for people. */
export function tallyText(
  { done, skipped = {}, stopped }: Partial<Tally> & { done: number },
  word: string,
): string {
  const left = Object.entries(skipped).map(([code, count]) => `, ${count} left (${code})`);
  const end = stopped ? `, then it stopped: ${stopped}` : '';
  return `${done} ${word}${left.join('')}${end}`;
}
