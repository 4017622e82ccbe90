/** What a client's session says and hears of kept jobs, driven without a socket. */

import test from 'ava';
import { Kept, NO_TERMS, type Terms } from '../src/client/kept.ts';
import { madeAt } from '../src/core/ids.ts';
import { Flag, Level, NO_CALL, Tag, Verb } from '../src/wire/verbs.ts';
import { hear, hearAll, type Said, say, u32, u64, verbs } from './support/fake-broker.ts';
import { fresh, handIn, open, SESSION, Told, welcome } from './support/told.ts';

/** A submit of a kept job; one that follows it waits for its answer. */
function submit(id: string, follows = false, terms: Partial<Terms> = {}, timeoutMs = 0) {
  const kept = new Kept(Verb.SUBMIT, id, follows, { ...NO_TERMS, level: Level.DISK, ...terms });
  return new Told('x', timeoutMs, 'A', kept);
}

/** A question about a job that was handed in before. */
function inquiry(verb: typeof Verb.ATTACH | typeof Verb.REVOKE, id: string, timeoutMs = 0) {
  return new Told('', timeoutMs, '', new Kept(verb, id, verb === Verb.ATTACH));
}

test('the call of a kept job ends with its accept, or with an answer that no ack counts when it follows the job', (t) => {
  const session = open();
  const [kept, followed] = handIn(session, submit('one'), submit('two', true));
  const [attached, revoked] = handIn(
    session,
    inquiry(Verb.ATTACH, 'one'),
    inquiry(Verb.REVOKE, 'two'),
  );
  const sent = hearAll(session.take(0));
  t.deepEqual(verbs(sent), ['TYPE', 'SUBMIT 1', 'SUBMIT 2', 'ATTACH 3', 'REVOKE 4']);
  t.deepEqual(
    sent.slice(1).map(({ options }) => [...options.keys()]),
    [[Tag.ID, Tag.LEVEL], [Tag.ID, Tag.LEVEL, Tag.FOLLOW], [Tag.ID], [Tag.ID]],
  );
  t.is(sent[1]!.body, 'x');
  const accept = (a: number): Said => ({ verb: 'ACCEPT', a, status: Level.DISK });
  const answer = (a: number): Said => ({ verb: 'ANSWER', flags: Flag.KEPT, a, b: 1, body: 'y' });
  session.receive(0, say(SESSION, 0, accept(1), accept(2), accept(4), answer(2), answer(3)));
  t.deepEqual([kept!.log, revoked!.log], [['accepted 1'], ['accepted 1']]);
  t.deepEqual([followed!.log, attached!.log], [['accepted 1', '0 y 1'], ['0 y 1']]);
  t.is(session.size, 0);
  t.is(session.tick(0), Number.POSITIVE_INFINITY, 'no ack is owed');
  handIn(session, submit('three'));
  session.receive(0, say(SESSION, 0, { verb: 'REFUSE', a: 5, b: 9 }));
  t.is(session.take(0).map(hear)[0]!.ack, 1, 'a refusal counts');
});

test('in a new session what has not ended is said again, with what is left of its delay and its time', (t) => {
  const session = open();
  handIn(
    session,
    submit('one', false, { delayMs: 1000, key: 'k' }),
    inquiry(Verb.ATTACH, 'zero'),
    submit('two', true, { delayMs: 100 }, 1024),
  );
  const first = hearAll(session.take(0));
  t.is(first[1]!.options.get(Tag.DELAY)!.readUInt32LE(), 1000);
  session.disconnected(10);
  session.connected(300);
  session.take(300);
  session.receive(300, say(SESSION + 1, 0, welcome));
  const again = hearAll(session.take(300));
  t.deepEqual(verbs(again), ['TYPE', 'SUBMIT 1', 'ATTACH 2', 'SUBMIT 3', 'RESUMED']);
  t.deepEqual(
    again.slice(1, 4).map(({ flags }) => flags),
    [Flag.REPEAT, 0, Flag.REPEAT],
  );
  t.is(again[1]!.options.get(Tag.DELAY)!.readUInt32LE(), 700);
  t.is(again[1]!.options.get(Tag.KEY)!.toString(), 'k');
  t.false(again[3]!.options.has(Tag.DELAY), 'it has passed');
  t.is(again[3]!.options.get(Tag.EXPIRES)!.readUInt32LE(), 724);
});

