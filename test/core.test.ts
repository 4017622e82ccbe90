import test, { type ExecutionContext } from 'ava';
import { Ending } from '../src/core/job.ts';
import { audit } from './support/audit.ts';
import { World } from './support/world.ts';

/** Nothing that is counted disagrees with what is there. */
function sound(t: ExecutionContext, world: World): void {
  t.deepEqual(audit(world.broker.state, { ticked: true }), []);
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}

test('jobs of one turn go to as many different workers as are equally idle', (t) => {
  const world = new World();
  const c = world.client('c');
  const workers = range(20).map((n) => world.worker(`w${n}`, 'A', { capacity: 10 }));
  for (const worker of workers) worker.report(0);
  for (const _ of workers) c.submit('A');
  world.tick();
  t.true(workers.every((worker) => worker.holds.length === 1));
});

test('a worker that reports 0 for ever never gets more than its capacity', (t) => {
  const world = new World();
  const c = world.client('c');
  const w = world.worker('w', 'A', { capacity: 3 });
  for (const _ of range(50)) {
    c.submit('A');
    w.report(0);
    world.tick();
    t.true(w.holds.length <= 3);
  }
  t.is(w.holds.length, 3);
});

test('higher priority is sooner, and first come is first within one', (t) => {
  const world = new World();
  const c = world.client('c');
  for (const priority of [0, 5, -5, 0, 5, -5]) c.submit('A', `${priority}`, { priority });
  const w = world.worker('w', 'A', { capacity: 6 });
  world.tick();
  t.deepEqual(w.holds, ['c-2', 'c-5', 'c-1', 'c-4', 'c-3', 'c-6']);
});

test('a worker that holds its bytes of bodies gets no more jobs until it answers', (t) => {
  const world = new World({ workerBytesMax: 100 });
  const c = world.client('c');
  const w = world.worker('w', 'A', { capacity: 10 });
  for (const _ of range(3)) c.submit('A', 'x'.repeat(60));
  world.tick();
  t.is(w.holds.length, 2);
  w.answer();
  world.tick();
  t.is(w.holds.length, 2);
  sound(t, world);
});

test('a worker whose reports stop gets no new jobs, keeps those it has, and gets more when it is back', (t) => {
  const world = new World();
  const c = world.client('c');
  const w = world.worker('w', 'A', { capacity: 2 });
  c.submit('A');
  world.tick();
  w.report(0);
  world.after(300);
  c.submit('A');
  world.tick();
  t.is(w.holds.length, 2);
  w.answer('c-2');
  world.after(100);
  c.submit('A');
  world.tick();
  t.deepEqual(w.holds, ['c-1']);
  t.is(world.broker.state.counts.workersStalled, 1);
  w.report(0);
  world.tick();
  t.deepEqual(w.holds, ['c-1', 'c-3']);
  w.answer('c-1', 'late, and still its own');
  t.is(c.answerOf(1)?.ending, 'OK');
});

test('a worker that cannot report is never stalled', (t) => {
  const world = new World();
  const w = world.worker('w', 'A', { reports: false });
  world.after(100_000);
  world.client('c').submit('A');
  world.tick();
  t.is(w.holds.length, 1);
});

test('a worker that is away keeps its jobs for the grace; gone, they run elsewhere at once', (t) => {
  const world = new World();
  const c = world.client('c');
  const w1 = world.worker('w1', 'A', { capacity: 2, reports: false });
  c.submit('A', 'x');
  c.submit('A', 'y');
  world.tick();
  const w2 = world.worker('w2', 'A', { capacity: 2, reports: false });
  w1.away();
  world.after(299);
  t.deepEqual(w2.holds, []);
  w1.back();
  world.after(299);
  t.deepEqual([w1.holds, w2.holds], [['c-1', 'c-2'], []]);
  w1.away();
  world.after(300);
  t.is(world.broker.state.counts.workersGone, 1);
  t.is(w2.holds.length, 1);
  t.true(w2.seen.held[0]!.alone);
  w2.answer();
  world.tick();
  t.is(w2.holds.length, 1);
  t.deepEqual([...c.seen.answers.keys(), ...w2.seen.held.map(({ call }) => call)].sort(), [1, 2]);
});

test('what was answered while its worker was away is answered once', (t) => {
  const world = new World();
  const c = world.client('c');
  const w = world.worker('w', 'A');
  c.submit('A');
  world.tick();
  w.away();
  w.answer('c-1', 'done');
  world.after(10);
  w.back();
  t.like(c.answerOf(1), { body: 'done', attempts: 1 });
  t.is(c.seen.answered, 1);
  sound(t, world);
});

test('an answer that does not come in time is given up, refused when it comes, and its place stays taken until then', (t) => {
  const world = new World();
  const c = world.client('c');
  const w1 = world.worker('w1', 'A', { reports: false });
  c.submit('A', '', { timeoutMs: 50 });
  world.tick();
  const stuck = { ...w1.find('c-1') };
  const w2 = world.worker('w2', 'A', { reports: false });
  world.after(50);
  t.true(w1.find('c-1').cancelled);
  t.deepEqual(w2.holds, ['c-1']);
  w2.answer('c-1', 'in time');
  c.submit('A');
  c.submit('A');
  world.tick();
  t.deepEqual(w2.holds, ['c-2']);
  t.is(w1.core.inflight, 1);
  w1.say(stuck, Ending.OK, 'too late');
  world.tick();
  t.deepEqual(w1.seen.refused, ['c-1']);
  t.is(world.broker.state.counts.stale, 1);
  t.is(c.answerOf(1)?.body, 'in time');
  t.deepEqual(w1.holds, ['c-3']);
});

