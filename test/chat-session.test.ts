/** A person's side of the chat protocol in virtual time, against a broker's side that keeps it. */

import test from 'ava';
import type { Order } from '../src/chat/words.ts';
import type { LatidoError } from '../src/errors.ts';
import { inRoom, Talk } from './support/chat/talk.ts';

test('what is said without a connection waits, and goes in the order it was said', async (t) => {
  const talk = new Talk({ garden: 'transient' });
  const { session } = talk;
  const joined = session.join('garden');
  const message = session.say('garden', 'hello');
  const list = session.list();
  t.is(message.state, 'waiting');
  t.deepEqual(talk.up, []);
  talk.connect();
  t.is(talk.up.length, 1, 'only enter, until the broker knows the person');
  talk.settle();
  t.deepEqual(talk.heard(), ['enter Ana', '1 join', '2 say hello', '3 rooms']);
  t.is((await joined).room, 'garden');
  t.deepEqual(await message.done, { to: 3, notice: '' });
  t.is(message.state, 'delivered');
  t.deepEqual(
    (await list).map(({ room }) => room),
    ['garden'],
  );
  t.deepEqual(session.rooms.get('garden')!.people, ['Ana', 'Bea']);
  t.deepEqual(talk.kinds(), ['online', 'message', 'message']);
});

test('a session goes on where another of the same instance was, without using a number again', (t) => {
  const talk = inRoom('garden', 'durable');
  talk.session.say('garden', 'one');
  talk.broker.say('garden', 'hello');
  talk.settle();
  const { heard } = talk.broker;
  const last = heard.reduce((n, order) => ('n' in order ? Math.max(n, order.n) : n), 0);
  talk.renew();
  talk.broker.say('garden', 'are you there?');
  talk.connect();
  talk.settle();
  t.deepEqual([...talk.session.rooms.keys()], ['garden']);
  talk.session.say('garden', 'two');
  talk.settle();
  t.deepEqual(talk.broker.taken, ['one', 'two']);
  t.like(
    heard.findLast(({ do: verb }) => verb === 'say'),
    { n: last + 1, text: 'two' },
  );
  t.deepEqual(talk.texts('garden'), ['hello', 'are you there?']);
});

test('orders without a last reply are sent again behind enter, lowest number first', async (t) => {
  const talk = inRoom('garden', 'durable');
  const { session, broker } = talk;
  const one = session.say('garden', 'one');
  const subscribed = session.subscribe('garden');
  const two = session.say('garden', 'two');
  talk.rise(1);
  talk.fall(1);
  t.deepEqual([one.state, two.state], ['sent', 'waiting']);
  talk.cut();
  t.false(session.online);
  session.say('garden', 'three');
  talk.connect();
  talk.settle();
  t.deepEqual(talk.heard(), [
    '2 say one',
    'enter Ana',
    '2 say one again',
    '3 subscribe',
    '4 say two again',
    '5 say three',
  ]);
  t.deepEqual(broker.taken, ['one', 'two', 'three']);
  await Promise.all([one.done, two.done, subscribed]);
  t.true(session.rooms.get('garden')!.subscribed);
  t.deepEqual(
    talk.kinds().filter((kind) => kind !== 'message'),
    ['offline', 'online'],
  );
});

test('enter says where the person was and what was shown there, and leaves out a room that is being left', (t) => {
  const talk = inRoom('garden', 'durable');
  talk.session.join('kitchen').catch(() => {});
  talk.broker.say('garden', 'one');
  talk.broker.say('', 'psst');
  talk.settle();
  talk.session.leave('kitchen').catch(() => {});
  talk.cut();
  talk.heard();
  talk.connect();
  const enter = JSON.parse(talk.up[0]!) as Extract<Order, { do: 'enter' }>;
  t.deepEqual(enter.rooms, [{ room: 'garden', kind: 'durable', seen: 1 }]);
  t.is(enter.mail, 1);
  t.is(enter.instance, '0'.repeat(32));
  talk.kinds();
  talk.settle();
  t.deepEqual(talk.kinds(), ['online'], 'nobody needs to be told of the room that was being left');
  t.deepEqual([...talk.session.rooms.keys()], ['garden']);
});

