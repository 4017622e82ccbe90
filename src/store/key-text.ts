/**
 * The third text of a SUBMITTED record: the order key and, behind a NUL, which no key has, the trace.
 *
 *   text = key [ NUL parent [ NUL state ] ]
 */

import type { Kept } from '../core/journal.ts';
import type { Trace } from '../core/trace.ts';
import { writeText } from './text.ts';

const NUL = '\0';

/** Room that the text needs at most. */
export function keyTextBytesMax({ key, trace }: Kept): number {
  return 3 * key.length + (trace === null ? 0 : 2 + trace.parent.length + trace.state.length);
}

/** Writes the text at `at`; the end of it. */
export function writeKeyText(bytes: Uint8Array, at: number, { key, trace }: Kept): number {
  const end = writeText(bytes, at, key);
  if (trace === null) return end;
  const { parent, state } = trace;
  return writeText(bytes, end, NUL + parent + (state === '' ? '' : NUL + state));
}

/** The order key in the text. */
export function keyIn(text: string): string {
  const end = text.indexOf(NUL);
  return end === -1 ? text : text.slice(0, end);
}

/** The trace in the text. */
export function traceIn(text: string): Trace | null {
  const at = text.indexOf(NUL);
  if (at === -1) return null;
  const [parent = '', state = ''] = text.slice(at + 1).split(NUL);
  return { parent, state };
}
