import { MessageChannel } from 'node:worker_threads';
import test from 'ava';
import { Turn } from '../src/broker/turn.ts';
import type { Broker } from '../src/core/broker.ts';
import { Clock } from '../src/core/clock.ts';
import { MemoryStore } from '../src/store/memory.ts';
import { type Connection, Door, type DoorHost, Traffic } from '../src/wire/door.ts';
import { Reader } from '../src/wire/reader.ts';
import { fullCount, SessionEnds } from '../src/wire/session-ends.ts';
import { Flag, Verb } from '../src/wire/verbs.ts';
import { MAJORDOMO_SETTINGS } from './support/door-settings.ts';
import { OpenDoors } from './support/open-doors.ts';

test('refusals by the hundred thousand are acknowledged at once', (t) => {
  const doors = new OpenDoors();
  const client = doors.peer('frontend').hello(1).say();
  doors.turn();
  for (let call = 0; call < 300_000; call++) client.record(Verb.SUBMIT, 0, call, 0);
  client.say();
  doors.turn();
  t.is(client.count(Verb.REFUSE), 300_000);
  const began = cpuMs();
  client.say(300_000);
  t.true(cpuMs() - began < 500);
});

test('an ack counts answers and refusals in the order they were said', (t) => {
  const ends = new SessionEnds();
  for (const end of 'AARRRARAR') end === 'A' ? ends.answered() : ends.refused();
  t.deepEqual(
    [0, 1, 2, 3, 4, 4, 6, 7, 9].map((ack) => ends.received(ack)),
    [0, 1, 2, 2, 2, 2, 3, 3, 4],
  );
  t.is(ends.received(8), null, 'it goes back');
  t.is(ends.received(10), null, 'so many were not said');
  ends.refused();
  ends.answered();
  t.is(ends.received(11), 5);
});

test('counts go on when the u32 they travel in is full', (t) => {
  const full = 2 ** 32;
  t.is(fullCount(5, 7), 5);
  t.is(fullCount(full - 1, full + 3), full - 1);
  t.is(fullCount(2, full + 3), full + 2);
  const doors = new OpenDoors();
  const worker = doors.peer('backend').ready(1, 'A', 8).record(Verb.RESUMED, 0, 0, 0).say();
  const [known] = doors.broker.state.workers;
  known!.dispatched = known!.seen = known!.started = full - 1;
  const client = doors.peer('frontend').hello(2).type('A');
  for (let call = 0; call < 3; call++) client.record(Verb.SUBMIT, 0, call, 0);
  client.say();
  doors.turn();
  worker.record(Verb.REPORT, 0, 0, 1).say(2);
  t.is(known!.seen, full + 2);
  t.is(known!.started, full + 1);
});

test('what was written for a session that is over is not said in the next', (t) => {
  const doors = new OpenDoors();
  const client = doors.peer('frontend').hello(1).say();
  doors.turn();
  client.record(Verb.SUBMIT, 0, 0, 0).hello(1).say();
  doors.turn();
  t.is(client.count(Verb.REFUSE), 0);
  t.is(client.count(Verb.WELCOME), 2);
});

test('a worker that says anew what it holds is given nothing before it is welcomed', (t) => {
  const doors = new OpenDoors();
  const worker = doors.peer('backend').ready(1, 'A', 1).record(Verb.RESUMED, 0, 0, 0).say();
  doors.turn();
  worker.ready(1, 'A', 1).say();
  doors.peer('frontend').hello(2).type('A').record(Verb.SUBMIT, 0, 0, 0).say();
  doors.turn();
  t.is(worker.count(Verb.DISPATCH), 0);
  worker.record(Verb.RESUMED, 0, 0, 0).say();
  doors.turn();
  t.is(worker.count(Verb.DISPATCH), 1);
});

test('jobs that nobody says to have received count, and are refused when they are a million', (t) => {
  const doors = new OpenDoors({ waitingJobsMax: 10 });
  const { state } = doors.broker;
  const client = doors.peer('frontend').hello(1).type('A');
  for (let call = 0; call < 100; call++) {
    client.record(Verb.SUBMIT, 0, call, 0).record(Verb.CANCEL, 0, call, 0);
  }
  client.say();
  t.is(state.jobs, 100);
  state.jobs = 1_000_010;
  client.record(Verb.SUBMIT, 0, 100, 0).say();
  doors.turn();
  t.is(client.count(Verb.REFUSE), 1);
  state.jobs = 100;
  client.say(101).record(Verb.BYE, 0, 0, 0).say();
  t.is(state.jobs, 0);
});