test('a room that the broker does not name any more is gone, and the person hears of it', (t) => {
  const talk = inRoom('garden', 'transient');
  talk.cut();
  talk.connect();
  talk.kinds();
  talk.session.receive(0, '{"re":0,"nick":"Ana","rooms":[]}');
  t.deepEqual(talk.kinds(), ['online', 'gone']);
  t.is(talk.session.rooms.size, 0);
});

test('what is malformed is ignored', (t) => {
  const talk = inRoom('garden', 'durable');
  const words = [
    '',
    'x',
    '7',
    'null',
    '[]',
    '{}',
    '{"re":"1"}',
    '{"re":0}',
    '{"re":99,"left":"x"}',
  ];
  const events = [
    '{"event":"said"}',
    '{"event":"people","room":"garden"}',
    '{"event":"notice"}',
    '{"event":"what"}',
  ];
  const replies = ['{"re":2}', '{"re":2,"joined":{"room":"x"}}', '{"re":2,"joined":null}'];
  let joined = false;
  talk.session.join('kitchen').then(() => {
    joined = true;
  }, t.fail);
  for (const text of [...words, ...events, ...replies]) talk.session.receive(0, text);
  t.deepEqual(talk.kinds(), []);
  t.false(joined);
  t.is(talk.session.rooms.size, 1);
});

test('128 messages are on their way at most; the others wait, and hold up no other order', (t) => {
  const talk = inRoom('garden', 'durable');
  const messages = Array.from({ length: 300 }, (_, i) => talk.session.say('garden', `m${i}`));
  talk.session.who('garden').catch(t.fail);
  t.is(talk.up.length, 129);
  t.is(JSON.parse(talk.up.at(-1)!).do, 'who');
  talk.rise(1);
  talk.fall(1);
  t.is(messages[0]!.state, 'sent');
  t.is(talk.up.length, 128, 'what is sent is not done');
  talk.fall(1);
  t.is(talk.up.length, 129);
  const numbers = talk.up.map((order) => JSON.parse(order).n);
  t.deepEqual(
    numbers,
    [...numbers].sort((x, y) => x - y),
    'numbers rise on the wire',
  );
  talk.settle();
  t.deepEqual(
    talk.broker.taken,
    messages.map(({ text }) => text),
  );
  t.true(messages.every(({ state }) => state === 'delivered'));
});

test('a nick that is refused is told, and rename enters with another', async (t) => {
  const talk = new Talk({ garden: 'transient' });
  talk.broker.others.add('Ana').add('Bea');
  talk.session.join('garden').catch(t.fail);
  talk.connect();
  talk.settle();
  t.deepEqual(talk.news.splice(0), [
    { news: 'refused', code: 'NICK_TAKEN', text: 'Somebody else has this nick.' },
  ]);
  const refused = talk.session.rename('Bea');
  talk.settle();
  const error = (await t.throwsAsync(refused)) as LatidoError;
  t.is(error.code, 'NICK_TAKEN');
  t.is(talk.session.nick, 'Ana');
  const renamed = talk.session.rename('Cid');
  talk.settle();
  t.is(await renamed, 'Cid');
  t.is(talk.session.nick, 'Cid');
  t.deepEqual(talk.kinds(), ['refused', 'online']);
  t.deepEqual(talk.heard(), ['enter Ana', 'enter Bea', 'enter Cid', '1 join']);
  talk.cut();
  talk.connect();
  t.is(JSON.parse(talk.up[0]!).nick, 'Cid');
});

test('a rename that is asked for before the refusal, or while the connection is lost, is tried', async (t) => {
  const talk = new Talk();
  talk.broker.others.add('Ana');
  const early = talk.session.rename('Bea');
  talk.connect();
  talk.settle();
  t.is(await early, 'Bea');
  talk.broker.others.add('Bea');
  talk.cut();
  talk.connect();
  talk.settle();
  t.false(talk.session.online);
  talk.cut();
  const later = talk.session.rename('Cid');
  talk.connect();
  talk.settle();
  t.is(await later, 'Cid');
  t.deepEqual(talk.heard(), ['enter Ana', 'enter Bea', 'enter Bea', 'enter Cid']);
});

