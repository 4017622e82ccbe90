/** What a program may say of one job, and the ids that are made for it. */

import test from 'ava';
import { checkId, isKept, numbersOf, termsOf } from '../src/client/terms.ts';
import { Ulids } from '../src/client/ulid.ts';
import { type CallOptions, LatidoError } from '../src/index.ts';

/** Options as no compiler would let them through. */
type Wrong = Readonly<Record<string, unknown>>;

const ID =
  "option 'id' must be 1 to 128 bytes of printable characters without spaces, not @ in front";
const AN_INSTANT = 'must be a Date, or whole milliseconds since 1970';

test('a wrong option is named with its value', (t) => {
  const cases: [Wrong, string][] = [
    [{ id: '@mine' }, `${ID}, got '@mine'`],
    [{ id: 'a b' }, `${ID}, got 'a b'`],
    [{ id: '' }, `${ID}, got ''`],
    [{ id: 'é'.repeat(65) }, `option 'id' must be at most 128 bytes, got '${'é'.repeat(65)}'`],
    [{ id: 4711 }, "option 'id' must be a string, got 4711"],
    [{ level: 'quorum' }, "option 'level' must be memory or disk, got 'quorum'"],
    [{ delayMs: -1 }, "option 'delayMs' must be at least 0, got -1"],
    [{ delayMs: 5, at: 7 }, "option 'at' must not stand beside delayMs, got 7"],
    [{ at: new Date(Number.NaN) }, `option 'at' ${AN_INSTANT}, got Invalid Date`],
    [{ deadline: 0.5 }, `option 'deadline' ${AN_INSTANT}, got 0.5`],
    [{ deadline: 'soon' }, `option 'deadline' ${AN_INSTANT}, got 'soon'`],
    [{ attemptsMax: 1001 }, "option 'attemptsMax' must be at most 1000, got 1001"],
    [{ backoff: 5 }, "option 'backoff' must be like { kind: 'exponential', ms: 1000 }, got 5"],
    [
      backoff({ kind: 'linear' }),
      "option 'backoff.kind' must be fixed or exponential, got 'linear'",
    ],
    [backoff({ ms: 0.5 }), "option 'backoff.ms' must be a whole number, got 0.5"],
    [backoff({ ms: undefined }), "option 'backoff.ms' must be a whole number, got undefined"],
    [backoff({ maxMs: -1 }), "option 'backoff.maxMs' must be at least 0, got -1"],
    [backoff({ jitter: 2 }), "option 'backoff.jitter' must be a number from 0 to 1, got 2"],
    [{ key: '' }, "option 'key' must be 1 to 128 bytes of printable characters, got ''"],
    [{ priority: 101 }, "option 'priority' must be at most 100, got 101"],
  ];
  for (const [wrong, message] of cases) {
    const options = wrong as CallOptions;
    const read = () => {
      numbersOf(options);
      termsOf(options, 'disk');
      if (options.id !== undefined) checkId(options.id);
    };
    t.like(t.throws(read, { instanceOf: LatidoError }), { code: 'OPTION_INVALID', message });
  }
});

test('ids and keys of any script are taken', (t) => {
  t.is(checkId('é'.repeat(64)), 'é'.repeat(64));
  t.is(checkId('order@4711/2'), 'order@4711/2');
  t.is(termsOf({ key: 'account 42' }, 'memory').key, 'account 42');
});

test('a call is one of a kept job when it says what only those have', (t) => {
  const plain: CallOptions[] = [{}, { level: 'memory' }, { priority: 1, timeoutMs: 2 }];
  t.deepEqual(plain.map(isKept), [false, false, false]);
  const kept: CallOptions[] = [{ level: 'disk' }, { id: 'a' }, { delayMs: 0 }, { key: 'a' }];
  t.deepEqual(kept.map(isKept), [true, true, true, true]);
});

test('instants are given as dates or numbers, and one before 1970 has passed', (t) => {
  const { at, deadline } = termsOf({ at: new Date(2 ** 41), deadline: -5 }, 'disk');
  t.deepEqual([at, deadline], [2 ** 41, 1]);
});

test('a backoff goes up to a minute, or as far as its first wait, if nothing else is said', (t) => {
  const terms = (ms: number) => termsOf({ backoff: { kind: 'exponential', ms } }, 'disk').backoff;
  t.deepEqual(terms(100), { kind: 1, jitter: 20, ms: 100, msMax: 60_000 });
  t.is(terms(90_000)!.msMax, 90_000);
});

test('generated ids are ULIDs: their time stands in front, and within a millisecond they rise', (t) => {
  const ulids = new Ulids();
  const first = ulids.next(1469918176385);
  t.is(first.slice(0, 10), '01ARYZ6S41');
  t.regex(first, /^[0-9A-HJKMNP-TV-Z]{26}$/);
  let last = first;
  for (let i = 0; i < 1_100_000; i++) {
    const next = ulids.next(1469918176385);
    if (next <= last || next.length !== 26) t.fail(`${next} after ${last}`);
    last = next;
  }
  t.true(ulids.next(1469918176386) > last);
  t.is(ulids.next(2 ** 48 - 1).slice(0, 10), '7ZZZZZZZZZ');
});

function backoff(more: Wrong): Wrong {
  return { backoff: { kind: 'fixed', ms: 1, ...more } };
}