test('a generated id carries the time of the broker when the job is handed in, and stays what it was', (t) => {
  const clientWall = 1_000_000;
  const wall = 2 ** 40 + 5;
  const session = fresh({ wallOffset: clientWall });
  const idsSent = (now: number) =>
    hearAll(session.take(now)).flatMap(({ options }) => options.get(Tag.ID)?.toString() ?? []);
  const connect = (now: number, body: Uint8Array) => {
    session.connected(now);
    session.take(now);
    session.receive(now, say(SESSION, 0, { ...welcome, body }));
  };
  handIn(session, submit(''));
  connect(0, Buffer.concat([u32(1000), u64(wall)]));
  handIn(session, submit(''));
  const first = idsSent(0);
  t.deepEqual(first.map(madeAt), [wall, wall]);
  t.is(new Set(first).size, 2);
  session.disconnected(10);
  connect(500, u32(1000));
  for (const call of [submit('own'), submit('')]) session.call(500, call);
  const [one, two, own, last] = idsSent(500);
  t.deepEqual([one, two, own], [...first, 'own']);
  t.is(madeAt(last!), wall + 500, 'a broker that does not say it leaves it');

  const other = fresh({ wallOffset: clientWall });
  other.connected(7);
  other.take(7);
  other.receive(7, say(SESSION, 0, welcome));
  handIn(other, submit(''));
  const [sent] = hearAll(other.take(7)).slice(-1);
  t.is(
    madeAt(sent!.options.get(Tag.ID)!.toString()),
    clientWall,
    'its own, when no broker said one',
  );
});

test('an accept that the end of its connection has overtaken is taken', (t) => {
  const session = open();
  const [one] = handIn(session, submit('one'));
  session.take(0);
  session.disconnected(1);
  session.receive(1, say(SESSION, 0, { verb: 'ACCEPT', a: 1, status: Level.DISK }));
  t.deepEqual([one!.log, session.size], [['accepted 1'], 0]);
});

test('a followed job that is given up is cancelled by its id, whenever there is a session again', (t) => {
  const session = open();
  const [now, later] = handIn(session, submit('one', true), submit('two', true));
  session.take(0);
  session.cancel(0, now!);
  const [revoke] = hearAll(session.take(0));
  t.deepEqual([revoke!.verb, revoke!.options.get(Tag.ID)!.toString()], ['REVOKE', 'one']);
  session.receive(0, say(SESSION, 0, { verb: 'ACCEPT', a: 3 }));
  session.disconnected(10);
  session.cancel(20, later!);
  session.connected(30);
  session.take(30);
  session.receive(30, say(SESSION + 1, 0, welcome));
  const again = hearAll(session.take(30));
  t.deepEqual(verbs(again), ['RESUMED', 'REVOKE 4']);
  t.is(again[1]!.options.get(Tag.ID)!.toString(), 'two');
  session.receive(30, say(SESSION + 1, 0, { verb: 'REFUSE', a: 4, b: 12 }));
  t.deepEqual([now!.log, later!.log, session.size], [[], [], 0]);
});

test('who gives up a submit, or the wait for an answer, leaves the job alone', (t) => {
  const session = open();
  const [kept, attached, expiring] = handIn(
    session,
    submit('one'),
    inquiry(Verb.ATTACH, 'two'),
    inquiry(Verb.ATTACH, 'three', 50),
  );
  session.take(0);
  session.cancel(0, kept!);
  session.cancel(0, attached!);
  t.deepEqual(verbs(hearAll(session.take(0))), ['CANCEL 2']);
  session.tick(50);
  t.deepEqual(expiring!.log, ['EXPIRED'], 'at once: the broker knows of no such time');
  t.deepEqual(verbs(hearAll(session.take(50))), ['CANCEL 3']);
});

test('a followed job that is out of time ends by itself at the broker', (t) => {
  const session = open();
  const [call] = handIn(session, submit('one', true, {}, 50));
  session.take(0);
  session.tick(50);
  t.deepEqual(call!.log, []);
  session.tick(310);
  t.deepEqual([call!.log, session.take(310)], [['EXPIRED'], []]);
});

test('a broker that goes down is asked for answers, and handed no jobs', (t) => {
  const session = open();
  session.receive(0, say(SESSION, 0, { verb: 'CLOSING' }));
  handIn(session, submit('one'), inquiry(Verb.ATTACH, 'two'), new Told());
  t.deepEqual(verbs(hearAll(session.take(0))), ['ATTACH 2']);
});

test('the last call number is no revocation', (t) => {
  const session = open({ firstCall: NO_CALL - 1 });
  const [call] = handIn(session, submit('one', true));
  session.take(0);
  session.cancel(0, call!);
  t.deepEqual(verbs(hearAll(session.take(0))), [`CANCEL ${NO_CALL - 1}`]);
});
