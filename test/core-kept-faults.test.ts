/** What must not happen to kept jobs when brokers and stores die at bad moments. */

import test from 'ava';
import { Ulids } from '../src/client/ulid.ts';
import { Ending } from '../src/core/job.ts';
import { kept, turn } from './support/kept.ts';

test('a worker that comes back with a job that memory alone had is not taken for one with the job that has its number now', (t) => {
  const k = kept();
  k.c.keep('A', 'mine', { id: 'lost', level: 0 });
  turn(k);
  k.world.restart();
  const d = k.world.client('d');
  d.keep('A', 'other', { id: 'fresh' });
  turn(k);
  k.w.back();
  turn(k);
  t.deepEqual(k.w.seen.refused, ['store-1']);
  t.deepEqual(
    k.w.seen.held.map(({ body }) => body),
    ['other'],
  );
});

test('after a restart an attempt that had been given up is not taken for the present one', (t) => {
  const k = kept({ answerTimeoutMs: 100 });
  const v = k.world.worker('v', 'A', { capacity: 4 });
  k.c.keep('A', 'one', {
    id: 'j1',
    attemptsMax: 5,
    backoff: { kind: 0, ms: 0, msMax: 0, jitter: 0 },
  });
  turn(k);
  const [first, second] = k.w.holds.length > 0 ? [k.w, v] : [v, k.w];
  first.away();
  k.world.after(101);
  turn(k);
  t.deepEqual(second.holds, ['store-1']);
  k.world.restart();
  first.back();
  turn(k);
  t.deepEqual(first.holds, []);
  second.back();
  turn(k);
  second.answer('store-1', 'done');
  turn(k);
  t.is(k.store.endedBy('j1')!.ending, Ending.OK);
});

test('an attempt that had been given up is not taken for the present one either while the store is read again', (t) => {
  const k = kept();
  const v = k.world.worker('v', 'A', { capacity: 4 });
  k.c.keep('A', 'one', { id: 'j1' });
  turn(k);
  const [first, second] = k.w.holds.length > 0 ? [k.w, v] : [v, k.w];
  first.lost();
  turn(k);
  t.deepEqual(second.holds, ['store-1']);
  fail(k);
  first.back();
  second.back();
  k.world.reopen();
  turn(k);
  t.deepEqual(second.holds, ['store-1']);
  second.answer('store-1', 'done');
  k.world.after(k.world.settings.adoptMs);
  t.deepEqual(first.seen.refused, ['store-1']);
});

test('submits of an id and a cancel of it that wait for the store make one job, and who asks behind them hears its end', (t) => {
  const k = kept();
  const d = k.world.client('d');
  k.c.keep('A', 'one', { id: 'j1' });
  k.world.broker.lookups.revoke(k.world.now, d.core, 7, 'j1');
  k.world.broker.lookups.attach(k.world.now, d.core, 8, 'j1');
  d.keep('A', 'one', { id: 'j1' });
  for (let i = 0; i < 3; i++) turn(k);
  t.deepEqual(
    k.store.written.filter((word) => word.startsWith('submitted')),
    ['submitted j1'],
  );
  t.deepEqual(
    k.world.said().filter((line) => line.startsWith('d:')),
    [
      'd: answer 1 j1 CANCELLED ""',
      'd: accept 7 j1 at level 1',
      'd: answer 8 j1 CANCELLED "", ended before',
    ],
  );
});

const ulids = new Ulids();

/** An id that is so young that the store need not be asked whether it knows it. */
function freshId({ world }: ReturnType<typeof kept>): string {
  return `@${ulids.next(world.broker.state.wallAt(world.now))}`;
}

/** The store fails: what was not committed is lost, and what the core asks from then on is not answered. */
function fail({ store, world }: ReturnType<typeof kept>): void {
  store.fail();
  world.broker.storeFailed(world.now, 'STORE_FAILED');
  world.tick();
}

test('while the store is read again nobody takes the key of a job that it has, nor of one whose end it may not have', (t) => {
  const k = kept();
  k.c.keep('A', 'one', { id: 'j1', key: 'runs' });
  k.c.keep('A', 'two', { id: 'j2', key: 'ended' });
  turn(k);
  const [runs, ended] = k.w.holds;
  k.w.answer(ended, 'done');
  k.world.tick();
  fail(k);
  for (const [body, key] of [
    ['three', 'runs'],
    ['four', 'ended'],
    ['five', 'other'],
  ] as const)
    k.c.keep('A', body, { id: freshId(k), key, level: 0 });
  turn(k);
  const bodies = () => k.w.seen.held.map(({ body }) => body);
  t.deepEqual(bodies(), ['one', 'five']);
  k.world.reopen();
  k.w.back();
  turn(k);
  k.w.answer(runs, 'done');
  turn(k);
  t.deepEqual(bodies(), ['five', 'three']);
  k.world.after(k.world.settings.adoptMs);
  k.w.report(0);
  turn(k);
  t.deepEqual(bodies(), ['five', 'three', 'two']);
});

test('a job from memory that is known to be durable when the store fails is read again; one in doubt goes on as it was', (t) => {
  const k = kept();
  for (const id of ['sure', 'doubt']) k.c.keep('A', id, { id, level: 0, delayMs: 100 });
  turn(k);
  k.c.keep('A', 'sure', { id: 'sure' });
  turn(k);
  k.world.broker.state.durable = k.world.broker.state.recorded;
  k.c.keep('A', 'doubt', { id: 'doubt' });
  k.world.tick();
  fail(k);
  k.world.after(200);
  t.deepEqual(
    k.w.seen.held.map(({ body }) => body),
    ['doubt'],
  );
});

test('a deadline that passed while the broker was frozen has passed', (t) => {
  const k = kept();
  const deadline = k.world.broker.state.wallAt(k.world.now) + 100;
  k.c.keep('B', 'one', { id: 'j1', deadline });
  turn(k);
  k.c.keep('A', 'two', { id: 'j2', deadline });
  k.world.broker.state.wallOffset += 200;
  const b = k.world.worker('b', 'B');
  turn(k);
  t.deepEqual([b.holds, k.w.holds], [[], []]);
  for (const id of ['j1', 'j2']) t.is(k.store.endedBy(id)!.ending, Ending.EXPIRED);
});

test('a call that comes again while the store is away waits for no worker', (t) => {
  const k = kept();
  k.world.after(1000);
  k.w.report(0);
  fail(k);
  k.c.gone();
  const call = k.c.submit('A', 'mine');
  k.c.hello();
  k.c.say(call, true);
  k.world.tick();
  t.deepEqual(k.w.holds, ['c-1']);
});

test('a deadline that passed while the store was away has passed, also when a worker is waiting for such jobs', (t) => {
  const k = kept();
  k.c.keep('B', 'one', { id: 'j1', deadline: k.world.broker.state.wallAt(k.world.now) + 100 });
  turn(k);
  fail(k);
  k.world.after(200);
  k.world.worker('b', 'B');
  k.world.reopen();
  turn(k);
  t.deepEqual(k.store.written, ['submitted j1', 'ended 1 EXPIRED']);
});
