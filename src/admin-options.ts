/** The options of the commands that look at jobs and change them by hand; HTTP takes the filters under the same names. */

import type { OptionsOf, OptionTable } from './option.ts';
import { adminToken, dataDirectory, httpPeer, json, number, typeOption } from './option-parts.ts';

const when = {
  type: 'string',
  default: '',
  pattern:
    /^(?:\d{1,6}[smhd]|\d{1,16}|\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?)?$/,
  mustBe: 'so long ago, like 30m, 2h or 7d, or a time like 2030-01-02T03:04:05Z',
  describe: '',
} as const;

const state = {
  type: 'string',
  default: '',
  pattern: /^(?:waiting|dispatched|done|dead)?$/,
  mustBe: 'waiting, dispatched, done or dead',
  describe: 'only jobs in that state: waiting, dispatched, done or dead',
} as const;

const type = {
  ...typeOption,
  pattern: /^(?:(?!\s)[^\p{Cc}\p{Cs}]+(?<!\s))?$/u,
  describe: 'only jobs of that type',
} as const;

/** Which dead letters are meant. */
export const letterFilterOptions = {
  type,
  since: { ...when, describe: 'only jobs submitted since then: 2h, 7d, or a time' },
  until: { ...when, describe: 'only jobs submitted before then: 30m, or a time' },
} as const satisfies OptionTable;

const page = {
  limit: number(100, 1, 1000, 'how many at most'),
  newest: {
    type: 'boolean',
    default: false,
    describe: 'of the jobs that are kept, those that were submitted last come first',
  },
  after: {
    type: 'string',
    default: '',
    pattern: /^(?:\d{1,16}|m\d{1,10}\.\d{1,10})?$/,
    mustBe: 'what the list before said under next',
    describe: 'go on where the list before ended',
  },
} as const satisfies OptionTable;

/** Which jobs are meant. */
export const jobFilterOptions = { state, ...letterFilterOptions } as const satisfies OptionTable;

/** A list of them, page by page. */
export const jobPageOptions = { ...jobFilterOptions, ...page } as const satisfies OptionTable;

const look = { http: httpPeer, json } as const satisfies OptionTable;

const change = {
  http: httpPeer,
  data: {
    ...dataDirectory,
    describe: "the broker's data directory: in it is the admin token",
  },
  adminToken: {
    ...adminToken,
    describe: 'the admin token of the broker, instead of that in --data',
  },
  json,
} as const satisfies OptionTable;

const all = {
  type: 'boolean',
  default: false,
  describe: 'needed for all of them: when neither an id nor a filter is given',
} as const;

/** A list of dead letters, page by page. */
export const letterPageOptions = { ...letterFilterOptions, ...page } as const satisfies OptionTable;

/** The options of `dead list`. */
export const deadListOptions = { ...letterPageOptions, ...look } as const satisfies OptionTable;

/** The options of `dead retry` and `dead drop`. */
export const deadChangeOptions = {
  ...letterFilterOptions,
  all,
  ...change,
} as const satisfies OptionTable;

/** The options of `jobs list`. */
export const jobsListOptions = { ...jobPageOptions, ...look } as const satisfies OptionTable;

/** The options of `jobs show` and `dead show`. */
export const jobShowOptions = look;

/** The options of the commands that only look, and of nothing in particular. */
export const lookOptions = look;

/** The options of `workers list`. */
export const workersListOptions = {
  type: { ...type, describe: 'only workers that serve that type' },
  ...look,
} as const satisfies OptionTable;

/** The options of those that give an order about one type or worker. */
export const orderOptions = change;

/** The options of `top`. */
export const topOptions = {
  http: httpPeer,
  once: {
    type: 'boolean',
    default: false,
    describe: 'one picture, and no more; so it is where stdout is no terminal',
  },
  json: { ...json, describe: 'what changes, as JSON lines' },
} as const satisfies OptionTable;

/** The options of `jobs cancel`. */
export const jobsCancelOptions = {
  ...jobFilterOptions,
  all,
  ...change,
} as const satisfies OptionTable;

/** The options of `store backup`. */
export const storeBackupOptions = change;

export type DeadListOptions = OptionsOf<typeof deadListOptions>;
export type DeadChangeOptions = OptionsOf<typeof deadChangeOptions>;
export type JobsListOptions = OptionsOf<typeof jobsListOptions>;
export type JobShowOptions = OptionsOf<typeof jobShowOptions>;
export type JobsCancelOptions = OptionsOf<typeof jobsCancelOptions>;
export type StoreBackupOptions = OptionsOf<typeof storeBackupOptions>;
export type LookOptions = OptionsOf<typeof lookOptions>;
export type WorkersListOptions = OptionsOf<typeof workersListOptions>;
export type TopOptions = OptionsOf<typeof topOptions>;
export type ChangeOptions = OptionsOf<typeof change>;
