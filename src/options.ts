/**
 * Every option of every program, once: type, default, range, flag, environment variable and
 * docs/options.md come from these tables.
 */

import type { GivenOptions, OptionsOf, OptionTable } from './option.ts';

import {
  adminToken,
  backend,
  backendPeer,
  dataDirectory,
  frontend,
  http,
  httpPeer,
  json,
  MIB,
  ms,
  name,
  number,
  ppp,
  typeOption,
} from './option-parts.ts';

export {
  type ChangeOptions,
  type DeadChangeOptions,
  type DeadListOptions,
  deadChangeOptions,
  deadListOptions,
  type JobShowOptions,
  type JobsCancelOptions,
  type JobsListOptions,
  jobFilterOptions,
  jobPageOptions,
  jobShowOptions,
  jobsCancelOptions,
  jobsListOptions,
  type LookOptions,
  letterFilterOptions,
  letterPageOptions,
  lookOptions,
  orderOptions,
  type StoreBackupOptions,
  storeBackupOptions,
  type TopOptions,
  topOptions,
  type WorkersListOptions,
  workersListOptions,
} from './admin-options.ts';
export { type ChatProgramOptions, chatOptions } from './chat-options.ts';
export {
  type AnswerProgramOptions,
  answerOptions,
  type CancelProgramOptions,
  type ClientOptions,
  type ClientSdkOptions,
  cancelOptions,
  clientOptions,
  clientSdkOptions,
  idOption,
  type SubmitProgramOptions,
  submitOptions,
} from './client-options.ts';
export { optionsFrom } from './option.ts';
export { typeOption } from './option-parts.ts';

const DAY_MS = 86_400_000;

const insecure = {
  type: 'boolean',
  default: false,
  describe:
    'allow addresses that other machines can reach, though peers are not asked who they are',
} as const;

export const brokerOptions = {
  frontend,
  backend,
  ppp,
  http,
  answerTimeoutMs: ms(30_000, 1, 'how long one attempt at a job may take before it is given up'),
  heartbeatMs: {
    ...ms(250, 10, 'how often peers give a sign of life; three without one are too many'),
    max: 60_000,
  },
  attemptsMax: number(3, 1, 1000, 'attempts lost before a job is dead'),
  clientGraceMs: ms(5000, 0, 'how long the jobs of a client whose connection ended are kept'),
  workerGraceMs: ms(
    3000,
    0,
    'how long a worker whose connection ended is waited for while its process lives on this host',
  ),
  adoptMs: ms(2000, 0, 'how long jobs with an open attempt wait for their worker after a restart'),
  data: {
    ...dataDirectory,
    describe: 'the directory in which durable jobs are kept; made when it is missing',
  },
  memory: {
    type: 'boolean',
    default: false,
    describe: 'keep no data: jobs at level disk are refused',
  },
  keepAnswersMs: number(
    DAY_MS,
    0,
    3650 * DAY_MS,
    'milliseconds that ids and answers of kept jobs are remembered',
  ),
  keepAnswersBytes: number(1024 * MIB, 0, 2 ** 44, 'bytes of answers that are remembered on disk'),
  drainMs: ms(10_000, 0, 'how long a broker that goes down still dispatches what waits'),
  defaultType: { ...typeOption, default: 'default', describe: 'the type of peers that name none' },
  mdpHeartbeatMs: {
    ...ms(2500, 10, "how often Majordomo's workers are given a sign of life"),
    max: 600_000,
  },
  mdpOrdered: {
    type: 'boolean',
    default: false,
    describe: "answer the requests of each of Majordomo's clients in their order",
  },
  mdpDedupeMs: ms(
    0,
    0,
    'how long the job of a Majordomo client that has gone waits for its repeated request; 0: it is cancelled',
  ),
  mdpExpiresMs: ms(0, 0, 'how long a request of a Majordomo client may take in all; 0: for ever'),
  waitingJobsMax: number(2_000_000, 1, 100_000_000, 'jobs that may wait'),
  waitingBytesMax: number(1024 * MIB, 1, 2 ** 40, 'bytes of bodies that may wait'),
  bodyBytesMax: number(16 * MIB, 1, 1024 * MIB, 'bytes of one body'),
  workerBytesMax: number(
    64 * MIB,
    1,
    2 ** 40,
    'bytes dispatched to one worker and not answered; one job is always allowed',
  ),
  targetUse: {
    ...number(
      0.7,
      0.05,
      1,
      'the share of time in which a worker is to be busy: for latido_desired_workers',
    ),
    fraction: true,
  },
  typesMax: number(256, 1, 65_535, 'types known at the same time'),
  channelsMax: number(10_000, 1, 1_000_000, 'channels that clients subscribe to'),
  roomCapacity: number(10, 2, 100_000, 'people in a chat room that the broker chooses'),
  roomsMax: number(10_000, 1, 1_000_000, 'chat rooms'),
  chatRate: number(20, 1, 1_000_000, 'orders a second of one person in the chat'),
  connectionsMax: number(10_000, 1, 1_000_000, 'connections of clients and workers together'),
  insecure,
  adminToken,
  json,
} as const satisfies OptionTable;

