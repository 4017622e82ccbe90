import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LatidoError } from '../../errors.ts';
import { damaged } from './failure.ts';
import { syncDirectory, writeDurably } from './files.ts';

/** What the file STATE says of the store beside it: it is flushed before what it says is relied on. */
export interface StoreState {
  /**
   * `creating`: nothing has been accepted yet. `open`: the write-ahead log must be there, with at least the size it was
   * given. `clean`: all is in the database, which must be there.
   */
  readonly state: 'creating' | 'open' | 'clean';
  /** That of the database; empty while creating. */
  readonly instance: string;
}

const FORMAT = 1;

/** What STATE says, or null when there is none. */
export function readState(dir: string): StoreState | null {
  const file = join(dir, 'STATE');
  if (!existsSync(file)) return null;
  const said = parsed(readFileSync(file, 'utf8'));
  if (typeof said?.format === 'number' && said.format > FORMAT) throw newer(file, said.format);
  const { state, instance } = said ?? {};
  const known = state === 'creating' || state === 'open' || state === 'clean';
  if (!known || typeof instance !== 'string') throw damaged(file, 'cannot be read');
  return { state, instance };
}

/** Writes STATE; when it returns, it is on disk. */
export function writeState(dir: string, { state, instance }: StoreState): void {
  const line = JSON.stringify({ format: FORMAT, state, instance });
  writeDurably(join(dir, 'STATE'), Buffer.from(`${line}\n`));
  syncDirectory(dir);
}

/** The refusal of what a newer version has written. */
export function newer(file: string, version: number): LatidoError {
  return new LatidoError(
    'DATA_NEWER',
    `${file} was written by a newer version (its format is ${version}, this version knows ${FORMAT}). ` +
      'Use that version or a newer one, or give the broker another directory with --data.',
  );
}

function parsed(text: string): { format?: unknown; state?: unknown; instance?: unknown } | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
