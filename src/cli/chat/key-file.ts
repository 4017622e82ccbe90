import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { LatidoError } from '../../errors.ts';

const KEY = /^[0-9a-f]{64}$/;
/** It makes its owner's nick the owner's: nobody else may read it. */
const OWNER_ONLY = 0o600;

/** A person's key, and why it will be another one the next time, if it will. */
export interface Key {
  readonly key: string;
  readonly warning: string | null;
}

/** The key that the file has; made at the first use. A file that cannot be used costs the key its future, no more. */
export function keyOf(file: string): Key {
  const path = file === '' ? usualPath() : file;
  try {
    return { key: checked(path, readOrMake(path)), warning: null };
  } catch (error) {
    if (error instanceof LatidoError) throw error;
    const why = (error as Error).message;
    const warning = `your nick is yours only until you leave, the key cannot be kept: ${why}`;
    return { key: drawn(), warning };
  }
}

function usualPath(): string {
  const { XDG_CONFIG_HOME } = process.env;
  return join(XDG_CONFIG_HOME || join(homedir(), '.config'), 'latido', 'chat-key');
}

function readOrMake(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  make(path);
  return readFileSync(path, 'utf8');
}

/** Two programs that start at once get one key: the file is there whole, or not at all. */
function make(path: string): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${drawn()}\n`, { mode: OWNER_ONLY });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function checked(path: string, text: string): string {
  const key = text.trim();
  if (KEY.test(key)) return key;
  throw new LatidoError('OPTION_INVALID', `there is no key of 64 hexadecimal digits in ${path}`);
}

function drawn(): string {
  return randomBytes(32).toString('hex');
}
