import test from 'ava';
import { viewOfStored } from '../src/broker/seen/job-view.ts';
import { Ulids } from '../src/client/ulid.ts';
import { Ending } from '../src/core/job.ts';
import { BackoffKind } from '../src/core/journal.ts';
import { kept, turn } from './support/kept.ts';

test('a store that fails drops what was not durable; jobs at workers are offered, and go on', (t) => {
  const k = kept();
  k.c.keep('A', 'one', { id: 'j1' });
  k.c.submit('A', 'plain');
  turn(k);
  k.c.keep('B', 'two', { id: 'j2' });
  k.world.tick();
  k.store.fail();
  k.world.broker.storeFailed(k.world.now, 'DISK_FULL');
  t.true(k.world.said().includes('w: again'));
  k.c.keep('A', 'three', { id: 'j3' });
  t.true(k.world.said().includes('c: refuse 4 DISK_FULL'));
  k.w.back();
  k.world.after(1000);
  k.world.reopen();
  turn(k);
  t.deepEqual(k.w.holds.toSorted(), ['c-2', 'store-1']);
  k.w.answer('store-1', 'done');
  turn(k);
  t.is(new TextDecoder().decode(k.store.endedBy('j1')!.answer), 'done');
  t.deepEqual(k.store.open(), []);
  t.deepEqual(
    k.store.written.filter((word) => word.startsWith('attempt')),
    ['attempt 1.1 at w'],
  );
});

test('a job at level memory that is handed in again at level disk is durable from then on', (t) => {
  const k = kept();
  k.c.keep('A', 'one', { id: 'j1', level: 0 });
  turn(k);
  t.deepEqual(k.store.written, []);
  k.c.keep('A', 'one', { id: 'j1', follow: false });
  turn(k);
  t.true(k.world.said().includes('c: accept 2 j1 at level 1'));
  t.deepEqual(k.store.written, ['submitted j1', 'attempt 1.1 at w']);
});

test('a job that came in at level memory outlives the failure of the store that was to keep it', (t) => {
  const k = kept();
  k.c.keep('A', 'one', { id: 'j1', level: 0 });
  turn(k);
  k.c.keep('A', 'one', { id: 'j1', follow: false });
  k.world.tick();
  k.store.fail();
  k.world.broker.storeFailed(k.world.now, 'DISK_FULL');
  k.w.answer('store-1', 'done');
  turn(k);
  t.true(k.world.said().includes('c: answer 1 j1 OK "done"'));
  k.world.reopen();
  k.c.keep('A', 'one', { id: 'j1' });
  turn(k);
  t.true(k.world.said().includes('c: answer 3 j1 OK "done"'));
  t.is(k.store.endedBy('j1')!.attempts, 1);
});

test('an upgrade that was durable before the store failed goes on from what has happened since', (t) => {
  const k = kept();
  k.c.keep('A', 'one', { id: 'j1', level: 0 });
  turn(k);
  k.c.keep('A', 'one', { id: 'j1', follow: false });
  turn(k);
  k.world.broker.storeFailed(k.world.now, 'STORE_FAILED');
  k.w.answer('store-1', 'done');
  turn(k);
  k.world.reopen();
  turn(k);
  t.is(new TextDecoder().decode(k.store.endedBy('j1')!.answer), 'done');
  t.deepEqual(k.store.open(), []);
});

test('an upgraded job that has lost more attempts than are remembered goes on from what has happened since, too', (t) => {
  const k = kept();
  const backoff = { kind: 0, ms: 0, msMax: 0, jitter: 0 } as const;
  const fail = (times: number) => {
    for (let n = 0; n < times; n++) {
      k.w.answer('store-1', 'no', Ending.FAILED);
      turn(k);
    }
  };
  k.c.keep('A', 'one', { id: 'j1', level: 0, attemptsMax: 100, backoff });
  turn(k);
  fail(40);
  k.c.keep('A', 'one', { id: 'j1', follow: false });
  turn(k);
  k.world.broker.storeFailed(k.world.now, 'STORE_FAILED');
  fail(2);
  k.world.reopen();
  turn(k);
  k.w.answer('store-1', 'done');
  turn(k);
  const { attempts, losses } = k.store.endedBy('j1')!;
  t.is(attempts, 43);
  t.deepEqual(
    losses.map(({ attempt }) => attempt),
    Array.from({ length: 32 }, (_, n) => n + 11),
  );
});

