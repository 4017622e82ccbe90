/**
 * Every option of every program, once: type, default, range, flag, environment variable and
 * docs/options.md come from these tables.
 */

import type { GivenOptions, OptionsOf, OptionTable } from './option.ts';

export { optionsFrom } from './option.ts';

const MIB = 1024 * 1024;
/** What a u32 of milliseconds and a timer can hold: 24 days. */
const MS_MAX = 2_147_483_647;

const PORT = String.raw`(?:\*|\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])`;
const HOST = String.raw`(?:\*|\[[0-9a-fA-F:.%\w]+\]|[^\s:/\[\]]+)`;
const ADDRESS = new RegExp(`^(?:tcp://${HOST}:${PORT}|ipc://\\S+)$`);
const HOST_PORT = String.raw`(?:\[[0-9a-fA-F:.]+\]|[^\s:/*\[\]]+):\d{1,5}`;

const frontend = {
  type: 'string',
  default: 'tcp://127.0.0.1:9998',
  pattern: ADDRESS,
  mustBe: 'an address like tcp://127.0.0.1:9998',
  describe: 'the address for clients; port * is a free one',
} as const;

const backend = {
  type: 'string',
  default: 'tcp://127.0.0.1:9999',
  pattern: ADDRESS,
  mustBe: 'an address like tcp://127.0.0.1:9999',
  describe: 'the address for workers; port * is a free one',
} as const;

const http = {
  type: 'string',
  default: '127.0.0.1:9464',
  pattern: new RegExp(`^(?:${HOST_PORT}|off)$`),
  mustBe: "a host and port like 127.0.0.1:9464, or 'off'",
  describe: 'host and port of metrics, health and status; port 0 is a free one, off for none',
} as const;

const httpPeer = {
  ...http,
  pattern: new RegExp(`^${HOST_PORT}$`),
  mustBe: 'a host and port like 127.0.0.1:9464',
  describe: "host and port of the broker's HTTP side",
} as const;

const json = {
  type: 'boolean',
  default: false,
  describe: 'JSON lines, also on a terminal',
} as const;

const name = {
  type: 'string',
  default: '',
  bytesMax: 64,
  describe: 'a name for people, shown in status and logs',
} as const;

/** What a name of a type must be; the same rule holds for every peer. */
export const typeOption = {
  type: 'string',
  default: '',
  pattern: /^(?!\s)[^\p{Cc}\p{Cs}]+(?<!\s)$/u,
  mustBe: '1 to 64 bytes of printable characters without spaces at its ends',
  bytesMax: 64,
  describe: 'the type of the job',
} as const;

export const brokerOptions = {
  frontend,
  backend,
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
  drainMs: ms(10_000, 0, 'how long a broker that goes down still dispatches what waits'),
  defaultType: { ...typeOption, default: 'default', describe: 'the type of peers that name none' },
  waitingJobsMax: number(2_000_000, 1, 100_000_000, 'jobs that may wait'),
  waitingBytesMax: number(1024 * MIB, 1, 2 ** 40, 'bytes of bodies that may wait'),
  bodyBytesMax: number(16 * MIB, 1, 1024 * MIB, 'bytes of one body'),
  workerBytesMax: number(
    64 * MIB,
    1,
    2 ** 40,
    'bytes dispatched to one worker and not answered; one job is always allowed',
  ),
  typesMax: number(256, 1, 65_535, 'types known at the same time'),
  connectionsMax: number(10_000, 1, 1_000_000, 'connections of clients and workers together'),
  insecure: {
    type: 'boolean',
    default: false,
    describe:
      'allow addresses that other machines can reach, though peers are not asked who they are',
  },
  json,
} as const satisfies OptionTable;

/** The options of `new Client()`. */
export const clientSdkOptions = {
  broker: {
    ...frontend,
    describe: "the broker's address for clients",
    environment: 'frontend',
  },
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
  parts: { type: 'boolean', default: false, describe: 'print parts of the answer as they come' },
  count: number(0, 0, 1_000_000_000, 'hand in that many jobs as a load and print its figures'),
  concurrency: number(64, 1, 1_000_000, 'jobs in flight at once, of a load or of lines on stdin'),
  size: number(64, 0, 1024 * MIB, 'bytes of each body of a load, when no body is given'),
  json,
} as const satisfies OptionTable;

/** The options of `new Worker()`. A program's flags for `load` and `chaos` are text. */
export const workerSdkOptions = {
  broker: { ...backend, describe: "the broker's address for workers", environment: 'backend' },
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
    describe: 'faults by probability: crash=0.01,hang=0.01,slow=0.1:500,fail=0.05',
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

export const demoOptions = {
  frontend,
  backend,
  http: { ...httpPeer, describe: 'host and port of metrics, health and status' },
  jobsPerSecond: number(150, 1, 100_000, 'the load of the demo, of all types together'),
  restartMs: ms(3000, 0, 'how long after its end a worker is started again'),
  seconds: number(0, 0, 1_000_000, 'end after that long; 0: at Ctrl-C'),
} as const satisfies OptionTable;

export const benchOptions = {
  seconds: number(2, 1, 600, 'how long each figure is measured'),
  json,
} as const satisfies OptionTable;

export type BrokerOptions = OptionsOf<typeof brokerOptions>;
export type ClientSdkOptions = GivenOptions<typeof clientSdkOptions>;
export type ClientOptions = OptionsOf<typeof clientOptions>;
export type WorkerSdkOptions = GivenOptions<typeof workerSdkOptions>;
export type WorkerOptions = OptionsOf<typeof workerOptions>;
export type StatusOptions = OptionsOf<typeof statusOptions>;
export type DemoOptions = OptionsOf<typeof demoOptions>;
export type BenchOptions = OptionsOf<typeof benchOptions>;

function number(byDefault: number, min: number, max: number, describe: string) {
  return { type: 'number', default: byDefault, min, max, describe } as const;
}

function ms(byDefault: number, min: number, describe: string) {
  return number(byDefault, min, MS_MAX, describe);
}
