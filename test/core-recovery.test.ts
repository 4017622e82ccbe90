import test from 'ava';
import { audit } from './support/audit.ts';
import { World } from './support/world.ts';

/** Nothing that is counted disagrees with what is there. */
function sound(world: World): string[] {
  return audit(world.broker.state, { ticked: true });
}

test('a job handed in between HELLO and RESUMED is not forgotten', (t) => {
  const world = new World();
  const c = world.client('c');
  c.away();
  c.hello();
  const call = c.submit('A', 'fresh');
  c.resumed();
  world.worker('w1', 'A').report(0);
  world.tick();
  world.workers[0]!.answer('c-1', 'done');
  t.is(c.answerOf(call)?.body, 'done');
});

test('an answer that crosses the repeat of its call is sent once, and what was received leaves nothing', (t) => {
  const world = new World();
  const c = world.client('c');
  const w = world.worker('w', 'A', { capacity: 2 });
  c.submit('A', 'one');
  c.submit('A', 'two');
  world.tick();
  c.away();
  c.hello();
  w.answer('c-1', 'answer one');
  w.answer('c-2', 'answer two');
  c.say(1, true);
  c.resumed();
  t.is(c.seen.answered, 2);
  t.deepEqual(sound(world), []);
  c.received();
  t.deepEqual([c.core.calls.size, c.core.unreceived, c.core.unreceivedBytes], [0, 0, 0]);
  t.is(world.broker.state.slabs.heldBytes, 0);
});

test('a worker of two types serves both in turn, reports or not', (t) => {
  const world = new World();
  const c = world.client('c');
  const w = world.worker('w', 'A,B');
  for (let i = 0; i < 20; i++) c.submit(i < 10 ? 'A' : 'B', i < 10 ? 'A' : 'B');
  world.tick();
  let served = '';
  for (let i = 0; i < 8; i++) {
    served += w.seen.held[0]!.body;
    w.answer();
    world.tick();
    w.report(0);
    world.tick();
  }
  t.is(served, 'ABABABAB');
});

test('a worker that joins makes no room at the cost of its own types', (t) => {
  const world = new World({ typesMax: 2 });
  world.type('A');
  world.type('B');
  const w = world.worker('w', 'A,C');
  const c = world.client('c');
  c.submit('A');
  world.tick();
  t.deepEqual(w.holds, ['c-1']);
  t.false(world.worker('x', 'A,D,E').ready([]));
});

test('a suspect does not wait for a handler that is stuck', (t) => {
  const world = new World();
  const c = world.client('c');
  const w1 = world.worker('w1', 'A', { capacity: 2 });
  c.submit('A', 'stuck', { timeoutMs: 50 });
  world.tick();
  w1.report(0);
  const w2 = world.worker('w2', 'A', { capacity: 2 });
  c.submit('A', 'suspect');
  world.tick();
  t.deepEqual(w2.holds, ['c-2']);
  w2.report(0);
  world.after(50);
  t.deepEqual(w2.holds, ['c-2', 'c-1']);
  w2.report(0);
  w2.gone();
  world.tick();
  t.true(w1.seen.held.some(({ alone }) => alone));
});

test('a suspect that has its worker does not wait for one that has none', (t) => {
  const world = new World();
  const c = world.client('c');
  const doomed = world.worker('doomed', 'A', { capacity: 2 });
  c.submit('A', 'x');
  c.submit('A', 'y');
  world.tick();
  doomed.report(0);
  const busy = ['w1', 'w2', 'w3', 'w4'].map((name) => world.worker(name, 'A', { capacity: 2 }));
  for (let i = 0; i < 4; i++) c.submit('A', 'busy');
  world.tick();
  doomed.gone();
  world.tick();
  const kept = busy.filter((worker) => worker.core.reserved !== null);
  t.is(kept.length, 2);
  const [head] = world.type('A').suspects;
  const first = kept.find((worker) => worker.core.reserved === head)!;
  for (const worker of busy) if (!kept.includes(worker)) worker.lost();
  first.lost();
  world.tick();
  const second = kept.find((worker) => worker !== first)!;
  second.answer();
  world.tick();
  t.true(second.seen.held.some(({ alone }) => alone));
});

test('a job is not charged for a death that an undecided offer may have caused', (t) => {
  const world = new World();
  const c = world.client('c');
  const d = world.client('d');
  const w = world.worker('w', 'A', { capacity: 2 });
  c.submit('A', 'innocent');
  d.submit('A', 'killer');
  world.tick();
  w.report(0);
  world.restart();
  c.back();
  w.back();
  world.tick();
  w.gone();
  world.tick();
  t.is(c.core.calls.get(1)!.rare!.charged, 0);
});

test('what was adopted stays adopted though the worker never heard of it', (t) => {
  const world = new World();
  const c = world.client('c');
  const w = world.worker('w', 'A', { capacity: 1 });
  c.submit('A');
  world.tick();
  w.report(0);
  const before = { ...w.find('c-1').token };
  world.restart();
  c.back();
  w.back();
  world.tick();
  w.find('c-1').token = before;
  w.away();
  w.back();
  world.tick();
  t.deepEqual([w.holds, w.seen.refused], [['c-1'], []]);
  w.answer('c-1', 'done');
  t.like(c.answerOf(1), { body: 'done', attempts: 1 });
});

