import { isPermanent } from './permanent-error.ts';

/** Characters of a message that are told: what is longer than an answer may be would be told not at all. */
const MESSAGE_MAX = 10_000;
const CODE_MAX = 100;

/** What a handler threw, as it is told. */
export interface Failure {
  /** Its code, if that is a string. */
  readonly code: string;
  readonly message: string;
  readonly isPermanent: boolean;
  /** What was thrown if that is an error, or its message. */
  readonly error: Error | string;
}

/** Reads what a handler threw: anything, an object without a prototype too, and what throws when it is looked at. */
export function failureOf(thrown: unknown): Failure {
  try {
    return read(thrown);
  } catch {
    return read('The handler threw something that cannot be shown.');
  }
}

/** An error of another realm is no `Error` here, and has a message all the same. */
function read(thrown: unknown): Failure {
  const { code, message } = Object(thrown) as { code?: unknown; message?: unknown };
  const isTold = typeof message === 'string';
  const told = isTold ? message : String(thrown);
  return {
    code: typeof code === 'string' ? code.slice(0, CODE_MAX) : 'FAILED',
    message: told.length > MESSAGE_MAX ? `${told.slice(0, MESSAGE_MAX)}…` : told,
    isPermanent: isPermanent(thrown),
    error: isTold && thrown instanceof Error ? thrown : told,
  };
}
