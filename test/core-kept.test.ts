import test from 'ava';
import { Ulids } from '../src/client/ulid.ts';
import { Ending } from '../src/core/job.ts';
import { BackoffKind } from '../src/core/journal.ts';
import { kept, turn } from './support/kept.ts';

const FIXED = { kind: BackoffKind.FIXED, ms: 100, msMax: 0, jitter: 0 };

test('what happens to a durable job is recorded in order, and of a job at level memory nothing', (t) => {
  const k = kept();
  k.c.keep('A', 'one', { id: 'j1' });
  k.c.keep('A', 'two', { id: 'j2', level: 0 });
  k.c.submit('A', 'three');
  turn(k);
  k.w.answer('store-1', 'done');
  turn(k);
  t.deepEqual(k.store.written, ['submitted j1', 'attempt 1.1 at w', 'ended 1 OK']);
  t.true(k.world.said().includes('c: answer 1 j1 OK "done"'));
});

test('the same id is the same job: while it runs, when it has ended, and across a restart', (t) => {
  const k = kept();
  k.c.keep('A', 'one', { id: 'j1' });
  turn(k);
  k.c.keep('A', 'other', { id: 'j1' });
  turn(k);
  t.deepEqual(k.w.holds, ['store-1']);
  k.w.answer('store-1', 'done');
  turn(k);
  k.c.keep('A', 'late', { id: 'j1' });
  turn(k);
  k.world.restart();
  const d = k.world.client('d');
  d.keep('A', 'later', { id: 'j1' });
  turn(k);
  const answers = k.world.said().filter((line) => line.includes('answer'));
  t.deepEqual(answers, [
    'c: answer 1 j1 OK "done"',
    'c: answer 2 j1 OK "done"',
    'c: answer 3 j1 OK "done", ended before',
    'd: answer 1 j1 OK "done", ended before',
  ]);
});

test('after a restart a job whose worker is still at it is not run again, and its answer counts', (t) => {
  const k = kept();
  k.c.keep('A', 'one', { id: 'j1' });
  turn(k);
  k.w.report(0);
  k.world.restart();
  turn(k);
  k.w.back();
  k.world.client('d').seen.answers.clear();
  turn(k);
  t.deepEqual(k.w.holds, ['store-1']);
  k.w.answer('store-1', 'done');
  turn(k);
  const { written } = k.store;
  t.deepEqual(written, ['submitted j1', 'attempt 1.1 at w', 'ended 1 OK']);
});

test('after a restart a job whose worker does not come is dispatched again, with its cause', (t) => {
  const k = kept();
  k.c.keep('A', 'one', { id: 'j1' });
  turn(k);
  k.world.restart();
  const w2 = k.world.worker('w2', 'A');
  k.world.after(k.world.settings.adoptMs - 1);
  t.deepEqual(w2.holds, []);
  w2.report(0);
  k.world.after(2);
  t.deepEqual(w2.holds, ['store-1']);
  t.deepEqual(k.store.written.slice(2), ['lost 1.1 broker-gone, charged 0', 'attempt 1.2 at w2']);
});

test('after a restart a job that its worker does not have is not waited for once the worker is back', (t) => {
  const k = kept();
  const instance = 'ab'.repeat(16);
  const v = k.world.worker('v', 'B', { capacity: 4, instance });
  k.c.keep('B', 'one', { id: 'j1' });
  k.c.keep('B', 'two', { id: 'j2' });
  turn(k);
  v.report(0);
  k.world.restart();
  turn(k);
  v.back(['store-1']);
  turn(k);
  t.deepEqual(v.holds, ['store-1', 'store-2']);
  t.deepEqual(k.store.written.slice(-3), [
    `attempt 2.1 at v ${instance}`,
    'lost 2.1 broker-gone, charged 0',
    `attempt 2.2 at v ${instance}`,
  ]);
});

test('what was not committed when the broker died was never accepted, and what was is dispatched', (t) => {
  const k = kept();
  k.c.keep('B', 'one', { id: 'j1' });
  turn(k);
  k.c.keep('B', 'two', { id: 'j2' });
  k.world.tick();
  k.world.restart();
  const w = k.world.worker('w2', 'B', { capacity: 4 });
  turn(k);
  t.deepEqual(w.holds, ['store-1']);
});

test('a failed job is tried again after its backoff, and is dead with its causes after the last attempt', (t) => {
  const k = kept();
  k.c.keep('A', 'one', { id: 'j1', attemptsMax: 2, backoff: FIXED });
  turn(k);
  k.w.answer('store-1', '{"message":"no luck"}', Ending.FAILED);
  k.world.after(99);
  t.deepEqual(k.w.holds, []);
  k.world.after(2);
  t.deepEqual(k.w.holds, ['store-1']);
  k.w.answer('store-1', '{"message":"again none"}', Ending.FAILED);
  turn(k);
  t.true(k.world.said().includes('c: answer 1 j1 DEAD ""'));
  const losses = k.store.endedBy('j1')!.losses.map(({ cause, message }) => `${cause}: ${message}`);
  t.deepEqual(losses, ['failed: no luck', 'failed: again none']);
});

test('a failure that is said to be permanent is not tried again', (t) => {
  const k = kept();
  k.c.keep('A', 'one', { id: 'j1', attemptsMax: 9, backoff: FIXED });
  turn(k);
  const { index, generation } = k.w.find('store-1').token;
  const { slab, length } = k.world.slab('never');
  const { broker, now } = k.world;
  broker.answer(now, k.w.core, index, generation, Ending.FAILED, slab, 0, length, true);
  turn(k);
  t.is(k.store.endedBy('j1')?.ending, Ending.DEAD);
});

