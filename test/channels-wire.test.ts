/** Channels at the doors of the broker and in the sessions of the SDK: bytes, without sockets. */

import test from 'ava';
import { ChannelDelivery } from '../src/client/channel-delivery.ts';
import { Inbox } from '../src/client/inbox.ts';
import { Listener } from '../src/client/listener.ts';
import { ListeningSession } from '../src/client/listening.ts';
import { wireOf } from '../src/errors.ts';
import { encodeOptions, textItem } from '../src/wire/items.ts';
import { publicationsIn } from '../src/wire/publications.ts';
import { Flag, Level, Status, Tag, Verb } from '../src/wire/verbs.ts';
import { hear, hearAll, type Said, say, u64 } from './support/fake-broker.ts';
import { FakeStore } from './support/fake-store.ts';
import { OpenDoors } from './support/open-doors.ts';
import {
  answer,
  blockOf,
  deliveredTo,
  offer,
  publication,
  subscribe,
} from './support/publishing.ts';
import { Random } from './support/random.ts';
import { SESSION, welcome } from './support/told.ts';

const ONE = publication('news', 'one');

/** A worker that has been given so many jobs of a client that subscribes to `news`. */
function published(jobs: number) {
  const doors = new OpenDoors();
  const worker = doors.peer('backend').ready(1, 'A', jobs).record(Verb.RESUMED, 0, 0, 0).say();
  const client = subscribe(doors.peer('frontend').hello(2).type('A'), 100, 'news');
  for (let call = 0; call < jobs; call++) client.record(Verb.SUBMIT, 0, call, 0);
  client.say();
  doors.turn();
  const tokens = (worker.heard.get(Verb.DISPATCH) ?? []).map(({ a, b }) => [a, b] as const);
  return { doors, worker, client, tokens };
}

test('publications stand in front of the answer, and both arrive', (t) => {
  const { doors, worker, client, tokens } = published(2);
  const block = blockOf(ONE, publication('other', 'x'), publication('news', 'é'.repeat(20_000)));
  answer(worker, tokens[0]!, block.length, Buffer.concat([block, Buffer.from('done')])).say();
  answer(worker, tokens[1]!, block.length, block).say();
  doors.turn();
  t.deepEqual(deliveredTo(client), ['one', 'é'.repeat(20_000), 'one', 'é'.repeat(20_000)]);
  t.deepEqual(
    client.heard.get(Verb.ANSWER)!.map((each) => each.bodyText()),
    ['done', ''],
  );
  const [accept] = client.heard.get(Verb.ACCEPT)!;
  t.deepEqual([accept!.a, accept!.flags & Flag.MISSED], [100, 0]);
});

test('publications that are malformed fail the answer, are counted and publish nothing', (t) => {
  const block = blockOf(ONE);
  const patched = (at: number, ...bytes: number[]) => {
    const copy = Buffer.from(block);
    copy.set(bytes, at);
    return copy;
  };
  const cases: [string, number, Buffer][] = [
    ['more than there is', block.length + 1, block],
    ['a piece of one', 10, block],
    ['one that is longer than all', block.length, patched(0, 200)],
    ['one that is shorter than its head', block.length, patched(0, 3)],
    ['an unknown audience', block.length, patched(4, 3)],
    ['names for all', block.length, patched(6, 1)],
    ['a channel without a name', block.length, patched(5, 0)],
    ['a channel that ends behind it', block.length, patched(5, 255)],
    ['a channel with control characters', block.length, patched(16, 7)],
    ['a channel that is no text', block.length, patched(16, 0xff)],
    ['names that are not there', block.length, patched(4, 1, 4, 9)],
    ['a number that cannot be counted on from', block.length, patched(15, 0xff)],
    ['a second one that is broken', block.length + 5, Buffer.concat([block, Buffer.alloc(5)])],
  ];
  const { doors, worker, client, tokens } = published(cases.length);
  for (const [n, [, said, body]] of cases.entries()) answer(worker, tokens[n]!, said, body);
  worker.say();
  doors.turn();
  t.deepEqual(deliveredTo(client), []);
  const answers = client.heard.get(Verb.ANSWER)!;
  for (const [n, [what]] of cases.entries()) {
    t.is(answers[n]?.status, Status.FAILED, what);
    t.is(JSON.parse(answers[n]!.bodyText()).code, 'MALFORMED', what);
  }
  t.is(doors.traffic.drops.get('published'), cases.length);
});

test('bytes that are anything are publications or none, and never an error', (t) => {
  const random = new Random(1);
  const block = blockOf(ONE, publication('news', 'two', { only: ['ana', 'bea'] }));
  let read = 0;
  for (let n = 0; n < 20_000; n++) {
    const bytes = Buffer.from(block);
    for (let flips = random.below(4); flips >= 0; flips--) {
      bytes[random.below(bytes.length)] = random.below(256);
    }
    const length = random.below(bytes.length + 1);
    t.notThrows(() => {
      if (publicationsIn(bytes, 0, random.below(2) > 0 ? length : bytes.length) !== null) read++;
    });
  }
  t.true(read > 1000);
});

