/** A worker's side of the protocol, driven without a socket: every instant and every byte is the test's. */

import test from 'ava';
import { Flag, Status, Tag } from '../src/wire/verbs.ts';
import type { Run } from '../src/worker/run.ts';
import { type WorkerHost, WorkerSession } from '../src/worker/session.ts';
import { hear, hearAll, type Said, say, u32, verbs } from './support/fake-broker.ts';

const SESSION = 9;
const EPOCH = 5;
const CLIENT = Buffer.alloc(16, 7);
const welcome: Said = { verb: 'WELCOME', a: EPOCH, b: 250, body: u32(1000) };
const client: Said = { verb: 'CLIENT', a: 3, body: CLIENT };
const bytes = (text: string) => Buffer.from(text);

/** Answers nothing by itself. */
class Hands implements WorkerHost {
  started: Run[] = [];
  cancelled: Run[] = [];
  onStart: (run: Run) => boolean = () => true;

  start(_now: number, run: Run): boolean {
    this.started.push(run);
    return this.onStart(run);
  }

  cancel(run: Run): void {
    this.cancelled.push(run);
  }

  load(): number {
    return 0.25;
  }
}

function fresh() {
  const hands = new Hands();
  const session = new WorkerSession(
    {
      instance: Buffer.alloc(16, 1),
      types: ['A', 'B'],
      capacity: 4,
      name: 'me',
      pid: 12,
      host: 'h',
    },
    hands,
  );
  return { hands, session };
}

/** A worker whose session is open at instant 0, its first report sent. */
function open() {
  const worker = fresh();
  worker.session.connected(0);
  worker.session.take(0);
  worker.session.receive(0, say(SESSION, 0, welcome, client));
  worker.session.take(0);
  return worker;
}

function dispatch(a: number, more: Partial<Said> = {}): Said {
  return { verb: 'DISPATCH', a, b: 1, fixed: [3, 100 + a], body: `job ${a}`, ...more };
}

/** Loses the session and gets another at `now`; returns what was offered. */
function again(session: WorkerSession, now: number, epoch = EPOCH) {
  session.disconnected(now);
  session.connected(now);
  const offers = hearAll(session.take(now));
  session.receive(now, say(SESSION + now, 0, { ...welcome, a: epoch }));
  return offers;
}

test('a worker says who it is and what it serves, and reports when it is welcome', (t) => {
  const { session } = fresh();
  session.connected(0);
  const [ready] = hearAll(session.take(0));
  t.is(ready!.a, 4);
  t.is(ready!.options.get(Tag.NAME)!.toString(), 'me');
  t.is(ready!.options.get(Tag.HOST)!.toString(), 'h');
  t.is(ready!.options.get(Tag.PID)!.readUInt32LE(), 12);
  t.is(ready!.options.get(Tag.TYPE)!.toString(), 'B');
  session.receive(0, say(SESSION, 0, welcome));
  t.deepEqual(verbs(hearAll(session.take(0))), ['REPORT 250']);
  t.deepEqual(session.take(0), []);
  t.is(session.tick(0), 500);
  session.tick(500);
  t.deepEqual(verbs(hearAll(session.take(500))), ['REPORT 250']);
});

test('a worker reports every heartbeat while it has a job, and every second one while it has none', (t) => {
  const { session } = open();
  session.receive(0, say(SESSION, 0, dispatch(1)));
  t.deepEqual(verbs(hearAll(session.take(0))), ['REPORT 250']);
  t.is(session.tick(0), 250);
});

test('jobs start in order, and the report beside the answers says how many were seen and have started', (t) => {
  const { session, hands } = open();
  hands.onStart = (run) => {
    if (run.a === 2) return true;
    session.answer(run, Status.OK, bytes(`done ${run.a}`));
    return true;
  };
  session.receive(0, say(SESSION, 0, dispatch(1), dispatch(2), dispatch(3)));
  t.deepEqual(
    hands.started.map(({ a, call, client: who }) => [a, call, Buffer.from(who)]),
    [
      [1, 101, CLIENT],
      [2, 102, CLIENT],
      [3, 103, CLIENT],
    ],
  );
  const [message] = session.take(0).map(hear);
  t.is(message!.ack, 3);
  t.deepEqual(verbs(message!.records), ['ANSWER 1', 'ANSWER 3', 'REPORT 250']);
  t.is(message!.records[2]!.b, 3);
});