test('going through the calls of a client costs what it has, not what it once had', (t) => {
  const doors = new OpenDoors();
  const client = doors.peer('frontend').hello(1).type('A');
  for (let call = 0; call < 500_000; call++) client.record(Verb.SUBMIT, 0, call, 0);
  client.say().hello(1).record(Verb.RESUMED, 0, 0, 0).say();
  const [known] = doors.broker.state.clients;
  const began = cpuMs();
  for (let n = 0; n < 1000; n++) known!.calls.all();
  t.true(cpuMs() - began < 500);
  t.is(doors.broker.state.jobs, 0);
});

test('what was repeated and is over is not remembered', (t) => {
  const doors = new OpenDoors();
  const client = doors.peer('frontend').hello(1).say();
  doors.turn();
  client.hello(1).type('A').record(Verb.SUBMIT, Flag.REPEAT, 0, 0).record(Verb.CANCEL, 0, 0, 0);
  client.say();
  doors.turn();
  const [known] = doors.broker.state.clients;
  t.is(known!.repeated!.size, 1);
  client.say(1);
  t.is(known!.repeated!.size, 0);
});

test('suspects by the hundred thousand go at once with their client', (t) => {
  const doors = new OpenDoors();
  const worker = doors.peer('backend').ready(1, 'A', 200_000).record(Verb.RESUMED, 0, 0, 0).say();
  const client = doors.peer('frontend').hello(2).type('A');
  for (let call = 0; call < 200_000; call++) client.record(Verb.SUBMIT, 0, call, 0);
  client.say();
  doors.turn();
  worker.record(Verb.REPORT, 0, 0, 200_000).say(200_000);
  worker.ended();
  const began = cpuMs();
  client.record(Verb.BYE, 0, 0, 0).say();
  t.true(cpuMs() - began < 2500);
});

for (const client of ['before', 'after'] as const) {
  test(`what a worker of 60,000 jobs offers and answers is found at once, its client back ${client} it`, (t) => {
    const doors = new OpenDoors({}, 0);
    const back = doors.peer('frontend').hello(2).type('A');
    for (let call = 0; call < 60_000; call++) back.record(Verb.SUBMIT, Flag.REPEAT, call, 0);
    if (client === 'before') back.say();
    const worker = doors.peer('backend').ready(1, 'A', 60_000);
    for (let call = 0; call < 60_000; call++) worker.offer(call, Flag.STARTED, 2, call);
    worker.record(Verb.RESUMED, 0, 0, 0);
    for (let call = 59_999; call >= 0; call--) worker.record(Verb.ANSWER, 0, call, 1);
    const began = cpuMs();
    worker.say();
    t.true(cpuMs() - began < 3000);
    if (client === 'after') back.say();
    doors.turn();
    t.is(back.count(Verb.ANSWER), 60_000);
    t.is(worker.count(Verb.STALE), 0);
  });
}

test('answers under tokens that name nothing cost the same however much their worker holds', (t) => {
  const doors = new OpenDoors();
  const worker = doors.peer('backend').ready(1, 'A', 50_000).record(Verb.RESUMED, 0, 0, 0).say();
  const client = doors.peer('frontend').hello(2).type('A');
  for (let call = 0; call < 50_000; call++) client.record(Verb.SUBMIT, 0, call, 0);
  client.say();
  doors.turn();
  for (let n = 0; n < 15_000; n++) worker.record(Verb.ANSWER, 0, 5_000_000 + n, 1);
  const began = cpuMs();
  worker.say();
  t.true(cpuMs() - began < 1000);
});

test('a worker that offers without end is heard to 256 MiB', (t) => {
  const doors = new OpenDoors();
  const worker = doors.peer('backend').ready(1, 'A', 1).say();
  const answer = Buffer.alloc(1024 * 1024);
  for (let n = 0; n < 260; n++) worker.offer(n, Flag.ENDED, 2, n, answer).say();
  t.is(doors.traffic.drops.get('offers'), 5);
  worker.record(Verb.RESUMED, 0, 0, 0).say();
  doors.turn();
  t.is(worker.count(Verb.WELCOME), 1);
  t.is(worker.count(Verb.STALE), 255);
});