test('an offer brings what its answer publishes; said again, it is published no more', (t) => {
  const { doors, worker, client, tokens } = published(1);
  const block = blockOf(ONE);
  const body = Buffer.concat([block, Buffer.from('done')]);
  for (let n = 0; n < 2; n++) {
    worker.ready(1, 'A', 1);
    offer(worker, doors.epoch, tokens[0]!, 2, block.length, body);
    worker.record(Verb.RESUMED, 0, 0, 0).say();
    doors.turn();
    t.deepEqual(deliveredTo(client), ['one']);
  }
  t.is(client.heard.get(Verb.ANSWER)![0]!.bodyText(), 'done');
  t.is(worker.count(Verb.STALE), 1);
});

test('an offer with publications that are malformed is dropped and counted', (t) => {
  const { doors, worker, client, tokens } = published(1);
  worker.ready(1, 'A', 1);
  offer(worker, doors.epoch, tokens[0]!, 2, 10, blockOf(ONE));
  worker.record(Verb.RESUMED, 0, 0, 0).say();
  doors.turn();
  t.deepEqual([deliveredTo(client), doors.traffic.drops.get('published')], [[], 1]);
});

test('what a durable job publishes leaves behind its record; when that is lost, it does not leave', (t) => {
  for (const isLost of [false, true]) {
    const store = new FakeStore();
    const doors = new OpenDoors({}, 10_000, store);
    doors.broker.opened('ab'.repeat(16), 1, 1);
    doors.broker.restored(doors.now);
    const worker = doors.peer('backend').ready(1, 'A', 2).record(Verb.RESUMED, 0, 0, 0).say();
    const ana = subscribe(doors.peer('frontend').hello(3), 1, 'news').say();
    const client = doors.peer('frontend').hello(2).type('A');
    client.batch.begin(Verb.SUBMIT, Flag.OPTIONS, 0, 1, 0);
    const level = [Tag.LEVEL, Buffer.from([Level.DISK])] as const;
    client.batch.raw(encodeOptions([textItem(Tag.ID, 'j1'), level]));
    client.record(Verb.SUBMIT, 0, 2, 0).say();
    for (const id of store.asked) doors.broker.lookups.told(doors.now, id, null);
    doors.turn();
    const [plain, durable] = worker.heard.get(Verb.DISPATCH)!.map(({ a, b }) => [a, b] as const);
    const [first, second] = [blockOf(ONE), blockOf(publication('news', 'two'))];
    answer(worker, durable!, first.length, first);
    answer(worker, plain!, second.length, second).say();
    doors.turn(7);
    t.deepEqual(deliveredTo(ana), [], 'what follows it in the channel waits, too');
    if (isLost) doors.failed();
    else doors.durable(7);
    t.deepEqual(deliveredTo(ana), isLost ? [] : ['one', 'two']);
    t.is(ana.count(Verb.WHO), isLost ? 1 : 0);
    if (isLost) subscribe(ana.hello(3), 1, 'news', '', 1000 * doors.now).say();
    doors.turn();
    t.deepEqual(deliveredTo(ana), isLost ? ['two'] : ['one', 'two']);
  }
});

test('a subscription is refused when its channel or its name cannot be, and counted once', (t) => {
  const doors = new OpenDoors({ channelsMax: 1 });
  const client = doors.peer('frontend').hello(1);
  const names = ['', 'x'.repeat(129), 'a\nb', 'é'.repeat(64), 'one too many'];
  for (const [call, channel] of names.entries()) subscribe(client, call, channel);
  subscribe(client, 10, 'é'.repeat(64), 'n'.repeat(65));
  subscribe(client, 11, 'é'.repeat(64), 'n'.repeat(64)).say();
  doors.turn();
  const invalid = wireOf('CHANNEL_INVALID');
  t.deepEqual(
    client.heard.get(Verb.REFUSE)!.map(({ a, b }) => [a, b]),
    [
      [0, invalid],
      [1, invalid],
      [2, invalid],
      [4, wireOf('CHANNELS_MAX')],
      [10, wireOf('MALFORMED')],
    ],
  );
  t.deepEqual(
    client.heard.get(Verb.ACCEPT)!.map(({ a }) => a),
    [3, 11],
  );
  const { refused } = doors.broker.state.counts;
  t.deepEqual([...refused].sort(), [
    ['CHANNELS_MAX', 1],
    ['CHANNEL_INVALID', 3],
    ['MALFORMED', 1],
  ]);
});

test('a client that did not read hears, when it reads again, that its session is over', (t) => {
  const { doors, client } = published(0);
  doors.slow(client);
  doors.turn();
  t.is(client.count(Verb.WHO), 1);
  t.is(doors.broker.channels.subscriptions, 0);
});

