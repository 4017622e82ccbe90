/** What must not happen to kept jobs when brokers and stores die at bad moments. */

import test from 'ava';
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

test('submits of an id that wait for the store while its job comes in and is cancelled make no second job of it', (t) => {
  const k = kept();
  const d = k.world.client('d');
  k.c.keep('A', 'one', { id: 'j1' });
  k.world.broker.revoke(k.world.now, d.core, 7, 'j1');
  d.keep('A', 'one', { id: 'j1' });
  for (let i = 0; i < 3; i++) turn(k);
  t.deepEqual(
    k.store.written.filter((word) => word.startsWith('submitted')),
    ['submitted j1'],
  );
  t.deepEqual(
    k.world.said().filter((line) => line.startsWith('d:')),
    ['d: accept 7 j1 at level 1', 'd: answer 1 j1 CANCELLED "", ended before'],
  );
});
