import { LatidoError } from '../../errors.ts';
import { type OptionsOf, optionsFrom } from '../../option.ts';
import {
  jobFilterOptions,
  jobPageOptions,
  letterFilterOptions,
  letterPageOptions,
} from '../../options.ts';
import type { JobFilter, StoredState } from '../../store/store.ts';

/** Which jobs are meant: all conditions must hold. */
export type JobsMeant = Pick<JobFilter, 'state' | 'type' | 'since' | 'until'>;

/** What a list is asked for. */
export interface PageAsked {
  readonly meant: JobsMeant;
  /** Where the page before ended; empty for the first. */
  readonly after: string;
  readonly limit: number;
  /** Of those that are kept, those that were submitted last come first. */
  readonly newest: boolean;
}

const UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Reads a query; throws OPTION_INVALID with a sentence that names what cannot be. */
export function jobPageFrom(query: unknown, wall: number): PageAsked {
  const { after, limit, newest, ...filter } = optionsFrom(jobPageOptions, typedIn(query));
  return { meant: meantBy(filter, wall), after, limit, newest };
}

/** The same of a query about dead letters. */
export function letterPageFrom(query: unknown, wall: number): PageAsked {
  const { after, limit, newest, ...filter } = optionsFrom(letterPageOptions, typedIn(query));
  return { meant: meantBy({ ...filter, state: 'dead' }, wall), after, limit, newest };
}

/** Reads the filter of an order that is given for many jobs. */
export function jobsMeantBy(filter: unknown, wall: number): JobsMeant {
  return meantBy(optionsFrom(jobFilterOptions, checkedFilter(filter)), wall);
}

/** The same of one for many dead letters. */
export function lettersMeantBy(filter: unknown, wall: number): JobsMeant {
  const { type, since, until } = optionsFrom(letterFilterOptions, checkedFilter(filter));
  return meantBy({ state: 'dead', type, since, until }, wall);
}

/** What is empty by mistake must not mean all of them. */
function checkedFilter(filter: unknown): object {
  if (typeof filter !== 'object' || filter === null || Array.isArray(filter)) {
    throw new LatidoError('OPTION_INVALID', 'a filter is needed, {} for all');
  }
  for (const [name, value] of Object.entries(filter)) {
    if (value === '') throw new LatidoError('OPTION_INVALID', `option '${name}' must not be empty`);
  }
  return filter;
}

function meantBy(filter: OptionsOf<typeof jobFilterOptions>, wall: number): JobsMeant {
  const { state, type, since, until } = filter;
  return {
    state: state === '' ? undefined : (state as StoredState),
    type: type === '' ? undefined : type,
    since: instantFrom('since', since, wall),
    until: instantFrom('until', until, wall),
  };
}

/** So long ago, milliseconds since 1970, or a date. */
function instantFrom(name: string, text: string, wall: number): number | undefined {
  if (text === '') return undefined;
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (unit !== undefined) return wall - Number(count) * UNITS[unit]!;
  const instant = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isNaN(instant)) return instant;
  throw new LatidoError('OPTION_INVALID', `option '${name}' must be a time, got '${text}'`);
}

/** All that a query holds is text. */
function typedIn(query: unknown): Record<string, never> {
  const { limit, newest, ...others } = query as Record<string, unknown>;
  const isNumber = typeof limit === 'string' && /^\d+$/.test(limit);
  const isFlag = newest === 'true' || newest === 'false';
  return {
    ...others,
    ...(limit === undefined ? {} : { limit: isNumber ? Number(limit) : limit }),
    ...(newest === undefined ? {} : { newest: isFlag ? newest === 'true' : newest }),
  } as never;
}