test('CANCEL ends a subscription', (t) => {
  const { doors, worker, client, tokens } = published(1);
  client.record(Verb.CANCEL, 0, 100, 0).say();
  const block = blockOf(ONE);
  answer(worker, tokens[0]!, block.length, block).say();
  doors.turn();
  t.deepEqual([deliveredTo(client), doors.broker.channels.subscriptions], [[], 0]);
});

/** A session of the SDK with a subscription to `news`, and what that was given. */
function listening() {
  const session = new ListeningSession({ instance: Buffer.alloc(16, 1) });
  const got: string[] = [];
  const ended: (string | null)[] = [];
  const listener = new Listener('news', 'ana', {
    delivered: (delivery) => {
      got.push(`${delivery.seq} ${delivery.text()}${delivery.missed ? ' missed' : ''}`);
    },
    ended: (error) => ended.push(error === null ? null : error.code),
  });
  listener.stood.catch(() => {});
  session.subscribe(listener);
  return { session, listener, got, ended };
}

/** A new session at `now`; what was said in it. */
function connect(session: ListeningSession, now: number) {
  session.disconnected(now);
  session.connected(now);
  session.take(now);
  session.receive(now, say(SESSION + now, 0, welcome));
  return hearAll(session.take(now));
}

const accept = (since: number, flags = 0): Said => {
  return { verb: 'ACCEPT', a: 1, flags, options: [[Tag.SINCE, u64(since)]] };
};
const deliver = (seq: number, prev: number): Said => {
  return { verb: 'DELIVER', a: 1, fixed: [u64(seq), u64(prev)], body: `b${seq}` };
};

test('a session says its subscriptions again in the next, with what they have seen, and tells what was missed', (t) => {
  const { session, got } = listening();
  const [, first] = connect(session, 0);
  t.deepEqual(
    [first!.verb, first!.flags, first!.options.get(Tag.SINCE)],
    ['SUBSCRIBE', 0, undefined],
  );
  t.is(`${first!.options.get(Tag.CHANNEL)} ${first!.options.get(Tag.NAME)}`, 'news ana');
  session.receive(0, say(SESSION, 0, accept(10), deliver(12, 10), deliver(13, 12)));
  const [, again] = connect(session, 10);
  t.is(again!.flags, Flag.REPEAT);
  t.is(again!.options.get(Tag.SINCE)!.readBigUInt64LE(), 13n);
  session.receive(10, say(SESSION, 0, deliver(14, 13)));
  session.receive(10, say(SESSION + 10, 0, accept(13), deliver(14, 13), deliver(15, 14)));
  connect(session, 20);
  session.receive(20, say(SESSION + 20, 0, accept(15, Flag.MISSED), deliver(16, 15)));
  session.receive(20, say(SESSION + 20, 0, deliver(18, 17), deliver(19, 18)));
  connect(session, 30);
  session.receive(30, say(SESSION + 30, 0, accept(3, Flag.MISSED), deliver(4, 3), deliver(5, 4)));
  const expected =
    '12 b12,13 b13,14 b14,15 b15,16 b16 missed,18 b18 missed,19 b19,4 b4 missed,5 b5';
  t.deepEqual(got, expected.split(','));
});

test('a subscription that is refused ends with its code, and the refusal is acknowledged', (t) => {
  const { session, ended } = listening();
  connect(session, 0);
  session.receive(0, say(SESSION, 0, { verb: 'REFUSE', a: 1, b: wireOf('CHANNELS_MAX') }));
  t.deepEqual(ended, ['CHANNELS_MAX']);
  session.tick(200);
  t.is(hear(session.take(200)[0]!).ack, 1);
  t.is(connect(session, 300).length, 1, 'only RESUMED: it is not said again');
});

test('one that has ended is called off and hears nothing more', (t) => {
  const { session, listener, got, ended } = listening();
  connect(session, 0);
  session.receive(0, say(SESSION, 0, accept(10)));
  session.unsubscribe(listener);
  t.deepEqual(
    hearAll(session.take(0)).map(({ verb, a }) => [verb, a]),
    [['CANCEL', 1]],
  );
  session.receive(0, say(SESSION, 0, deliver(11, 10)));
  t.deepEqual([got, ended], [[], [null]]);
});

test('what nobody takes is kept up to a limit, and then the next says that something was missed', async (t) => {
  const inbox = new Inbox();
  for (let seq = 1; seq <= 10_005; seq++)
    inbox.push(new ChannelDelivery(seq, false, Buffer.from('x'), 0, 1));
  const taken = inbox.deliveries();
  const [first, second] = [(await taken.next()).value!, (await taken.next()).value!];
  t.deepEqual([first.seq, first.missed, second.seq, second.missed], [6, true, 7, false]);
  const waits = inbox.deliveries();
  inbox.end(null);
  t.true((await waits.next()).done);
});