test('an answer is kept until it is confirmed, and offered before what still runs', (t) => {
  const { session, hands } = open();
  session.receive(0, say(SESSION, 0, dispatch(1), dispatch(2), dispatch(3)));
  session.take(0);
  session.answer(hands.started[2]!, Status.FAILED, bytes('third'));
  session.answer(hands.started[0]!, Status.OK, bytes('first'));
  session.take(1);
  session.receive(1, say(SESSION, 1));
  const offers = again(session, 10);
  t.deepEqual(verbs(offers), ['READY 4', 'OFFER 1', 'OFFER 2', 'RESUMED']);
  const [, ended, running] = offers;
  t.deepEqual([ended!.flags, ended!.status, ended!.body], [Flag.ENDED, 0, 'first']);
  t.is(running!.flags, Flag.STARTED);
  t.is(running!.fixed.readUInt32LE(0), EPOCH);
  t.is(running!.fixed.readUInt32LE(4), 102);
  t.deepEqual(Buffer.from(running!.fixed.subarray(8, 24)), CLIENT);
  t.is(running!.fixed.readUInt32LE(24), 1);
  session.take(10);
  session.receive(10, say(SESSION + 10, 1));
  t.deepEqual(verbs(again(session, 20)), ['READY 4', 'OFFER 2', 'RESUMED']);
});

test('what ends while it is being offered is told once the session is open', (t) => {
  const { session, hands } = open();
  session.receive(0, say(SESSION, 0, dispatch(1)));
  session.take(0);
  session.disconnected(1);
  session.connected(2);
  session.take(2);
  session.answer(hands.started[0]!, Status.OK, bytes('late'));
  t.deepEqual(session.take(2), []);
  session.receive(3, say(SESSION + 1, 0, welcome));
  t.deepEqual(verbs(hearAll(session.take(3))), ['ANSWER 1', 'REPORT 250']);
});

test('after a restart of the broker an answer waits until the run is adopted, under its new token', (t) => {
  const { session, hands } = open();
  session.receive(0, say(SESSION, 0, dispatch(1), dispatch(2)));
  session.take(0);
  again(session, 10, EPOCH + 1);
  session.take(10);
  session.answer(hands.started[0]!, Status.OK, bytes('kept'));
  session.answer(hands.started[1]!, Status.OK, bytes('stale'));
  t.deepEqual(session.take(11), []);
  const adopt: Said = { verb: 'ADOPT', a: 40, b: 41, fixed: [EPOCH, 1, 1, 3] };
  session.receive(12, say(SESSION + 10, 0, adopt, { verb: 'STALE', a: 2, b: 1 }));
  const [message] = session.take(12).map(hear);
  t.is(message!.ack, 1);
  const [answer] = message!.records;
  t.deepEqual([answer!.a, answer!.b, answer!.body], [40, 41, 'kept']);
  t.is(message!.records.filter(({ verb }) => verb === 'ANSWER').length, 1);
});

test('a job that has seen workers die starts 2 ms after the report of its start', (t) => {
  const { session, hands } = open();
  session.receive(0, say(SESSION, 0, dispatch(1, { flags: Flag.ALONE })));
  t.is(session.tick(0), 2);
  const [report] = hearAll(session.take(0));
  t.deepEqual([report!.verb, report!.b], ['REPORT', 1]);
  session.tick(1);
  t.deepEqual(hands.started, []);
  session.tick(2);
  t.is(hands.started.length, 1);
});

test('a cancelled job is told to stop; a second later its place is freed, and its answer not wanted', (t) => {
  const { session, hands } = open();
  session.receive(0, say(SESSION, 0, dispatch(1), dispatch(2)));
  session.take(0);
  const cancel = (a: number): Said => ({ verb: 'CANCEL', a, b: 1 });
  session.receive(10, say(SESSION, 0, cancel(1), cancel(2), cancel(77)));
  t.deepEqual(hands.cancelled, hands.started);
  session.answer(hands.started[0]!, Status.FAILED, bytes('aborted'));
  t.deepEqual(
    hearAll(session.take(10)).map(({ verb, status }) => [verb, status]),
    [
      ['ANSWER', Status.CANCELLED],
      ['REPORT', 0],
    ],
  );
  session.tick(1009);
  t.is(session.size, 1);
  session.tick(1010);
  t.is(session.size, 0);
  const [answer] = hearAll(session.take(1010));
  t.deepEqual([answer!.verb, answer!.a, answer!.status], ['ANSWER', 2, Status.CANCELLED]);
  session.answer(hands.started[1]!, Status.OK, bytes('too late'));
  t.deepEqual(session.take(1011), []);
});

