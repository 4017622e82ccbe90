import test from 'ava';
import { Admin } from '../src/broker/admin.ts';
import { Turn } from '../src/broker/turn.ts';
import type { Clock } from '../src/core/clock.ts';
import { Ending } from '../src/core/job.ts';
import { BackoffKind, type EndedJob } from '../src/core/journal.ts';
import type { LatidoError } from '../src/errors.ts';
import type { Store } from '../src/store/store.ts';
import { deathNoteOf } from '../src/wire/death-note.ts';
import { HeldStore } from './support/held-store.ts';
import { kept, turn } from './support/kept.ts';

const FIXED = { kind: BackoffKind.FIXED, ms: 100, msMax: 0, jitter: 0 };
const ONCE = { attemptsMax: 1, backoff: FIXED };

type Kit = ReturnType<typeof kept>;

/** A job that has failed as often as it may: a dead letter. */
function letter(k: Kit, id: string, options = {}): void {
  k.c.keep('A', `body of ${id}`, { id, ...ONCE, ...options });
  turn(k);
  k.w.answer(k.w.holds.at(-1)!, '{"message":"no luck"}', Ending.FAILED);
  turn(k);
}

/** The dead letter as the store answers with it. */
function stored(k: Kit, id: string): [EndedJob, Uint8Array] {
  const found = k.store.found(id);
  if (found?.state !== 'dead') throw new Error(`no dead letter ${id}`);
  return [found.job, found.body];
}

function revive(k: Kit, id: string) {
  return k.world.broker.operator.revive(k.world.now, ...stored(k, id));
}

test('a job that is dead says how often it was tried, and why in its last 32 attempts', (t) => {
  const k = kept();
  letter(k, 'j1', { attemptsMax: 40 });
  for (let attempt = 2; attempt <= 40; attempt++) {
    k.world.after(101);
    k.w.report(0);
    k.w.answer('store-1', 'no', Ending.FAILED);
    turn(k);
  }
  const { message, causes } = JSON.parse(deathNoteOf(stored(k, 'j1')[0]).toString());
  t.regex(message, /\(40 in all\); the last: failed \(no\) at w/);
  const numbers = causes.map(({ attempt }: { attempt: number }) => attempt);
  t.deepEqual(
    numbers,
    Array.from({ length: 32 }, (_, i) => i + 9),
  );
});

test('a revived dead letter is the same job: same number and body, attempts counted on, none charged', (t) => {
  const k = kept();
  letter(k, 'j1', { attemptsMax: 2 });
  k.world.after(101);
  k.w.answer('store-1', 'no', Ending.FAILED);
  turn(k);
  t.is(revive(k, 'j1'), null);
  turn(k);
  t.deepEqual(
    k.w.seen.held.map(({ label, body, attempt }) => [label, body, attempt]),
    [['store-1', 'body of j1', 3]],
  );
  k.w.answer('store-1', 'no', Ending.FAILED);
  k.world.after(101);
  t.deepEqual(k.w.holds, ['store-1']);
  k.w.answer('store-1', 'done');
  turn(k);
  t.is(k.store.endedBy('j1')!.ending, Ending.OK);
  t.deepEqual(k.store.written.slice(-5), [
    'revived 1',
    'attempt 1.3 at w',
    'lost 1.3 failed, charged 1',
    'attempt 1.4 at w',
    'ended 1 OK',
  ]);
});

test('whoever follows a revived job, or submits its id again, gets its new answer', (t) => {
  const k = kept();
  letter(k, 'j1');
  revive(k, 'j1');
  turn(k);
  const d = k.world.client('d');
  k.world.broker.lookups.attach(k.world.now, d.core, 9, 'j1');
  d.keep('A', 'other', { id: 'j1' });
  k.w.answer('store-1', 'done');
  turn(k);
  const said = k.world.said().filter((line) => line.startsWith('d:'));
  t.deepEqual(said, ['d: answer 9 j1 OK "done"', 'd: answer 1 j1 OK "done"']);
});

