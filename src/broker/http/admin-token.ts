import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { LatidoError } from '../../errors.ts';
import type { BrokerOptions } from '../../options.ts';

const BYTES = 32;
const TOKEN = /^[\x21-\x7e]{16,512}$/;
const FILE = 'admin-token';

/** What proves that somebody may change things: known to whoever may read the data directory, or the environment. */
export class AdminToken {
  readonly #digest: Buffer;

  constructor(token: string) {
    this.#digest = digestOf(token);
  }

  /** Takes as long for any that is wrong. */
  matches(token: string): boolean {
    return timingSafeEqual(this.#digest, digestOf(token));
  }
}

/** The token of a broker that has its data directory: its option, else the directory's own, made at its first start; or null. */
export function adminTokenOf(options: BrokerOptions): AdminToken | null {
  if (options.adminToken !== '')
    return new AdminToken(checked(options.adminToken, 'LATIDO_ADMIN_TOKEN'));
  if (options.memory) return null;
  return new AdminToken(readToken(options.data) ?? makeToken(options.data));
}

/** The token that a data directory holds, or null when it holds none. */
export function readToken(dir: string): string | null {
  const file = join(dir, FILE);
  return existsSync(file) ? checked(readFileSync(file, 'utf8').trim(), file) : null;
}

function makeToken(dir: string): string {
  const token = randomBytes(BYTES).toString('base64url');
  const fd = openSync(join(dir, FILE), 'wx', 0o600);
  try {
    writeSync(fd, `${token}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  return token;
}

function checked(token: string, where: string): string {
  if (TOKEN.test(token)) return token;
  throw new LatidoError(
    'OPTION_INVALID',
    `${where} must hold 16 to 512 printable characters without spaces; without it a token is made`,
  );
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