test('a rename whose reply was lost is what the person enters with, when the old nick is refused', async (t) => {
  const talk = inRoom('garden', 'transient');
  const renamed = talk.session.rename('Bea');
  talk.rise();
  talk.cut();
  talk.broker.others.add('Ana');
  talk.connect();
  talk.settle();
  t.is(await renamed, 'Bea');
  t.deepEqual(talk.heard(), ['2 nick', 'enter Ana', 'enter Bea']);
});

test('a refused order rejects with its code, and a refused message says why', async (t) => {
  const talk = inRoom('garden', 'transient');
  const order = talk.session.take('garden', true);
  const message = talk.session.say('garden', 'x');
  talk.session.receive(0, '{"re":2,"error":"ROOM_KIND","text":"This is no queue room."}');
  talk.session.receive(0, '{"re":3,"error":"TOO_FAST","text":"Wait."}');
  const error = (await t.throwsAsync(order)) as LatidoError;
  t.deepEqual([error.code, error.message], ['ROOM_KIND', 'This is no queue room.']);
  t.deepEqual([message.state, message.notice], ['failed', 'Wait.']);
  await t.throwsAsync(message.done, { message: 'Wait.' });
});

test('what is larger than 64 KiB is not sent', async (t) => {
  const talk = inRoom('garden', 'transient');
  const message = talk.session.say('garden', 'ä'.repeat(33_000));
  t.is(message.state, 'failed');
  const error = (await t.throwsAsync(message.done)) as LatidoError;
  t.is(error.code, 'TEXT_TOO_LONG');
  t.deepEqual(talk.up, []);
  t.is(talk.session.say('garden', 'ä'.repeat(30_000)).state, 'waiting');
});

test('who leaves for good says so, and what was shown last, and what was not done ends CLOSED', async (t) => {
  const talk = inRoom('garden', 'durable');
  talk.broker.say('garden', 'one');
  talk.settle();
  const message = talk.session.say('garden', 'x');
  const order = talk.session.subscribe('garden');
  talk.up = [];
  talk.session.exit();
  talk.session.exit();
  t.deepEqual(talk.up, ['{"do":"seen","room":"garden","seq":1}', '{"do":"exit"}']);
  for (const promise of [message.done, order, talk.session.list()]) {
    t.is(((await t.throwsAsync(promise)) as LatidoError).code, 'CLOSED');
  }
  talk.session.closed(0);
  talk.up = [];
  talk.session.opened(1);
  t.deepEqual(talk.up, []);
});

test('people who come, go and change their nick are kept', (t) => {
  const talk = inRoom('garden', 'transient');
  const state = talk.session.rooms.get('garden')!;
  const people = { event: 'people', room: 'garden', came: ['Cid', 'Dan'], went: ['Bea'], count: 3 };
  talk.session.receive(0, JSON.stringify(people));
  talk.session.receive(0, '{"event":"renamed","room":"garden","was":"Cid","is":"Eva"}');
  t.deepEqual(state.people, ['Ana', 'Eva', 'Dan']);
  t.is(state.count, 3);
  talk.session.receive(0, '{"event":"notice","code":"TOO_FAST","text":"Wait."}');
  talk.session.receive(0, '{"event":"closing"}');
  t.deepEqual(talk.kinds(), ['people', 'renamed', 'notice', 'closing']);
});

test('what is said in a room before the reply to join has come is shown when it has', (t) => {
  const talk = inRoom('garden', 'transient');
  talk.session.join('kitchen').catch(t.fail);
  const said = { from: 'Bea', id: 'b', n: 1, at: 1, text: 'early' };
  const event = { event: 'said', room: 'kitchen', seq: 6, prev: 5, said };
  talk.session.receive(0, JSON.stringify(event));
  t.deepEqual(talk.texts('kitchen'), []);
  const joined = { room: 'kitchen', kind: 'transient', people: [], count: 2, seq: 5 };
  talk.session.receive(0, JSON.stringify({ re: 2, joined }));
  t.deepEqual(talk.texts('kitchen'), ['early']);
});
