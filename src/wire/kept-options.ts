import { madeAt } from '../core/ids.ts';
import type { KeptSubmit } from '../core/intake.ts';
import { type Backoff, BackoffKind } from '../core/journal.ts';
import { Level } from '../core/keep.ts';
import type { Reader } from './reader.ts';
import { Tag } from './verbs.ts';

const AT = 0x40;
const ID_BYTES_MAX = 128;
const PRINTABLE = /^[^\p{C}\s]+$/u;
const KEY = /^[^\p{Cc}\p{Cs}]+$/u;

/** A kept submit of which nothing has been read. */
export function plainKept(): KeptSubmit {
  return {
    id: '',
    level: Level.MEMORY,
    delayMs: 0,
    at: 0,
    deadline: 0,
    attemptsMax: 0,
    backoff: null,
    key: '',
    follow: false,
  };
}

/** Reads one option of a kept submit; others are left alone. */
export function readKeptOption(
  kept: KeptSubmit,
  reader: Reader,
  tag: number,
  at: number,
  length: number,
): void {
  if (tag === Tag.ID) kept.id = reader.text(at, length);
  else if (tag === Tag.KEY) kept.key = length === 0 ? '\0' : reader.text(at, length);
  else if (tag === Tag.FOLLOW) kept.follow = true;
  else readNumber(kept, reader.view, tag, at, length);
}

/** What is wrong with the id or the key of a kept submit; null for nothing. */
export function whatIsWrongWith({ id, key }: KeptSubmit): 'ID_INVALID' | 'KEY_INVALID' | null {
  if (!isId(id)) return 'ID_INVALID';
  return key === '' || (KEY.test(key) && Buffer.byteLength(key) <= ID_BYTES_MAX)
    ? null
    : 'KEY_INVALID';
}

/** Whether a job can have this id. */
export function isId(id: string): boolean {
  if (id.charCodeAt(0) === AT) return madeAt(id) >= 0;
  return PRINTABLE.test(id) && Buffer.byteLength(id) <= ID_BYTES_MAX;
}

function readNumber(
  kept: KeptSubmit,
  view: DataView,
  tag: number,
  at: number,
  length: number,
): void {
  if (tag === Tag.LEVEL && length === 1) kept.level = view.getUint8(at) > 0 ? Level.DISK : 0;
  else if (tag === Tag.DELAY && length === 4) kept.delayMs = view.getUint32(at, true);
  else if (tag === Tag.ATTEMPTS && length === 2) kept.attemptsMax = view.getUint16(at, true);
  else if (tag === Tag.BACKOFF && length === 10) kept.backoff = backoffAt(view, at);
  else if (length === 8) readInstant(kept, view, tag, at);
}

function readInstant(kept: KeptSubmit, view: DataView, tag: number, at: number): void {
  if (tag === Tag.AT) kept.at = instantAt(view, at);
  else if (tag === Tag.DEADLINE) kept.deadline = instantAt(view, at);
}

function backoffAt(view: DataView, at: number): Backoff {
  const kind = view.getUint8(at) === 0 ? BackoffKind.FIXED : BackoffKind.EXPONENTIAL;
  const jitter = Math.min(view.getUint8(at + 1), 100);
  const ms = view.getUint32(at + 2, true);
  return { kind, jitter, ms, msMax: view.getUint32(at + 6, true) };
}

/** A u64 of milliseconds; beyond what a clock can say it is as far as that goes. */
function instantAt(view: DataView, at: number): number {
  return Math.min(Number(view.getBigUint64(at, true)), 8.64e15);
}