test('a token answers once: the same answer again is refused and counted', (t) => {
  const world = new World();
  const c = world.client('c');
  const w = world.worker('w', 'A');
  c.submit('A');
  world.tick();
  const held = { ...w.find('c-1') };
  w.answer('c-1', 'first');
  w.say(held, Ending.OK, 'second');
  c.submit('A');
  world.tick();
  w.say(held, Ending.OK, 'third');
  t.deepEqual([c.seen.answered, world.broker.state.counts.stale, w.holds.length], [1, 2, 1]);
});

test('attempts-max lost attempts make a job dead, with the cause of each and who lost it', (t) => {
  const world = new World();
  const c = world.client('c');
  c.submit('A', '', { timeoutMs: 50 });
  for (const name of ['w1', 'w2', '']) {
    world.worker(name, 'A', { reports: false, instance: name || '0123456789abcdef' });
    world.after(50);
  }
  const causes = ['w1 answer-timeout', 'w2 answer-timeout', '01234567 answer-timeout'];
  t.deepEqual(c.answerOf(1), { ending: 'DEAD', body: '', attempts: 3, causes });
  t.is(world.type('A').counts.lost['answer-timeout'], 3);
  sound(t, world);
});

test('a job avoids the worker that failed it if there is another, and takes it if there is none', (t) => {
  const world = new World();
  const c = world.client('c');
  const w1 = world.worker('w1', 'A', { capacity: 99, reports: false });
  c.submit('A', 'x', { timeoutMs: 50 });
  world.after(50);
  t.deepEqual(w1.holds, ['c-1', 'c-1']);
  const w2 = world.worker('w2', 'A', { capacity: 2, reports: false });
  c.submit('A');
  world.tick();
  w2.report(3);
  world.after(50);
  t.true(w2.core.key > w1.core.key);
  t.deepEqual(w2.holds, ['c-2', 'c-1']);
});

test('what is handed back or never arrived costs no attempt', (t) => {
  const world = new World({ attemptsMax: 1 });
  const c = world.client('c');
  const w1 = world.worker('w1', 'A');
  c.submit('A');
  world.tick();
  w1.handBack('c-1');
  world.tick();
  w1.away();
  w1.back([]);
  world.tick();
  t.deepEqual(w1.holds, ['c-1']);
  w1.answer('c-1', 'done');
  t.like(c.answerOf(1), { ending: 'OK', attempts: 3 });
  const { lost } = world.type('A').counts;
  t.deepEqual([lost['handed-back'], lost.undelivered], [1, 1]);
  sound(t, world);
});

test('a worker that leaves gets nothing more and finishes what it has', (t) => {
  const world = new World();
  const c = world.client('c');
  const w = world.worker('w', 'A', { capacity: 4 });
  c.submit('A');
  c.submit('A');
  world.tick();
  w.leave();
  c.submit('A');
  w.handBack('c-2');
  world.tick();
  t.deepEqual(w.holds, ['c-1']);
  const next = world.worker('next', 'A', { capacity: 4 });
  world.tick();
  t.deepEqual(next.holds, ['c-2', 'c-3']);
});

test('the token of one worker is nothing in the hands of another', (t) => {
  const world = new World();
  const c = world.client('c');
  const [w1, w2] = [world.worker('w1', 'A'), world.worker('w2', 'B')];
  c.submit('A');
  world.tick();
  w2.say(w1.find('c-1'), Ending.OK, 'not mine');
  w2.seen.held.push(w1.find('c-1'));
  w2.handBack('c-1');
  t.is(c.answerOf(1), undefined);
  w1.answer('c-1', 'mine');
  t.is(c.answerOf(1)?.body, 'mine');
  sound(t, world);
});

test('a submit that comes twice is one job: waiting, running, answered and received', (t) => {
  const world = new World();
  const c = world.client('c');
  const call = c.submit('A', 'once');
  const copy = c.open.get(call)!;
  c.say(call);
  const w = world.worker('w', 'A', { capacity: 9 });
  world.tick();
  c.say(call);
  w.answer();
  c.say(call);
  c.received();
  c.open.set(call, copy);
  c.say(call);
  world.tick();
  t.deepEqual([c.seen.answered, w.holds], [1, []]);
  t.is(world.broker.state.counts.repeated, 4);
  t.is(world.type('A').counts.submitted, 1);
});

test('extra ticks do nothing, and a tick asks for no instant that is over', (t) => {
  const world = new World();
  const c = world.client('c');
  const w = world.worker('w', 'A', { capacity: 2 });
  for (const n of range(5)) c.submit('A', 'x', { expiresMs: 1000 + n });
  w.report(0.5);
  for (const ms of range(40)) {
    world.after(ms);
    world.said();
    const next = world.tick();
    const key = w.core.key;
    for (const _ of range(5)) t.is(world.tick(), next);
    t.true(next > world.now);
    t.deepEqual([world.said(), w.core.key], [[], key]);
  }
});
