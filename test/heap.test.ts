import test from 'ava';
import fc from 'fast-check';
import { plainSubmit } from '../src/core/intake.ts';
import { Ending } from '../src/core/job.ts';
import { History, happenings, type Step } from './support/history.ts';
import { CallsModel, DeadlinesModel, KeepsModel, SlabsModel } from './support/models.ts';
import { World } from './support/world.ts';

function range(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}

function many<T>(one: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<T[]> {
  return fc.array(one, { maxLength, size: 'max' });
}

const step: fc.Arbitrary<Step> = fc.tuple(fc.constantFrom(...happenings), fc.nat(11), fc.nat(59));

test('whatever happens, heaps equal a sort, counts are true, and every job has one end', (t) => {
  const property = fc.property(many(step, 80), (steps) => {
    const history = new History();
    for (const one of steps) history.step(one);
    history.finish();
  });
  t.notThrows(() => fc.assert(property, { numRuns: 1000, includeErrorInReport: true }));
});

test('what is due comes out when a sort would say so, whatever was removed', (t) => {
  const durationMs = fc.constantFrom(0, 1, 5, 10, 100, 255, 256, 257, 1001, 30_000, 1_000_001);
  const act = fc.tuple(fc.nat(300), durationMs, fc.option(fc.nat(20)));
  const property = fc.property(many(act, 100), (acts) => {
    const model = new DeadlinesModel();
    for (const one of acts) model.step(...one);
  });
  t.notThrows(() => fc.assert(property, { includeErrorInReport: true }));
});

test('calls are found by their number, however long some of them stay', (t) => {
  const act = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.option(fc.nat(30), { freq: 20 }));
  const first = fc.constantFrom(0, 1, 15, 0x7fff_fff0, 0xffff_f000);
  const property = fc.property(many(act, 100), first, (acts, from) => {
    const model = new CallsModel(from);
    for (const one of acts) model.step(...one);
    model.finish();
  });
  t.notThrows(() => fc.assert(property, { includeErrorInReport: true }));
});

test('kept jobs are found by their ids, whatever has come and gone beside them', (t) => {
  for (const seed of [1, 2, 3]) {
    const model = new KeepsModel(seed);
    for (let step = 0; step < 20_000; step++) model.step(step < 10_000 ? 0.7 : 0.3);
    t.notThrows(() => model.finish());
  }
});

test('bodies stay what they were while they are moved, and are all given back', (t) => {
  const size = fc.constantFrom(0, 1, 31, 32, 33, 500, 9000, 16_384, 16_385);
  const act = fc.tuple(
    fc.nat(150),
    fc.array(size, { maxLength: 6 }),
    fc.array(fc.nat(60), { maxLength: 6 }),
  );
  const property = fc.property(many(act, 40), (acts) => {
    const model = new SlabsModel();
    for (const one of acts) model.step(...one);
    model.finish();
  });
  t.notThrows(() => fc.assert(property, { numRuns: 40, includeErrorInReport: true }));
});

test('a small body that stays does not keep the frame it came in', (t) => {
  const model = new SlabsModel();
  const frame = Array.from({ length: 4096 }, () => 64);
  const others = Array.from({ length: 4095 }, (_, at) => at + 1);
  model.step(0, frame, others);
  t.is(model.memory, 256 * 1024);
  model.step(100, [], []);
  t.is(model.memory, 64 * 1024);
});

test('bodies that are left over in many slabs are moved together', (t) => {
  const model = new SlabsModel();
  for (let i = 0; i < 40; i++) model.step(100, Array(128).fill(500), []);
  model.step(100, [], []);
  const before = model.memory;
  const most = Array.from({ length: 40 * 128 }, (_, at) => at).filter((at) => at % 40 !== 0);
  model.step(100, [1], most);
  model.step(100, [], []);
  t.true(before > 2_500_000);
  t.true(model.memory <= 2 * 64 * 1024, `${model.memory} bytes are kept`);
});

test('without reports the worker used longest ago is next', (t) => {
  const world = new World();
  const c = world.client('c');
  const workers = range(3).map((n) => world.worker(`w${n}`, 'A', { capacity: 9, reports: false }));
  const order: string[] = [];
  for (const _ of range(9)) {
    c.submit('A');
    world.tick();
    const worker = workers.find(({ holds }) => holds.length > 0)!;
    order.push(worker.name);
    worker.answer();
  }
  const round = order.slice(0, 3);
  t.deepEqual([...round].sort(), ['w0', 'w1', 'w2']);
  t.deepEqual(order, [...round, ...round, ...round]);
});

