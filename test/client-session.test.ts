/** A client's side of the protocol, driven without a socket: every instant and every byte is the test's. */

import test from 'ava';
import type { Call } from '../src/client/call.ts';
import { Calls } from '../src/client/calls.ts';
import type { PeerEvent } from '../src/wire/peer-event.ts';
import { Flag, NO_CALL, Status, Tag } from '../src/wire/verbs.ts';
import { hear, hearAll, type Said, say, verbs } from './support/fake-broker.ts';
import { fresh, handIn, open, SESSION, Told, welcome } from './support/told.ts';

test('calls made before the welcome wait for it, and go in the order they were made', (t) => {
  const session = fresh({ name: 'me' });
  handIn(session, new Told('one'), new Told('two', 0, 'B'));
  t.deepEqual(session.take(0), []);
  session.connected(0);
  const [hello] = session.take(0).map(hear);
  t.deepEqual(verbs(hello!.records), ['HELLO']);
  t.is(hello!.session, 0);
  t.is(hello!.records[0]!.options.get(Tag.INSTANCE)!.length, 16);
  t.is(hello!.records[0]!.options.get(Tag.NAME)!.toString(), 'me');
  session.receive(1, say(SESSION, 0, welcome));
  const [first] = session.take(1).map(hear);
  t.is(first!.session, SESSION);
  t.deepEqual(verbs(first!.records), ['RESUMED', 'TYPE', 'SUBMIT 1', 'TYPE', 'SUBMIT 2']);
  t.deepEqual(
    first!.records.filter(({ verb }) => verb === 'TYPE').map(({ type, body }) => [type, body]),
    [
      [0, 'A'],
      [1, 'B'],
    ],
  );
});

test('in a new session open calls are repeated with the time they have left, then RESUMED, then new ones', (t) => {
  const session = open();
  handIn(session, new Told('one', 1024), new Told('two'));
  const sent = hearAll(session.take(0));
  t.is(sent[1]!.options.get(Tag.EXPIRES)!.readUInt32LE(), 1024);
  session.receive(0, say(SESSION, 0, { verb: 'ANSWER', a: 2, b: 1, body: 'done' }));
  session.disconnected(300);
  handIn(session, new Told('three'));
  t.deepEqual(session.take(300), []);
  session.connected(400);
  t.deepEqual(verbs(hearAll(session.take(400))), ['HELLO']);
  session.receive(400, say(SESSION + 1, 0, welcome));
  const again = hearAll(session.take(400));
  t.deepEqual(verbs(again), ['TYPE', 'SUBMIT 1', 'RESUMED', 'SUBMIT 3']);
  t.is(again[1]!.flags, Flag.REPEAT);
  t.is(again[1]!.options.get(Tag.EXPIRES)!.readUInt32LE(), 624);
  t.is(again[3]!.flags, 0);
});

test('answers, parts and refusals reach their call, and what has ended is acknowledged within 250 ms', (t) => {
  const session = open();
  const [one, two, three] = handIn(session, new Told(), new Told(), new Told());
  session.take(0);
  const records: Said[] = [
    { verb: 'ACCEPT', a: 1, status: 0 },
    { verb: 'PART', a: 1, b: 1, body: 'piece' },
    { verb: 'PART', a: 1, b: 2, flags: Flag.PROGRESS, body: '{}' },
    { verb: 'ANSWER', a: 1, b: 2, status: Status.OK, body: 'whole' },
    { verb: 'ANSWER', a: 2, b: 3, status: Status.DEAD, body: '{}' },
    { verb: 'REFUSE', a: 3, b: 1, body: 'busy' },
    { verb: 'ANSWER', a: 99, b: 1 },
  ];
  session.receive(0, say(SESSION, 0, ...records));
  t.deepEqual(one!.log, ['accepted 0', 'part piece 1 false', 'part {} 2 true', '0 whole 2']);
  t.deepEqual([two!.log, three!.log], [['2 {} 3'], ['BUSY']]);
  t.is(session.size, 0);
  t.deepEqual(session.take(0), []);
  const due = session.tick(0);
  t.true(due <= 250);
  session.tick(due);
  t.deepEqual(session.take(due).map(hear), [{ session: SESSION, ack: 4, records: [] }]);
  t.deepEqual(session.take(due), []);
});

test('a body over the limit of the broker is refused here and never sent', (t) => {
  const early = fresh();
  const [before] = handIn(early, new Told('x'.repeat(1001)));
  early.connected(0);
  early.take(0);
  early.receive(0, say(SESSION, 0, welcome));
  t.deepEqual(before!.log, ['BODY_TOO_LARGE']);
  const [after, fits] = handIn(early, new Told('x'.repeat(1001)), new Told('x'.repeat(1000)));
  t.deepEqual([after!.log, fits!.log], [['BODY_TOO_LARGE'], []]);
  t.deepEqual(verbs(hearAll(early.take(0))), ['RESUMED', 'TYPE', 'SUBMIT 2']);
});

test('a timeout ends the call at once without a session, and a little later with one, for the broker to speak first', (t) => {
  const session = open();
  const [late, answered] = handIn(session, new Told('x', 60), new Told('x', 60));
  session.take(0);
  t.is(session.tick(0), 60);
  session.tick(60);
  session.receive(61, say(SESSION, 0, { verb: 'ANSWER', a: 2, b: 1, status: Status.EXPIRED }));
  t.deepEqual([late!.log, answered!.log], [[], ['4  1']]);
  session.tick(310 + 4);
  t.deepEqual(late!.log, ['EXPIRED']);
  t.deepEqual(verbs(hearAll(session.take(314))), ['CANCEL 1']);
  session.disconnected(400);
  const alone = new Told('x', 50);
  session.call(400, alone);
  session.tick(449);
  t.deepEqual(alone.log, []);
  session.tick(450);
  t.deepEqual(alone.log, ['EXPIRED']);
});