test('a stale run is stopped, and neither answered nor offered again', (t) => {
  const { session, hands } = open();
  session.receive(0, say(SESSION, 0, dispatch(1), dispatch(2)));
  session.take(0);
  again(session, 10);
  session.receive(10, say(SESSION + 10, 0, { verb: 'STALE', a: 1, b: 1 }));
  t.deepEqual(hands.cancelled, [hands.started[0]!]);
  session.answer(hands.started[0]!, Status.OK, bytes('nobody waits'));
  t.deepEqual(verbs(hearAll(session.take(10))), ['REPORT 250']);
  t.deepEqual(verbs(again(session, 20)), ['READY 4', 'OFFER 2', 'RESUMED']);
});

test('a job that was not started when the session ended is offered as such, and starts in the next', (t) => {
  const { session, hands } = open();
  hands.onStart = () => false;
  session.receive(0, say(SESSION, 0, dispatch(1), dispatch(2)));
  t.deepEqual(verbs(hearAll(session.take(0))), ['REPORT 250']);
  const offers = again(session, 10);
  t.deepEqual(offers.map(({ verb, flags }) => [verb, flags]).slice(1, 3), [
    ['OFFER', Flag.STARTED],
    ['OFFER', 0],
  ]);
  session.tick(10);
  session.tick(10);
  t.deepEqual(
    hands.started.map(({ a }) => a),
    [1, 2],
  );
});

test('a leaving worker hands back what has not started, and says goodbye when the rest is confirmed', (t) => {
  const { session, hands } = open();
  hands.onStart = () => false;
  session.receive(0, say(SESSION, 0, dispatch(1), dispatch(2)));
  session.take(0);
  session.leave();
  session.receive(0, say(SESSION, 0, dispatch(3)));
  t.deepEqual(verbs(hearAll(session.take(0))), ['LEAVE', 'RETURN 2', 'RETURN 3', 'REPORT 250']);
  session.answer(hands.started[0]!, Status.OK, bytes('done'));
  session.tick(1);
  t.deepEqual(verbs(hearAll(session.take(1))), ['ANSWER 1', 'REPORT 250']);
  t.false(session.ended);
  session.receive(2, say(SESSION, 1));
  t.true(session.ended);
  t.deepEqual(verbs(hearAll(session.take(2))), ['BYE']);
});

test('parts leave while a job runs, and an answer over the limit becomes a failure', (t) => {
  const { session, hands } = open();
  const second = dispatch(1, { options: [[Tag.ATTEMPT, u32(2).subarray(0, 2)]] });
  session.receive(0, say(SESSION, 0, second));
  t.is(hands.started[0]!.attempt, 2);
  session.part(hands.started[0]!, bytes('piece'), false);
  session.answer(hands.started[0]!, Status.OK, Buffer.alloc(1001));
  const [part, answer] = hearAll(session.take(0));
  t.deepEqual([part!.verb, part!.body], ['PART', 'piece']);
  const { code, message } = JSON.parse(answer!.body);
  t.deepEqual([answer!.status, code], [Status.FAILED, 'BODY_TOO_LARGE']);
  t.regex(message, /^The answer has \d+ bytes, and the broker takes \d+\.$/);
});

test('a run of a kept job has its id, its attempt and its fence; a lasting failure is told as such', (t) => {
  const { session, hands } = open();
  const fence = Buffer.alloc(8);
  fence.writeBigUInt64LE(2n ** 33n + 7n);
  const options: Said['options'] = [
    [Tag.ATTEMPT, u32(3).subarray(0, 2)],
    [Tag.ID, bytes('order-1')],
    [Tag.FENCE, fence],
  ];
  session.receive(0, say(SESSION, 0, dispatch(1, { options }), dispatch(2), dispatch(3)));
  const [kept, plain, cancelled] = hands.started;
  t.deepEqual([kept!.id, kept!.attempt, kept!.fence], ['order-1', 3, 2 ** 33 + 7]);
  t.deepEqual([plain!.id, plain!.attempt, plain!.fence], ['', 1, null]);
  session.receive(1, say(SESSION, 0, { verb: 'CANCEL', a: 3, b: 1 }));
  session.answer(kept!, Status.FAILED, bytes('{}'), true);
  session.answer(plain!, Status.FAILED, bytes('{}'));
  session.answer(cancelled!, Status.FAILED, bytes('{}'), true);
  const answers = hearAll(session.take(0)).filter(({ verb }) => verb === 'ANSWER');
  t.deepEqual(
    answers.map(({ flags, status }) => [flags, status]),
    [
      [Flag.PERMANENT, Status.FAILED],
      [0, Status.FAILED],
      [0, Status.CANCELLED],
    ],
  );
  const offered = again(session, 10).map(({ flags }) => flags);
  t.deepEqual(offered, [0, Flag.ENDED | Flag.PERMANENT, Flag.ENDED, 0]);
});