test('what arrived while the loop was held up is read before anything is called late', async (t) => {
  const said: string[] = [];
  const broker = {
    tick(now: number) {
      said.push('tick');
      return now + 20;
    },
    state: {},
  } as unknown as Broker;
  const door = { receive: () => said.push('receive'), pulse() {}, flush() {} } as unknown as Door;
  const clock = new Clock(performance.now(), Turn.readEveryMs, 1000);
  const turn = new Turn(broker, clock, new MemoryStore(), [door]);
  const { port1, port2 } = new MessageChannel();
  const arrived = new Promise<void>((resolve) => {
    port2.on('message', () => {
      turn.take(door, Buffer.alloc(5), []);
      resolve();
    });
  });
  // Timers come next, before what has arrived is read.
  await new Promise(setImmediate);
  turn.end();
  said.length = 0;
  port1.postMessage('');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
  await arrived;
  turn.stop();
  port1.close();
  t.is(said[0], 'receive');
});

test('a body that shares its frame with much else does not keep it', (t) => {
  const doors = new OpenDoors();
  const client = doors.peer('frontend').hello(1).type('A').say();
  doors.turn();
  client.record(Verb.SUBMIT, 0, 0, 0).batch.raw(Buffer.alloc(17_000, 7));
  client.record(99, 0, 0, 0).batch.raw(Buffer.alloc(200_000));
  client.say();
  doors.turn();
  doors.now += 200;
  doors.turn();
  const [known] = doors.broker.state.clients;
  const job = known!.calls.get(0)!;
  t.is(job.slab.bytes.length, 17_000);
  t.true(Buffer.alloc(17_000, 7).equals(job.slab.bytes.subarray(job.offset)));
});

test('a classic worker that answers a broker it does not know is given the next job', (t) => {
  const doors = new OpenDoors();
  const worker = doors.peer('backend');
  worker.frames(['', '1.2.3', '', 'an answer'].map((text) => Buffer.from(text)));
  doors.peer('frontend').frames(['', 'a job'].map((text) => Buffer.from(text)));
  doors.turn();
  t.is(Buffer.from(worker.messages[0]![3]!).toString(), 'a job');
});

test("a REQ worker that registers with one frame, as those of the guide's load balancer and Simple Pirate do, is given jobs", (t) => {
  for (const word of ['READY', '\x01']) {
    const doors = new OpenDoors();
    const worker = doors.peer('backend');
    worker.frames(['', word].map((text) => Buffer.from(text)));
    const client = doors.peer('frontend');
    client.frames(['', 'a job'].map((text) => Buffer.from(text)));
    doors.turn();
    const [, address, , body] = worker.messages[0]!;
    t.is(Buffer.from(body!).toString(), 'a job');
    worker.frames([Buffer.alloc(0), Buffer.from(address!), Buffer.alloc(0), Buffer.from('done')]);
    doors.turn();
    t.is(Buffer.from(client.messages[0]![1]!).toString(), 'done');
  }
});

/** Time of this process alone: other processes may be at work on the same machine. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

test('what was written to wait for the store is thrown away when that fails before the turn ends', (t) => {
  const said: string[] = [];
  const held = { release: () => said.push('sent'), drop: () => said.push('dropped') };
  const open = (door: Door) => {
    const connection = {
      receive: () => door.wrote(connection as unknown as Connection),
      flush: () => door.hold(held),
    };
    return connection as unknown as Connection;
  };
  const dialect = { recognises: () => true, open, turnAway() {} };
  const settings = {
    heartbeatMs: 1,
    bodyBytesMax: 1,
    connectionsMax: 1,
    defaultType: 'A',
    ...MAJORDOMO_SETTINGS,
  };
  const world = {} as Broker & DoorHost;
  const door = new Door(world, world, settings, new Traffic(), [dialect]);
  door.receive(0, Buffer.alloc(5), []);
  door.failed();
  t.deepEqual(said, ['dropped']);
  door.receive(0, Buffer.alloc(5), []);
  door.flush(1);
  door.durable(1);
  t.deepEqual(said, ['dropped', 'sent']);
});

test('a worker for whose types there is no room keeps the answers that it has offered', (t) => {
  const doors = new OpenDoors({ typesMax: 0 }, 0);
  const worker = doors.peer('backend').ready(1, 'A', 1);
  worker.offer(0, Flag.ENDED, 2, 1, Buffer.from('done')).record(Verb.RESUMED, 0, 0, 0).say();
  doors.turn();
  doors.turn();
  t.is(worker.count(Verb.REFUSE), 1);
  const acks = worker.messages.map((frames) => new Reader(frames).ack);
  t.deepEqual(acks, [0]);
});
