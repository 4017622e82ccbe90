/** Who meets again after one of them was away, and what must not happen then. */

import test from 'ava';
import { Broker } from '../src/core/broker.ts';
import { nativeClients } from '../src/wire/dialects/native-client.ts';
import { Door, Traffic } from '../src/wire/door.ts';
import { Flag, Status, Tag } from '../src/wire/verbs.ts';
import type { Run } from '../src/worker/run.ts';
import { WorkerSession } from '../src/worker/session.ts';
import { MAJORDOMO_SETTINGS } from './support/door-settings.ts';
import { hear, type Said, say, u32, verbs } from './support/fake-broker.ts';
import { World } from './support/world.ts';

const INSTANCE = Buffer.alloc(16, 1);

test('a suspect that kills its worker beside a handler that is stuck pays for it', (t) => {
  const world = new World({ attemptsMax: 2 });
  const c = world.client('c');
  const first = world.worker('first', 'A', { capacity: 2 });
  const call = c.submit('A', 'poison');
  c.submit('A', 'stuck', { timeoutMs: 50 });
  world.tick();
  first.report(0);
  first.gone();
  for (const name of ['second', 'third']) {
    const stuck = world.worker(name, 'A', { capacity: 2 });
    c.submit('A', 'stuck too', { timeoutMs: 1 });
    world.tick();
    stuck.report(0);
    world.after(60);
    stuck.report(0);
    stuck.gone();
    world.tick();
  }
  t.is(c.answerOf(call)?.ending, 'DEAD');
});

test('a job that had not left the broker when its worker died is no suspect', (t) => {
  const world = new World({ attemptsMax: 1, waitingJobsMax: 1 });
  const c = world.client('c');
  c.submit('A', 'innocent');
  for (const name of ['one', 'two', 'three']) {
    const worker = world.worker(name, 'A');
    c.submit('A', 'one more than may wait, so the first must go');
    t.deepEqual(worker.holds, ['c-1']);
    worker.gone();
  }
  const last = world.worker('four', 'A');
  world.tick();
  t.deepEqual(last.holds, ['c-1']);
  t.false(last.seen.held[0]!.alone);
});

test('a message that repeats a call and acknowledges its answer makes no second job', (t) => {
  const settings = new World().settings;
  const broker = new Broker(0, 1, settings, { worker() {} });
  const sent: Uint8Array[][] = [];
  const host = {
    send: (_id: Uint8Array, frames: Uint8Array[]) => sent.push(frames),
    newSession: () => ({ low: 9, high: 0 }),
    workerLost() {},
  };
  const limits = {
    heartbeatMs: 100,
    bodyBytesMax: 1000,
    connectionsMax: 9,
    defaultType: 'A',
    ...MAJORDOMO_SETTINGS,
  };
  const door = new Door(broker, host, limits, new Traffic(), [nativeClients]);
  const hello = { verb: 'HELLO', options: [[Tag.INSTANCE, INSTANCE]] } as const;
  const submit = { verb: 'SUBMIT', a: 1, options: [[Tag.EXPIRES, u32(5)]] } as const;
  const routingId = Buffer.from('r');
  door.receive(0, routingId, say(0, 0, hello, { verb: 'TYPE', body: 'A' }, submit));
  broker.tick(10);
  door.flush();
  t.deepEqual(verbs(sent.flatMap((frames) => hear(frames).records)), ['WELCOME 1', 'ANSWER 1']);
  door.receive(11, routingId, say(9, 1, { verb: 'SUBMIT', a: 1, flags: Flag.REPEAT }));
  t.is(broker.state.waiting, 0);
  t.is(broker.state.clientsByInstance.get(INSTANCE.toString('hex'))!.calls.size, 0);
});

test('what a worker was told to stop it does not offer: nobody waits for it', (t) => {
  const started: Run[] = [];
  const hands = {
    start: (_now: number, run: Run) => started.push(run) > 0,
    cancel() {},
    load: () => 0,
  };
  const session = new WorkerSession({ instance: INSTANCE, types: ['A'], capacity: 9 }, hands);
  const welcome: Said = { verb: 'WELCOME', a: 5, b: 250, body: u32(1000) };
  const dispatch = (a: number): Said => ({ verb: 'DISPATCH', a, b: 1, fixed: [3, a] });
  const cancel = (a: number): Said => ({ verb: 'CANCEL', a, b: 1 });
  session.connected(1);
  session.take(1);
  session.receive(1, say(9, 0, welcome, dispatch(1), dispatch(2), dispatch(3)));
  session.receive(1, say(9, 0, cancel(1), cancel(2)));
  session.answer(started[0]!, Status.FAILED, Buffer.from('aborted'));
  session.disconnected(2);
  session.connected(3);
  t.deepEqual(verbs(hear(session.take(3)[0]!).records), ['READY 9', 'OFFER 3', 'RESUMED']);
  session.answer(started[1]!, Status.OK, Buffer.from('done all the same'));
  t.is(session.size, 1);
});

test('a worker that has just been asked for a report knows when the next one is due', (t) => {
  const hands = { start: () => true, cancel() {}, load: () => 0 };
  const session = new WorkerSession({ instance: INSTANCE, types: ['A'], capacity: 9 }, hands);
  session.connected(1);
  session.take(1);
  session.receive(1, say(9, 0, { verb: 'WELCOME', a: 5, b: 250, body: u32(1000) }));
  t.is(session.tick(1), 251);
  t.deepEqual(verbs(hear(session.take(1)[0]!).records), ['REPORT']);
  t.is(session.tick(251), 501);
});

test('of two greetings on one connection only the last is welcome, and what the first was given is not begun', (t) => {
  const started: Run[] = [];
  const hands = {
    start: (_now: number, run: Run) => started.push(run) > 0,
    cancel() {},
    load: () => 0,
  };
  const session = new WorkerSession({ instance: INSTANCE, types: ['A'], capacity: 9 }, hands);
  const greeting = (now: number) => {
    session.connected(now);
    return hear(session.take(now)[0]!).records[0]!.type;
  };
  const welcome = (type: number): Said => ({ verb: 'WELCOME', type, a: 5, b: 250, body: u32(9) });
  const dispatch: Said = { verb: 'DISPATCH', a: 1, b: 1, fixed: [3, 1] };
  const [first, last] = [greeting(1), greeting(2)];
  t.not(first, last);
  session.receive(3, say(8, 0, welcome(first), dispatch));
  t.deepEqual(started, []);
  session.receive(3, say(9, 0, welcome(last), dispatch));
  t.is(started.length, 1);
});

test('a worker that was told to leave while it was away says goodbye when it is welcome, and then nothing', (t) => {
  const hands = { start: () => true, cancel() {}, load: () => 0 };
  const session = new WorkerSession({ instance: INSTANCE, types: ['A'], capacity: 9 }, hands);
  session.connected(1);
  session.take(1);
  session.leave();
  session.receive(1, say(9, 0, { verb: 'WELCOME', a: 5, b: 250, body: u32(1000) }));
  t.deepEqual(verbs(hear(session.take(1)[0]!).records), ['LEAVE', 'BYE']);
  t.deepEqual(session.take(1), [], 'or its socket is never closed');
});