test('a dead letter that was revived is not revived or dropped a second time while it is open', (t) => {
  const k = kept();
  letter(k, 'j1');
  const stale = stored(k, 'j1');
  const { operator } = k.world.broker;
  t.is(operator.revive(k.world.now, ...stale), null);
  t.is(operator.revive(k.world.now, ...stale), 'JOB_OPEN');
  t.is(operator.drop(stale[0]), 'JOB_OPEN');
  turn(k);
  t.deepEqual(k.w.holds, ['store-1']);
  t.is(k.store.written.filter((word) => word === 'revived 1').length, 1);
});

test('a dropped dead letter is gone, and its id is free', (t) => {
  const k = kept();
  letter(k, 'j1');
  t.is(k.world.broker.operator.drop(stored(k, 'j1')[0]), null);
  turn(k);
  t.is(k.store.endedBy('j1'), null);
  k.c.keep('A', 'anew', { id: 'j1' });
  turn(k);
  t.deepEqual(k.w.holds, ['store-2']);
});

test('a revival that was committed survives a restart, and one that was not leaves a dead letter', (t) => {
  const k = kept();
  letter(k, 'j1');
  letter(k, 'j2');
  k.w.gone();
  revive(k, 'j1');
  turn(k);
  revive(k, 'j2');
  k.world.restart();
  const w = k.world.worker('w2', 'A', { capacity: 4 });
  turn(k);
  t.deepEqual(w.holds, ['store-1']);
  w.answer('store-1', '{"message":"again"}', Ending.FAILED);
  turn(k);
  t.is(k.store.endedBy('j1')!.losses.length, 1);
  t.is(k.store.endedBy('j2')!.ending, Ending.DEAD);
  t.is(revive(k, 'j2'), null);
  turn(k);
  t.deepEqual(w.holds, ['store-2']);
});

test('a dead letter past its deadline is not begun again, and nothing is written', (t) => {
  const k = kept();
  letter(k, 'j1', { deadline: k.world.broker.state.wallAt(k.world.now) + 100 });
  k.world.after(200);
  const { length } = k.store.written;
  t.is(revive(k, 'j1'), 'DEADLINE_PASSED');
  turn(k);
  t.is(k.store.written.length, length);
  t.is(k.store.endedBy('j1')!.ending, Ending.DEAD);
});

test('nothing is revived while the store has failed, the broker drains, or it holds as much as it may', (t) => {
  const k = kept({ waitingBytesMax: 20 });
  letter(k, 'j1');
  const letters = stored(k, 'j1');
  const { broker } = k.world;
  k.c.submit('B', '123456789012345');
  t.is(revive(k, 'j1'), 'BUSY');
  broker.storeFailed(k.world.now, 'DISK_FULL');
  t.is(broker.operator.revive(k.world.now, ...letters), 'DISK_FULL');
  t.is(broker.operator.drop(letters[0]), 'DISK_FULL');
  k.world.reopen();
  broker.drain(k.world.now, 1000);
  t.is(broker.operator.revive(k.world.now, ...letters), 'CLOSING');
});

test('a revived job of a key waits for its turn, also when the broker has been restarted meanwhile', (t) => {
  const k = kept();
  letter(k, 'j1', { key: 'k' });
  k.c.keep('A', '2', { id: 'j2', key: 'k' });
  turn(k);
  revive(k, 'j1');
  turn(k);
  t.deepEqual(k.w.holds, ['store-2']);
  k.world.restart();
  const w = k.world.worker('w2', 'A', { capacity: 4 });
  turn(k);
  t.deepEqual(w.holds, []);
  k.w.back();
  turn(k);
  t.deepEqual([...k.w.holds, ...w.holds], ['store-2']);
  k.w.answer('store-2', 'done');
  turn(k);
  t.deepEqual([...k.w.holds, ...w.holds], ['store-1']);
});

