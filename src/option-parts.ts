/** What the tables of options have in common. */

export const MIB = 1024 * 1024;
/** What a u32 of milliseconds and a timer can hold: 24 days. */
const MS_MAX = 2_147_483_647;

const PORT = String.raw`(?:\*|\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])`;
const HOST = String.raw`(?:\*|\[[0-9a-fA-F:.%\w]+\]|[^\s:/\[\]]+)`;
const ADDRESS = new RegExp(`^(?:tcp://${HOST}:${PORT}|ipc://\\S+)$`);
const NUMBERED_PORT = PORT.replace(String.raw`\*|`, '');
/** A star, and port 0, mean something to who binds, and nothing to who connects. */
const PEER = new RegExp(String.raw`^(?:tcp://(?!\*)${HOST}:(?!0+$)${NUMBERED_PORT}|ipc://\S+)$`);
const HOST_PORT = String.raw`(?:\[[0-9a-fA-F:.]+\]|[^\s:/*\[\]]+):${NUMBERED_PORT}`;

export const frontend = {
  type: 'string',
  default: 'tcp://127.0.0.1:9998',
  pattern: ADDRESS,
  mustBe: 'an address like tcp://127.0.0.1:9998',
  describe: 'the address for clients; port * is a free one',
} as const;

export const backend = {
  type: 'string',
  default: 'tcp://127.0.0.1:9999',
  pattern: ADDRESS,
  mustBe: 'an address like tcp://127.0.0.1:9999',
  describe: 'the address for workers; port * is a free one',
} as const;

export const dataDirectory = {
  type: 'string',
  default: './latido-data',
  pattern: /./,
  mustBe: 'a directory',
} as const;

/** Where clients find the broker. */
export const frontendPeer = {
  ...frontend,
  pattern: PEER,
  describe: "the broker's address for clients",
  environment: 'frontend',
} as const;

/** Where workers find it. */
export const backendPeer = {
  ...backend,
  pattern: PEER,
  describe: "the broker's address for workers",
  environment: 'backend',
} as const;

export const ppp = {
  type: 'string',
  default: 'off',
  pattern: new RegExp(`${ADDRESS.source}|^off$`),
  mustBe: "an address like tcp://127.0.0.1:9997, or 'off'",
  describe: 'the address for workers of the Paranoid Pirate Protocol; off for none',
} as const;

export const http = {
  type: 'string',
  default: '127.0.0.1:9464',
  pattern: new RegExp(`^(?:${HOST_PORT}|off)$`),
  mustBe: "a host and port like 127.0.0.1:9464, or 'off'",
  describe: 'host and port of metrics, health and status; port 0 is a free one, off for none',
} as const;

export const httpPeer = {
  ...http,
  pattern: new RegExp(`^${HOST_PORT}$`),
  mustBe: 'a host and port like 127.0.0.1:9464',
  describe: "host and port of the broker's HTTP side",
} as const;

export const json = {
  type: 'boolean',
  default: false,
  describe: 'JSON lines, also on a terminal',
} as const;

/** What proves to a broker that somebody may change things in it. */
export const adminToken = {
  type: 'string',
  default: '',
  secret: true,
  pattern: /^(?:[\x21-\x7e]{16,512})?$/,
  mustBe: '16 to 512 printable characters without spaces',
  describe:
    'what admin commands must know; without it what the file admin-token in the data directory says',
} as const;

export const name = {
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

/** A whole number. */
export function number(byDefault: number, min: number, max: number, describe: string) {
  return { type: 'number', default: byDefault, min, max, describe } as const;
}

/** A duration. */
export function ms(byDefault: number, min: number, describe: string) {
  return number(byDefault, min, MS_MAX, describe);
}