test('a broker that goes down keeps its calls waiting: they are handed in again when one is back', (t) => {
  const session = open();
  const [refused] = handIn(session, new Told());
  session.take(0);
  session.receive(0, say(SESSION, 0, { verb: 'REFUSE', a: 1, b: 6, body: 'closing' }));
  handIn(session, new Told());
  t.deepEqual(session.take(0), []);
  session.disconnected(10);
  session.connected(20);
  session.take(20);
  session.receive(20, say(SESSION, 0, welcome));
  t.deepEqual(verbs(hearAll(session.take(20))), ['TYPE', 'SUBMIT 1', 'RESUMED', 'SUBMIT 2']);
  t.deepEqual(refused!.log, []);
});

test('a broker that does not know the session is greeted again, once', (t) => {
  const session = open();
  session.receive(0, say(0, 0, { verb: 'WHO' }));
  session.receive(0, say(0, 0, { verb: 'WHO' }));
  const due = session.tick(0);
  t.true(due > 0 && due < 100);
  session.tick(due);
  t.deepEqual(verbs(hearAll(session.take(due))), ['HELLO']);
  session.receive(due, say(0, 0, { verb: 'WHO' }));
  t.is(session.tick(due), Number.POSITIVE_INFINITY);
  t.deepEqual(session.take(due), []);
});

test('what belongs to another session is not heard', (t) => {
  const session = open();
  const [call] = handIn(session, new Told());
  session.receive(0, say(SESSION + 1, 0, { verb: 'ANSWER', a: 1, b: 1 }));
  t.deepEqual(call!.log, []);
});

test('a session that is refused is asked for again, and the refusal is told', (t) => {
  const events: PeerEvent[] = [];
  const session = fresh({ onEvent: (event) => events.push(event) });
  session.connected(0);
  session.take(0);
  session.receive(0, say(0, 0, { verb: 'REFUSE', a: NO_CALL, b: 7, body: 'full' }));
  t.deepEqual(events, [{ kind: 'refused', detail: 'CONNECTIONS_MAX: full' }]);
  t.is(session.tick(0), 1000);
  session.tick(1000);
  t.deepEqual(verbs(hearAll(session.take(1000))), ['HELLO']);
});

test('with connectTimeoutMs calls end NO_BROKER when there has been no session for so long', (t) => {
  const session = fresh({ connectTimeoutMs: 500 });
  const [early] = handIn(session, new Told());
  t.is(session.tick(0), 500);
  session.tick(500);
  const late = new Told();
  session.call(501, late);
  t.deepEqual([early!.log, late.log], [['NO_BROKER'], ['NO_BROKER']]);
  session.connected(600);
  session.receive(600, say(SESSION, 0, welcome));
  const [found] = handIn(session, new Told());
  session.tick(10_000);
  t.deepEqual(found!.log, []);
});

test('a cancelled call is taken back and hears no more', (t) => {
  const session = open();
  const [sent] = handIn(session, new Told());
  session.take(0);
  session.cancel(0, sent!);
  session.cancel(0, sent!);
  t.deepEqual(verbs(hearAll(session.take(0))), ['CANCEL 1']);
  session.receive(0, say(SESSION, 0, { verb: 'ANSWER', a: 1, status: Status.CANCELLED }));
  t.deepEqual(sent!.log, []);
});

test('when its numbers are used up a session ends with its last answer', (t) => {
  const session = open({ firstCall: NO_CALL - 1 });
  handIn(session, new Told());
  t.true(session.spent);
  session.retire();
  session.take(0);
  t.false(session.ended);
  session.receive(0, say(SESSION, 0, { verb: 'ANSWER', a: NO_CALL - 1, b: 1 }));
  t.true(session.ended);
  t.deepEqual(verbs(hearAll(session.take(0))), ['BYE']);
});

test('open calls are found by number whatever others stay open for long', (t) => {
  const calls = new Calls();
  const expected = new Map<number, Call>();
  let seed = 1;
  for (let number = 1; number <= 5000; number++) {
    const call = new Told();
    call.number = number;
    calls.add(call);
    expected.set(number, call);
    seed = (seed * 48271) % 2147483647;
    const other = seed % 7 === 0 ? number - (seed % 2000) : number;
    const gone = expected.get(other);
    if (gone !== undefined && seed % 13 !== 0) {
      calls.delete(gone);
      expected.delete(other);
    }
    t.is(calls.get(other), expected.get(other) ?? null);
  }
  t.is(calls.size, expected.size);
  t.deepEqual(
    calls.inOrder().map((call) => call.number),
    [...expected.keys()].sort((a, b) => a - b),
  );
});

test('an answer that the end of its connection has overtaken is taken, and its call not repeated', (t) => {
  const answer = (call: number): Said => ({
    verb: 'ANSWER',
    a: call,
    b: 1,
    body: Buffer.from('y'),
  });
  const session = open();
  const [one, two] = handIn(session, new Told('one'), new Told('two'));
  session.take(0);
  session.disconnected(1);
  session.receive(1, say(SESSION, 0, answer(1)));
  session.connected(2);
  session.take(2);
  session.receive(2, say(SESSION, 0, answer(2)));
  session.receive(3, say(SESSION + 1, 0, welcome));
  const [next] = session.take(3).map(hear);
  t.deepEqual([one!.log, two!.log], [['0 y 1'], ['0 y 1']]);
  t.deepEqual(verbs(next!.records), ['RESUMED']);
  t.is(next!.ack, 0, 'the new session has given none');
  session.receive(4, say(SESSION + 2, 0, answer(1)));
  t.is(one!.log.length, 1);
});