test('an attempt that is under way when its job becomes durable is known by its worker after a restart, also when it is not the first', (t) => {
  const k = kept();
  k.c.keep('A', 'one', { id: 'j1', level: 0, backoff: { kind: 0, ms: 0, msMax: 0, jitter: 0 } });
  turn(k);
  k.w.answer('store-1', 'no', Ending.FAILED);
  turn(k);
  k.c.keep('A', 'one', { id: 'j1', follow: false });
  turn(k);
  k.world.restart();
  k.w.back();
  turn(k);
  k.w.answer('store-1', 'done');
  turn(k);
  const { ending, attempts, losses } = k.store.endedBy('j1')!;
  t.deepEqual([ending, attempts, losses.map(({ cause }) => cause)], [Ending.OK, 2, ['failed']]);
});

test('while the store is closed an id that it may know is refused, and a new one taken', (t) => {
  const k = kept();
  k.world.broker.storeFailed(k.world.now, 'STORE_FAILED');
  k.c.keep('A', 'one', { id: 'order-1', level: 0 });
  k.c.submit('A', 'two');
  turn(k);
  t.true(k.world.said().includes('c: refuse 1 STORE_FAILED'));
  t.deepEqual(k.w.holds, ['c-2']);
});

test('who asks for a job that is just coming in follows it', (t) => {
  const k = kept();
  const d = k.world.client('d');
  const id = `@${new Ulids().next(k.world.broker.state.wallAt(k.world.now))}`;
  for (const each of [id, 'own']) {
    k.world.broker.lookups.attach(k.world.now, d.core, each.length, each);
    k.c.keep('A', 'one', { id: each });
  }
  turn(k);
  for (const held of k.w.holds) k.w.answer(held, 'done');
  turn(k);
  const told = k.world.said().filter((line) => line.startsWith('d: answer'));
  t.deepEqual(told, [`d: answer 27 ${id} OK "done"`, 'd: answer 3 own OK "done"']);
});

test('a job that has ended while the store was asked for it is asked for again', (t) => {
  const k = kept();
  const d = k.world.client('d');
  k.world.broker.lookups.attach(k.world.now, d.core, 1, 'j1');
  k.world.broker.lookups.told(k.world.now, 'j1', 'open');
  t.deepEqual(k.store.asked, ['j1', 'j1']);
});

test('a broker that drains leaves the durable jobs that wait to its next start, and waits for none', (t) => {
  const k = kept();
  const backoff = { kind: BackoffKind.FIXED, ms: 100, msMax: 0, jitter: 0 };
  k.c.keep('A', 'one', { id: 'j1', backoff });
  turn(k);
  k.c.keep('B', 'two', { id: 'j2' });
  k.c.keep('B', 'three', { id: 'j3', delayMs: 100 });
  k.c.keep('B', 'four', { id: 'j4', level: 0 });
  turn(k);
  const { broker } = k.world;
  broker.drain(k.world.now, 1000);
  const late = k.world.worker('late', 'B', { capacity: 4 });
  k.world.after(200);
  t.deepEqual(late.holds, ['store-4']);
  t.false(broker.idle);
  k.w.report(0);
  k.w.answer('store-1', 'no', Ending.FAILED);
  late.answer('store-4', 'done');
  turn(k);
  k.world.after(110);
  t.deepEqual(k.w.holds, []);
  k.world.after(2000);
  t.true(broker.idle);
  k.world.restart();
  k.world.client('d');
  k.w.back();
  late.back();
  turn(k);
  t.deepEqual(late.holds, ['store-2', 'store-3']);
  t.deepEqual(k.w.holds, ['store-1']);
});

