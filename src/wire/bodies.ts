/** What stands in the bodies of the native dialect, and how a program's values become bytes. */

import { sentenceOf } from '../errors.ts';

/** What is known of a job's types: `{ resize: { input: ResizeIn; answer: ResizeOut } }`. */
export type JobTypes<Jobs> = { [T in keyof Jobs]: { input: unknown; answer: unknown } };

/** The job types of who declares none: every type there is, and nothing is checked. */
// biome-ignore lint/suspicious/noExplicitAny: what is not declared is not checked
export type AnyJobs = Record<string, { input: any; answer: any }>;

/** How far a job is, as its handler says: a number from 0 to 1, and a word for people. */
export interface Progress {
  readonly fraction: number;
  readonly note?: string;
}

const EMPTY = Buffer.alloc(0);

/** Bytes as they are, in whatever they come, a string as UTF-8, nothing as an empty body, any other value as JSON. */
export function encodeBody(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'string') return Buffer.from(value);
  if (value === undefined) return EMPTY;
  if (ArrayBuffer.isView(value))
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer)
    return new Uint8Array(value);
  const json = JSON.stringify(value);
  if (json === undefined)
    throw new TypeError(`a ${typeof value} is no body: bytes, a string or JSON`);
  return Buffer.from(json);
}

/** The body of an answer whose status is FAILED. */
export function failureBody(code: string, message = sentenceOf(code)): Uint8Array {
  return Buffer.from(JSON.stringify({ code, message }));
}

/** The object in a body that should be JSON; an empty one if it is not: it came from a peer. */
export function objectIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
