/** The options of clients: in the SDK, of the program `client` and of its sub-commands. */

import type { GivenOptions, OptionsOf, OptionTable } from './option.ts';
import { frontendPeer, json, MIB, ms, name, number, typeOption } from './option-parts.ts';

const PRINTABLE_ID = String.raw`[^\s\p{Cc}\p{Cs}\uFFFD]+$`;

/** What an id of a job must be, a generated one included. */
export const idOption = {
  type: 'string',
  default: '',
  pattern: new RegExp(`^${PRINTABLE_ID}`, 'u'),
  mustBe: '1 to 128 bytes of printable characters without spaces',
  bytesMax: 128,
  describe: 'the id of the job',
} as const;

const instant = {
  type: 'string',
  default: '',
  pattern: /^(?:\d{1,16}|\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?)$/,
  mustBe: 'a time like 2030-01-02T03:04:05Z, or milliseconds since 1970',
  describe: '',
} as const;

/** The options of `new Client()`. */
export const clientSdkOptions = {
  broker: frontendPeer,
  name,
  connectTimeoutMs: ms(0, 0, 'how long calls wait for a broker before NO_BROKER; 0: for ever'),
} as const satisfies OptionTable;

/** The options of the program `client`. */
export const clientOptions = {
  type: { ...typeOption, describe: 'the type of the jobs (required)' },
  ...clientSdkOptions,
  connectTimeoutMs: ms(5000, 0, 'how long to wait for a broker before giving up; 0: for ever'),
  timeoutMs: ms(30_000, 0, 'how long one job may take from submit to answer; 0: for ever'),
  priority: number(0, -100, 100, 'higher is sooner'),
  durable: {
    type: 'boolean',
    default: false,
    describe: 'jobs at level disk: they go on when the client or the broker is gone',
  },
  parts: { type: 'boolean', default: false, describe: 'print parts of the answer as they come' },
  count: number(0, 0, 1_000_000_000, 'hand in that many jobs as a load and print its figures'),
  concurrency: number(64, 1, 1_000_000, 'jobs in flight at once, of a load or of lines on stdin'),
  size: number(64, 0, 1024 * MIB, 'bytes of each body of a load, when no body is given'),
  json,
} as const satisfies OptionTable;

/** The options of `client submit`; those of one job are those of the SDK's `submit`. */
export const submitOptions = {
  type: clientOptions.type,
  ...clientSdkOptions,
  connectTimeoutMs: clientOptions.connectTimeoutMs,
  id: {
    ...idOption,
    pattern: new RegExp(`^(?!@)${PRINTABLE_ID}`, 'u'),
    mustBe: `${idOption.mustBe}, not @ in front`,
    describe: 'the id of the job: the same id is the same job; without it one is made',
  },
  level: {
    type: 'string',
    default: 'disk',
    pattern: /^(?:memory|disk)$/,
    mustBe: 'memory or disk',
    describe: 'how safe the job is when it is accepted: memory or disk',
  },
  priority: clientOptions.priority,
  delayMs: ms(0, 0, 'the job is not begun before so long from now'),
  at: { ...instant, describe: 'the job is not begun before that instant' },
  deadline: { ...instant, describe: 'the job is not begun after that instant' },
  attemptsMax: number(
    0,
    0,
    1000,
    "attempts that may fail or be lost before the job is dead; 0: the broker's",
  ),
  backoff: {
    type: 'string',
    default: 'exponential',
    pattern: /^(?:fixed|exponential)$/,
    mustBe: 'fixed or exponential',
    describe: 'with --backoff-ms: the wait stays as it is (fixed), or doubles with each attempt',
  },
  backoffMs: ms(0, 0, "the wait before a second attempt at a job that failed; 0: the broker's"),
  answerTimeoutMs: ms(0, 0, "how long one attempt may take before it is given up; 0: the broker's"),
  key: {
    type: 'string',
    default: '',
    pattern: /^[^\p{Cc}\p{Cs}\uFFFD]+$/u,
    mustBe: '1 to 128 bytes of printable characters',
    bytesMax: 128,
    describe: 'an order key: its jobs start one at a time, in the order of their submits',
  },
  concurrency: clientOptions.concurrency,
  json,
} as const satisfies OptionTable;

/** The options of `client answer`. */
export const answerOptions = {
  ...clientSdkOptions,
  connectTimeoutMs: clientOptions.connectTimeoutMs,
  timeoutMs: ms(30_000, 0, 'how long to wait for the answer; 0: for ever'),
  json,
} as const satisfies OptionTable;

/** The options of `client cancel`. */
export const cancelOptions = {
  ...clientSdkOptions,
  connectTimeoutMs: clientOptions.connectTimeoutMs,
  json,
} as const satisfies OptionTable;

export type ClientSdkOptions = GivenOptions<typeof clientSdkOptions>;
export type ClientOptions = OptionsOf<typeof clientOptions>;
export type SubmitProgramOptions = OptionsOf<typeof submitOptions>;
export type AnswerProgramOptions = OptionsOf<typeof answerOptions>;
export type CancelProgramOptions = OptionsOf<typeof cancelOptions>;