test('jobs at level memory that still wait when the drain is over are refused', (t) => {
  const k = kept();
  k.c.keep('B', 'one', { id: 'j1', level: 0 });
  k.c.keep('B', 'two', { id: 'j2' });
  turn(k);
  k.world.broker.drain(k.world.now, 1000);
  k.world.after(1000);
  t.true(k.world.said().includes('c: refuse 1 CLOSING'));
  t.true(k.world.broker.idle);
  t.deepEqual(
    k.store.open().map(({ kept: { id } }) => id),
    ['j2'],
  );
});

test('who waits for the answer of a durable job waits on while the store is closed', (t) => {
  const k = kept();
  k.c.keep('A', 'one', { id: 'j1', follow: false });
  turn(k);
  const d = k.world.client('d');
  k.world.broker.lookups.attach(k.world.now, d.core, 1, 'j1');
  k.world.broker.lookups.attach(k.world.now, d.core, 2, 'nobody');
  k.store.fail();
  k.world.broker.storeFailed(k.world.now, 'DISK_FULL');
  d.back();
  for (const call of [1, 3]) k.world.broker.lookups.attach(k.world.now, d.core, call, 'j1');
  k.world.broker.cancel(k.world.now, d.core, 3);
  k.w.back();
  k.world.after(1000);
  k.world.reopen();
  turn(k);
  k.w.answer('store-1', 'done');
  turn(k);
  const told = k.world.said().filter((line) => line.startsWith('d:'));
  t.deepEqual(told, ['d: again', 'd: answer 1 j1 OK "done"']);
});

test('an attempt is given up when that is durable: if the store fails before, its worker goes on with it', (t) => {
  const k = kept();
  k.c.keep('A', 'late', { id: 'j1' });
  const call = k.c.keep('A', 'cancelled', { id: 'j2' });
  turn(k);
  k.world.after(999);
  k.c.cancel(call);
  k.world.after(2);
  t.deepEqual(k.store.written.slice(-2), [
    'ended 2 CANCELLED',
    'lost 1.1 answer-timeout, charged 1',
  ]);
  k.store.fail();
  k.world.said();
  k.world.broker.storeFailed(k.world.now, 'DISK_FULL');
  t.true(k.world.said().includes('w: again'));
  k.w.back();
  k.world.reopen();
  turn(k);
  k.w.answer('store-1', 'done');
  k.w.answer('store-2', 'done');
  turn(k);
  t.deepEqual(
    ['j1', 'j2'].map((id) => [k.store.endedBy(id)!.ending, k.store.endedBy(id)!.losses.length]),
    [
      [Ending.OK, 0],
      [Ending.OK, 0],
    ],
  );
});

test('a broker that drains leaves a job to its next start from when that is durable, and no longer', (t) => {
  const k = kept();
  for (const id of ['before', 'after']) k.c.keep('B', id, { id, level: 0 });
  turn(k);
  k.c.keep('B', 'before', { id: 'before', follow: false });
  k.world.broker.drain(k.world.now, 1000);
  k.c.keep('B', 'after', { id: 'after', follow: false });
  const late = k.world.worker('late', 'B', { capacity: 4 });
  k.world.tick();
  t.deepEqual(late.holds, []);
  k.store.fail();
  k.world.broker.storeFailed(k.world.now, 'STORE_FAILED');
  k.world.tick();
  t.deepEqual([...late.holds].sort(), ['store-1', 'store-2']);
});

test('a job that only the store has is shown at its worker by the name that people know', (t) => {
  const k = kept();
  k.world.worker('b', 'B', { instance: 'ab'.repeat(16) });
  k.c.keep('B', 'one', { id: 'j1' });
  turn(k);
  k.store.fail();
  k.world.broker.storeFailed(k.world.now, 'STORE_FAILED');
  const { worker, attempt } = viewOfStored(k.world.now, k.world.broker, k.store.found('j1')!);
  t.deepEqual([worker, attempt?.worker], ['b', 'b']);
});