test('backoff, delay and charged attempts survive a restart', (t) => {
  const k = kept();
  k.c.keep('A', 'one', { id: 'j1', attemptsMax: 2, backoff: FIXED });
  k.c.keep('A', 'two', { id: 'j2', delayMs: 300 });
  turn(k);
  k.w.answer('store-1', 'no', Ending.FAILED);
  turn(k);
  k.world.restart();
  const w = k.world.worker('w2', 'A', { capacity: 4 });
  k.world.after(90);
  t.deepEqual(w.holds, []);
  k.world.after(20);
  t.deepEqual(w.holds, ['store-1']);
  w.answer('store-1', 'no', Ending.FAILED);
  k.world.after(300);
  k.store.commit();
  t.deepEqual(w.holds, ['store-2']);
  t.is(k.store.endedBy('j1')?.ending, Ending.DEAD);
});

test('jobs of a key go one at a time in the order of their submits, through delay, backoff and restart', (t) => {
  const k = kept();
  k.c.keep('A', '1', { id: 'j1', key: 'k', delayMs: 50, backoff: FIXED });
  k.c.keep('A', '2', { id: 'j2', key: 'k' });
  k.c.keep('A', '3', { id: 'j3', key: 'k' });
  k.c.keep('A', 'x', { id: 'jx', key: 'other' });
  turn(k);
  t.deepEqual(k.w.holds, ['store-4']);
  k.world.after(51);
  t.deepEqual(k.w.holds, ['store-4', 'store-1']);
  k.w.answer('store-1', 'no', Ending.FAILED);
  turn(k);
  t.deepEqual(k.w.holds, ['store-4']);
  k.world.after(101);
  k.w.answer('store-1', 'ok');
  turn(k);
  t.deepEqual(k.w.holds, ['store-4', 'store-2']);
  k.world.restart();
  k.w.back();
  turn(k);
  t.deepEqual(k.w.holds, ['store-4', 'store-2']);
  k.w.answer('store-2', 'ok');
  turn(k);
  t.deepEqual(k.w.holds, ['store-4', 'store-3']);
});

test('a job past its deadline is not dispatched, also when it passed while the broker was down', (t) => {
  const k = kept();
  const deadline = k.world.broker.state.wallAt(k.world.now) + 100;
  k.c.keep('B', 'one', { id: 'j1', deadline });
  turn(k);
  k.world.now += 200;
  k.world.restart();
  k.world.worker('b', 'B');
  k.world.after(10);
  k.store.commit();
  t.is(k.store.endedBy('j1')?.ending, Ending.EXPIRED);
});

test('a generated id that is older than ids are remembered is refused, and a fresh one asks nobody', (t) => {
  const k = kept({ keepAnswersMs: 1000 });
  k.c.keep('A', 'one', { id: '@00000000000000000000000000' });
  turn(k);
  k.world.broker.lookups.attach(k.world.now, k.c.core, 2, '@00000000000000000000000000');
  turn(k);
  const said = k.world.said().filter((line) => line.startsWith('c:'));
  t.deepEqual(said, ['c: refuse 1 ID_EXPIRED', 'c: refuse 2 ID_EXPIRED']);
  const { broker, now } = k.world;
  k.c.keep('A', 'two', { id: `@${new Ulids().next(broker.state.wallAt(now))}` });
  t.deepEqual([k.store.asked, k.store.open().length], [[], 0]);
  turn(k);
  t.is(k.store.open().length, 1);
});

test('a generated id whose job the store may have forgotten for want of room is not taken again', (t) => {
  const k = kept();
  const { broker, now } = k.world;
  const wall = broker.state.wallAt(now);
  const ids = [wall - 1000, wall].map((at) => `@${new Ulids().next(at)}`);
  broker.forgot(wall - 500);
  k.c.cut();
  for (const id of ids) k.c.keep('A', 'old', { id });
  k.c.back();
  k.c.keep('A', 'new', { id: `@${new Ulids().next(wall - 1000)}` });
  turn(k);
  t.is(k.store.open().length, 2);
  t.true(k.world.said().includes('c: refuse 1 ID_EXPIRED'));
});

test('a kept job can be cancelled by its id and asked for by anybody; an unknown one cannot', (t) => {
  const k = kept();
  k.c.keep('B', 'one', { id: 'j1', follow: false });
  turn(k);
  const d = k.world.client('d');
  k.world.broker.lookups.attach(k.world.now, d.core, 1, 'j1');
  k.world.broker.lookups.revoke(k.world.now, d.core, 2, 'j1');
  k.world.broker.lookups.attach(k.world.now, d.core, 3, 'nobody');
  turn(k);
  k.world.broker.lookups.revoke(k.world.now, d.core, 4, 'j1');
  turn(k);
  const said = k.world.said().filter((line) => line.startsWith('d:'));
  t.deepEqual(said, [
    'd: answer 1 j1 CANCELLED ""',
    'd: accept 2 j1 at level 1',
    'd: refuse 3 JOB_UNKNOWN',
    'd: refuse 4 JOB_ENDED',
  ]);
});

test('a kept job goes on when its client is gone', (t) => {
  const k = kept();
  k.c.keep('A', 'one', { id: 'j1' });
  k.c.keep('A', 'two', { id: 'j2', level: 0 });
  turn(k);
  k.c.gone();
  turn(k);
  t.deepEqual(k.w.holds, ['store-1', 'store-2']);
});