test('an answer that crosses the news of its adoption counts', (t) => {
  const world = new World();
  const c = world.client('c');
  const w = world.worker('w', 'A');
  c.submit('A');
  world.tick();
  const before = { ...w.find('c-1').token };
  world.restart();
  w.back();
  c.back();
  w.find('c-1').token = before;
  w.answer('c-1', 'done');
  t.is(c.answerOf(1)?.body, 'done');
  t.is(world.broker.state.counts.stale, 0);
});

test('a job may be handed back before its offer is decided, and after', (t) => {
  const world = new World();
  const c = world.client('c');
  const w = world.worker('w', 'A', { capacity: 2 });
  c.submit('A', 'undecided');
  c.submit('A', 'decided');
  world.tick();
  const before = { ...w.find('c-2').token };
  world.restart();
  w.back();
  w.handBack('c-1');
  c.back([1, 2]);
  w.find('c-2').token = before;
  w.handBack('c-2');
  w.leave();
  world.after(world.settings.adoptMs);
  const other = world.worker('other', 'A', { capacity: 2 });
  world.tick();
  t.deepEqual([...other.holds].sort(), ['c-1', 'c-2']);
  t.deepEqual(sound(world), []);
});

test('a suspect goes as soon as nobody waits for what its worker holds', (t) => {
  const world = new World();
  const c = world.client('c');
  const doomed = world.worker('doomed', 'A');
  c.submit('A', 'suspect');
  world.tick();
  doomed.report(0);
  const w = world.worker('w', 'A', { capacity: 2 });
  c.submit('A', 'slow', { expiresMs: 40 });
  world.tick();
  doomed.gone();
  world.tick();
  t.deepEqual(w.holds, ['c-2']);
  world.after(40);
  t.deepEqual(w.holds, ['c-2', 'c-1']);
});

test('an answer under the token of an undecided offer is kept for its client', (t) => {
  const world = new World();
  const c = world.client('c');
  const w = world.worker('w', 'A');
  c.submit('A');
  world.tick();
  world.restart();
  w.back();
  w.answer('c-1', 'early');
  world.after(100);
  t.is(w.core.inflight, 0);
  c.back();
  t.like(c.answerOf(1), { body: 'early', attempts: 1 });
  world.tick();
  t.deepEqual([sound(world), w.seen.refused], [[], []]);
});

test('of two workers that offer the same job one keeps it', (t) => {
  const world = new World();
  const c = world.client('c');
  const w1 = world.worker('w1', 'A');
  c.submit('A');
  world.tick();
  w1.lost();
  const w2 = world.worker('w2', 'A');
  world.tick();
  t.deepEqual([w1.holds, w2.holds], [['c-1'], ['c-1']]);
  world.restart();
  w1.back();
  w2.back();
  c.back();
  world.tick();
  t.deepEqual([w1.holds, w2.holds], [['c-1'], []]);
});

test('as many types as there may be: one that nobody uses makes room for another', (t) => {
  const world = new World({ typesMax: 2 });
  const { state } = world.broker;
  world.client('c').submit('A');
  t.truthy(state.type('idle'));
  t.truthy(state.type('B'));
  world.worker('w', 'B');
  t.is(state.type('C'), null);
  t.deepEqual([...state.types.keys()], ['A', 'B']);
});

test('a worker that joins anew with other types is not kept for a suspect of the old ones', (t) => {
  const world = new World();
  const c = world.client('c');
  const doomed = world.worker('doomed', 'A');
  c.submit('A', 'suspect');
  world.tick();
  doomed.report(0);
  const w = world.worker('w', 'A', { capacity: 2 });
  c.submit('A', 'keeps w busy');
  world.tick();
  doomed.gone();
  world.tick();
  t.not(w.core.reserved, null);
  w.hello.types = ['B'];
  w.back();
  w.answer('c-2');
  world.tick();
  t.deepEqual([w.holds, sound(world)], [[], []]);
});

test('a client that lets too many answers wait is given up, and the others are not touched', (t) => {
  const world = new World({ unreceivedBytesMax: 50 });
  const [c, d] = [world.client('c'), world.client('d')];
  const w = world.worker('w', 'A', { capacity: 9, reports: false });
  for (const client of [c, d, c, c, d]) client.submit('A');
  world.tick();
  for (const label of ['c-1', 'd-1', 'c-2']) w.answer(label, 'x'.repeat(30));
  world.tick();
  t.deepEqual([c.present, d.present, w.find('c-3').cancelled], [false, true, true]);
  t.is(world.broker.state.slabs.heldBytes, 30);
  w.answer('d-2', 'x'.repeat(30));
  d.gone();
  world.tick();
  t.is(world.broker.state.counts.clientsDropped, 1);
});
