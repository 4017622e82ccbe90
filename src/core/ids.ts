/** Ids that are generated: '@' and a ULID, 26 digits of Crockford's base 32, of which ten say when it was made. */

import type { State } from './state.ts';

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 27;
const HALF_OF_TIME = 5;
const RANGE_OF_HALF = 2 ** 25;

const values = new Int8Array(128).fill(-1);
for (let i = 0; i < DIGITS.length; i++) values[DIGITS.charCodeAt(i)] = i;

/** When a generated id was made, in milliseconds of a wall clock; -1 for any other text. */
export function madeAt(id: string): number {
  if (id.length !== LENGTH || id.charCodeAt(0) !== 0x40) return -1;
  const high = number(id, 1, 1 + HALF_OF_TIME);
  const low = number(id, 1 + HALF_OF_TIME, 1 + 2 * HALF_OF_TIME);
  if (high < 0 || low < 0) return -1;
  for (let at = 1 + 2 * HALF_OF_TIME; at < LENGTH; at++) if (value(id, at) < 0) return -1;
  return high * RANGE_OF_HALF + low;
}

/** A generated id whose job may have been forgotten must not be run again. */
export function expiredId(state: State, now: number, id: string): 'ID_EXPIRED' | null {
  const at = madeAt(id);
  if (at < 0) return null;
  const isOld = at <= state.forgottenTo || state.wallAt(now) - at > state.settings.keepAnswersMs;
  return isOld ? 'ID_EXPIRED' : null;
}

function number(id: string, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) {
    const digit = value(id, at);
    if (digit < 0) return -1;
    sum = (sum << 5) | digit;
  }
  return sum;
}

function value(id: string, at: number): number {
  const code = id.charCodeAt(at);
  return code < values.length ? values[code]! : -1;
}