test('a stale report becomes the median of the others, at a heartbeat and not before', (t) => {
  const world = new World();
  const workers = range(4).map((n) => world.worker(`w${n}`, 'A', { capacity: 10 }));
  const loads = [0, 0.2, 0.4, 0.9];
  for (const [n, worker] of workers.entries()) worker.report(loads[n]!);
  for (const _ of range(2)) {
    world.after(100);
    for (const n of [1, 2, 3]) workers[n]!.report(loads[n]!);
  }
  t.is(workers[0]!.core.key, 0);
  world.after(50);
  t.is(workers[0]!.core.key, 0);
  world.after(50);
  t.is(workers[0]!.core.key, 0.4);
});

test('who fails is less wanted for a while, and forgiven at heartbeats only', (t) => {
  const world = new World();
  const c = world.client('c');
  const w = world.worker('w', 'A', { reports: false });
  c.submit('A');
  world.tick();
  w.answer('c-1', 'no', Ending.FAILED);
  world.tick();
  t.is(w.core.key, 0.1);
  world.tick();
  world.after(99);
  t.is(w.core.key, 0.1);
  world.after(1);
  t.true(w.core.key < 0.1);
  world.after(10_000);
  t.is(w.core.key, 0);
});

test('a body is whole though the job before it in the frame is already over', (t) => {
  const world = new World();
  const c = world.client('c');
  const { broker, now } = world;
  const slab = broker.state.slabs.frame(now, new TextEncoder().encode('firstsecond'));
  broker.submit(now, c.core, world.type('A'), plainSubmit(1), slab, 0, 5);
  broker.cancel(now, c.core, 1);
  broker.submit(now, c.core, world.type('A'), plainSubmit(2), slab, 5, 6);
  const w = world.worker('w', 'A');
  world.tick();
  t.is(w.seen.held[0]?.body, 'second');
});

test('a client that never comes back keeps no bytes once its answers are said', (t) => {
  const world = new World();
  const c = world.client('c', '');
  const w = world.worker('w', 'A', { capacity: 2 });
  c.submit('A', 'one');
  c.submit('A', 'two');
  world.tick();
  const { broker, now } = world;
  const slab = broker.state.slabs.frame(now, new TextEncoder().encode('ONETWO'));
  for (const [at, { token }] of [...w.seen.held].entries())
    broker.answer(now, w.core, token.index, token.generation, 0, slab, at * 3, 3);
  t.deepEqual([c.answerOf(1)?.body, c.answerOf(2)?.body], ['ONE', 'TWO']);
  t.is(broker.state.slabs.heldBytes, 0);
});

test('a worker is never taken for freer than what it holds', (t) => {
  const world = new World();
  const c = world.client('c');
  const w1 = world.worker('w1', 'A', { capacity: 10 });
  for (const _ of range(5)) c.submit('A');
  world.tick();
  w1.report(0);
  const w2 = world.worker('w2', 'A', { capacity: 10 });
  w2.report(0.4);
  c.submit('A');
  world.tick();
  t.deepEqual(w2.holds, ['c-6']);
});

test('a report that crossed a dispatch does not erase it', (t) => {
  const world = new World();
  const c = world.client('c');
  const w1 = world.worker('w1', 'A', { capacity: 10 });
  const w2 = world.worker('w2', 'A', { capacity: 10 });
  w1.report(0.3);
  w2.report(0.55);
  for (const _ of range(3)) c.submit('A');
  world.tick();
  t.deepEqual([w1.holds.length, w2.holds.length], [3, 0]);
  w1.report(0.3, 0);
  c.submit('A');
  world.tick();
  t.deepEqual([w1.holds.length, w2.holds.length], [3, 1]);
});

test('a job goes to the worker with the lowest load, whoever asked first', (t) => {
  const world = new World();
  const c = world.client('c');
  const loads = [0.7, 0.2, 0.4];
  const workers = loads.map((_, n) => world.worker(`w${n}`, 'A', { capacity: 10 }));
  for (const [n, worker] of workers.entries()) worker.report(loads[n]!);
  c.submit('A');
  world.tick();
  t.deepEqual(
    workers.map(({ holds }) => holds.length),
    [0, 1, 0],
  );
});

test('types that share a worker of many places get their turn within a round', (t) => {
  const world = new World();
  const c = world.client('c');
  for (const n of range(80)) c.submit(n < 40 ? 'A' : 'B', n < 40 ? 'A' : 'B');
  const w = world.worker('w', 'A,B', { capacity: 32 });
  world.tick();
  t.is(w.seen.held.filter(({ body }) => body === 'B').length, 16);
});

test('a report counts what was adopted among what it has seen', (t) => {
  const world = new World();
  const c = world.client('c');
  const w = world.worker('w', 'A', { capacity: 10 });
  for (let i = 0; i < 4; i++) c.submit('A');
  world.tick();
  world.restart();
  w.back();
  c.back();
  w.report(0);
  for (let i = 0; i < 3; i++) c.submit('A');
  world.tick();
  w.report(0.9, 4);
  t.is(Math.round(w.core.key * 10), 12);
});
