import { LatidoError } from '../../errors.ts';
import type { StoreFailure } from '../store.ts';

const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;

const REMEDIES: Readonly<Record<StoreFailure, string>> = {
  DISK_FULL: 'Make room on its disk.',
  STORE_FAILED:
    'See whether its disk works and the broker may write there, or give it another directory with --data.',
};

/** Whether somebody else has the database. */
export function isBusy(error: unknown): boolean {
  return codeOf(error) === SQLITE_BUSY;
}

/** What a failure of the disk or the database is to the broker. */
export function failureOf(error: unknown): { code: StoreFailure; reason: string } {
  const full = codeOf(error) === SQLITE_FULL || systemCode(error) === 'ENOSPC';
  return { code: full ? 'DISK_FULL' : 'STORE_FAILED', reason: wordsOf(error) };
}

/** What a failure to open or read is: damage when the database says so. */
export function refusalOf(error: unknown, file: string): LatidoError {
  if (error instanceof LatidoError) return error;
  const code = codeOf(error);
  if (code === SQLITE_CORRUPT || code === SQLITE_NOTADB) return damaged(file, wordsOf(error));
  const failure = failureOf(error);
  return new LatidoError(failure.code, `${file}: ${failure.reason}. ${REMEDIES[failure.code]}`);
}

/** The refusal of a store that does not hold what it should. */
export function damaged(file: string, what: string): LatidoError {
  return new LatidoError(
    'DATA_DAMAGED',
    `${file} ${what}. Nothing was changed. Put a backup in its place (see docs/operating.md, Recovery), ` +
      'or give the broker another directory with --data.',
  );
}

/** What an error says. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** SQLite's primary code: the low byte of the one that is reported. */
function codeOf(error: unknown): number {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 0xff : 0;
}

function systemCode(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code;
}