/** The options of `new Worker()`. A program's flags for `load` and `chaos` are text. */
export const workerSdkOptions = {
  broker: backendPeer,
  capacity: number(1, 1, 1_000_000, 'how many jobs at once'),
  name,
  load: {
    type: 'string',
    default: 'auto',
    pattern: /^(?:auto|cpu|loop|busy|\d+(?:\.\d+)?|\.\d+)$/,
    mustBe: 'auto, cpu, loop, busy or a number from 0 (idle) to 1 (full)',
    describe: 'where the reported load comes from: auto, cpu, loop, busy or a fixed number',
  },
  chaos: {
    type: 'string',
    default: '',
    describe: 'faults by probability: crash=0.01,hang=0.01,slow=0.1:500,stall=0.01:1500,fail=0.05',
  },
} as const satisfies OptionTable;

/** The options of the program `worker`. */
export const workerOptions = {
  type: {
    ...typeOption,
    type: 'strings',
    default: [] as readonly string[],
    describe: 'a type to serve; may be given more than once (at least one is required)',
  },
  ...workerSdkOptions,
  processes: number(1, 1, 1024, 'that many processes, each a worker'),
  http: {
    ...http,
    default: 'off',
    environment: 'workerHttp',
    describe:
      'host and port of its own metrics and health, off for none; of several processes each has the next port',
  },
  insecure,
  handler: {
    type: 'string',
    default: '',
    describe:
      'a module (.js, .mjs, .ts) whose default export, or export named like the type, is the handler',
  },
  json,
} as const satisfies OptionTable;

export const statusOptions = {
  http: httpPeer,
  json,
} as const satisfies OptionTable;

export const storeCheckOptions = {
  data: { ...brokerOptions.data, describe: 'the data directory; no broker may have it open' },
  json,
} as const satisfies OptionTable;

export const demoOptions = {
  frontend,
  backend,
  http: { ...httpPeer, describe: 'host and port of metrics, health and status' },
  jobsPerSecond: number(150, 1, 100_000, 'the load of the demo, of all types together'),
  restartMs: ms(3000, 0, 'how long after its end a worker is started again'),
  chaos: {
    type: 'boolean',
    default: false,
    environment: 'demoChaos',
    describe: 'workers fail, dawdle, hang, stall and crash, and one is killed now and then',
  },
  data: {
    type: 'string',
    default: '',
    environment: 'demoData',
    describe: 'the data directory of its broker; without it, one that is removed at the end',
  },
  seconds: number(0, 0, 1_000_000, 'end after that long; 0: at Ctrl-C'),
} as const satisfies OptionTable;

export const benchOptions = {
  seconds: number(2, 1, 600, 'how long each figure is measured'),
  json,
} as const satisfies OptionTable;

export type BrokerOptions = OptionsOf<typeof brokerOptions>;
export type WorkerSdkOptions = GivenOptions<typeof workerSdkOptions>;
export type WorkerOptions = OptionsOf<typeof workerOptions>;
export type StoreCheckOptions = OptionsOf<typeof storeCheckOptions>;
export type StatusOptions = OptionsOf<typeof statusOptions>;
export type DemoOptions = OptionsOf<typeof demoOptions>;
export type BenchOptions = OptionsOf<typeof benchOptions>;