test('what a waiting job waits for is said', (t) => {
  const k = kept();
  const { broker } = k.world;
  const waits = (id: string) => {
    const found = broker.inventory.waitsFor(k.world.now, broker.inventory.find(id)!);
    return found === null
      ? null
      : [found.what, found.until && found.until - broker.state.wallAt(k.world.now)];
  };
  k.c.keep('A', '1', { id: 'runs', key: 'k', backoff: FIXED });
  k.c.keep('A', '2', { id: 'behind', key: 'k' });
  k.c.keep('A', '3', { id: 'later', delayMs: 300 });
  k.c.keep('B', '4', { id: 'alone' });
  const call = k.c.submit('B', '5');
  turn(k);
  t.is(waits('runs'), null);
  t.deepEqual(waits('behind'), ['key', 0]);
  t.deepEqual(waits('later'), ['delay', 300]);
  t.deepEqual(waits('alone'), ['worker', 0]);
  t.is(broker.inventory.find(`c-${call}`), null);
  k.w.answer('store-1', 'no', Ending.FAILED);
  turn(k);
  t.deepEqual(waits('runs'), ['backoff', 100]);
  k.world.after(101);
  turn(k);
  k.world.restart();
  turn(k);
  const after = k.world.broker.inventory;
  t.is(after.waitsFor(k.world.now, after.find('runs')!)!.what, 'offer');
});

test('all jobs are seen, piece by piece, however small the pieces are', (t) => {
  const k = kept();
  const plain = k.world.client('p', 'f'.repeat(32));
  const calls = Array.from({ length: 100 }, (_, i) => plain.submit('B', '', { call: 1 + i * i }));
  for (let i = 0; i < 10; i++) k.c.keep('B', '', { id: `j${i}` });
  turn(k);
  const { inventory } = k.world.broker;
  for (const most of [1, 3, 64, 10_000]) {
    const ids = new Set<string>();
    let rounds = 0;
    for (
      let at: { client: number; at: number } | null = { client: 0, at: 0 };
      at !== null;
      rounds++
    )
      at = inventory.scan(
        at,
        most,
        (job) => ids.size < 1e6 && ids.add(inventory.idOf(job)).size > 0,
      );
    t.is(ids.size, 110);
    t.true([...ids].every((id) => inventory.idOf(inventory.find(id)!) === id));
    t.true(most > 100 || rounds > 100 / most);
  }
  t.is(inventory.find(`${'f'.repeat(32)}-${calls[7]}`)?.call, calls[7]);
});

test('an open job is cancelled by hand, and whoever waits for it is told', (t) => {
  const k = kept();
  k.c.keep('A', '1', { id: 'runs' });
  const call = k.c.submit('B', '2');
  turn(k);
  const { inventory, operator } = k.world.broker;
  operator.cancel(k.world.now, inventory.find('runs')!);
  operator.cancel(k.world.now, k.c.core.calls.get(call)!);
  turn(k);
  const said = k.world.said().filter((line) => /cancel|CANCELLED/.test(line));
  t.deepEqual(said, [
    'w: cancel store-1',
    'c: answer 1 runs CANCELLED ""',
    'c: answer 2 CANCELLED',
  ]);
});

test('an order is said to be done when it is durable, and the next is given what the store has then', async (t) => {
  const k = kept();
  letter(k, 'j1');
  const held = new HeldStore(k.store);
  const clock = { read: () => k.world.now } as unknown as Clock;
  const turn = new Turn(k.world.broker, clock, held as unknown as Store, []);
  const admin = new Admin(k.world.broker, held as unknown as Store, turn);
  t.teardown(() => turn.stop());
  const ends: string[] = [];
  const end = (name: string, order: Promise<void>) =>
    order.then(
      () => ends.push(`${name} done`),
      (error: LatidoError) => ends.push(`${name} ${error.code}`),
    );
  const orders = [end('first', admin.retry('j1')), end('second', admin.retry('j1'))];
  await held.let();
  t.deepEqual([k.store.underWay, ends], [1, []]);
  turn.durable(await held.let());
  t.deepEqual(ends, ['first done']);
  k.w.answer('store-1', 'done');
  turn.end();
  await held.let();
  await Promise.all(orders);
  t.deepEqual(ends, ['first done', 'second JOB_NOT_DEAD']);
});
