import { BackoffKind, type Kept } from './journal.ts';

const MESSAGE_MAX = 500;
const DOUBLINGS_MAX = 30;

/** What a handler said when it failed, from the body of its answer: as much of it as is remembered. */
export function failureIn(bytes: Uint8Array, offset: number, length: number): string {
  const text = new TextDecoder().decode(bytes.subarray(offset, offset + length));
  return messageIn(text).slice(0, MESSAGE_MAX);
}

/** How long a job waits before its next attempt, when so many have failed. */
export function backoffMs({ backoff, number }: Kept, failures: number): number {
  const { kind, ms, msMax, jitter } = backoff;
  const doublings = kind === BackoffKind.EXPONENTIAL ? Math.min(failures - 1, DOUBLINGS_MAX) : 0;
  const whole = Math.min(ms * 2 ** doublings, Math.max(ms, msMax));
  return Math.round(whole * (1 - (jitter / 100) * scatter(number, failures)));
}

/** From 0 to 1, different for each job and attempt, and the same each time. */
function scatter(number: number, failures: number): number {
  let x = Math.imul((number | 0) ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(failures, 0xc2b2ae35);
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32;
}

function messageIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' ? message : text;
  } catch {
    return text;
  }
}
