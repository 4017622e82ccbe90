import test from 'ava';
import { Ulids } from '../src/client/ulid.ts';
import { kept, turn } from './support/kept.ts';

type Kept = ReturnType<typeof kept>;

function generated({ world }: Kept): string {
  return `@${new Ulids().next(world.broker.state.wallAt(world.now))}`;
}

/** The bodies of the jobs that worker `w` is given one after the other. */
function run(k: Kept): string[] {
  const bodies: string[] = [];
  for (let held = k.w.holds[0]; held !== undefined; held = k.w.holds[0]) {
    const { job } = k.w.core.runs().find((each) => each.job !== null)!;
    const { slab, offset, length } = job!;
    bodies.push(new TextDecoder().decode(slab.bytes.subarray(offset, offset + length)));
    k.w.answer(held, 'done');
    turn(k);
  }
  return bodies;
}

test('jobs of a key go in the order of their submits, whether the store is asked for their ids or not', (t) => {
  const k = kept();
  k.c.keep('A', 'one', { id: 'own-1', key: 'k' });
  k.c.keep('A', 'two', { id: generated(k), key: 'k' });
  k.c.keep('A', 'three', { id: 'own-3', key: 'k' });
  k.c.keep('A', 'four', { id: generated(k), key: 'k', level: 0 });
  turn(k);
  t.deepEqual(run(k), ['one', 'two', 'three', 'four']);
});

test('a submit whose id somebody has asked for before does not overtake the others of its key', (t) => {
  const k = kept();
  k.world.broker.lookups.attach(k.world.now, k.world.client('d').core, 1, 'own-2');
  k.c.keep('A', 'one', { id: 'own-1', key: 'k' });
  k.c.keep('A', 'two', { id: 'own-2', key: 'k' });
  turn(k);
  t.deepEqual(run(k), ['one', 'two']);
});

test('when the store fails, submits of a key that waited for its word are refused, and those behind them are heard', (t) => {
  const k = kept();
  k.c.keep('A', 'one', { id: 'own-1', key: 'k' });
  k.c.keep('A', 'two', { id: generated(k), key: 'k' });
  k.c.keep('A', 'three', { id: generated(k), key: 'k', level: 0 });
  k.world.broker.storeFailed(k.world.now, 'STORE_FAILED');
  turn(k);
  const said = k.world.said().filter((line) => line.startsWith('c: refuse'));
  t.deepEqual(said, ['c: refuse 1 STORE_FAILED', 'c: refuse 2 STORE_FAILED']);
  t.deepEqual(run(k), ['three']);
  k.world.reopen();
  k.c.keep('A', 'four', { id: generated(k), key: 'k' });
  turn(k);
  t.deepEqual(run(k), ['four']);
});

test('a client that is gone holds nobody of its key up', (t) => {
  const k = kept();
  const d = k.world.client('d');
  d.keep('A', 'one', { id: 'own-1', key: 'k' });
  k.c.keep('A', 'two', { id: generated(k), key: 'k' });
  d.gone();
  turn(k);
  t.deepEqual(run(k), ['two']);
});

test('a submit of a key whose id came in and ended while it stood in line is the job that was', (t) => {
  const k = kept();
  const d = k.world.client('d');
  const id = generated(k);
  k.c.keep('A', 'one', { id: 'own-1', key: 'k' });
  k.c.keep('A', 'two', { id, key: 'k' });
  d.keep('B', 'two', { id });
  d.cancel(1);
  for (let i = 0; i < 3; i++) turn(k);
  t.deepEqual(run(k), ['one']);
  t.true(k.world.said().some((line) => line.startsWith(`c: answer 2 ${id} CANCELLED`)));
});

test('while the store is closed a job from memory keeps the key it holds, also when its worker dies', (t) => {
  const k = kept();
  k.c.keep('A', 'one', { id: generated(k), key: 'k', level: 0 });
  k.c.keep('A', 'two', { id: generated(k), key: 'k' });
  turn(k);
  k.store.fail();
  k.world.broker.storeFailed(k.world.now, 'STORE_FAILED');
  k.w.gone();
  const v = k.world.worker('v', 'A');
  k.world.tick();
  t.deepEqual(v.holds, ['store-1']);
});

test('a job waits for its key again when the store fails before it has the end of the one that held the key', (t) => {
  const k = kept();
  k.c.keep('A', 'one', { id: generated(k), key: 'k' });
  k.c.keep('B', 'two', { id: generated(k), key: 'k', level: 0 });
  turn(k);
  k.w.answer('store-1', 'done');
  k.world.tick();
  k.store.fail();
  k.world.broker.storeFailed(k.world.now, 'STORE_FAILED');
  const v = k.world.worker('v', 'B');
  k.world.tick();
  t.deepEqual(v.holds, []);
  k.world.reopen();
  k.world.after(k.world.settings.adoptMs);
  for (const worker of [k.w, v]) worker.report(0);
  turn(k);
  t.deepEqual([k.w.holds, v.holds], [['store-1'], []]);
  k.w.answer('store-1', 'done');
  turn(k);
  t.deepEqual(v.holds, ['store-2']);
});
