/** A person's side of the chat protocol in virtual time, against a broker's side that keeps it. */

import test from 'ava';
import fc from 'fast-check';
import type { Order } from '../src/chat/words.ts';
import type { Message } from '../src/client/chat/message.ts';
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

test('what comes twice is shown once: by its number, and by that of its author', (t) => {
  const talk = inRoom('garden', 'transient');
  const { broker } = talk;
  broker.say('garden', 'one', 7, 'bea');
  const [word] = broker.out;
  talk.settle();
  talk.session.receive(0, word!);
  broker.say('garden', 'one', 7, 'bea');
  broker.say('garden', 'an older one', 6, 'bea');
  broker.say('garden', 'two', 8, 'bea');
  broker.say('garden', 'another', 7, 'cid');
  talk.settle();
  t.deepEqual(talk.texts('garden'), ['one', 'two', 'another']);
});

test('in a queue room an earlier message of the same author may come later', (t) => {
  const talk = inRoom('work', 'queue');
  talk.broker.say('work', 'two', 2, 'bea');
  talk.broker.say('work', 'one', 1, 'bea');
  talk.broker.say('work', 'one', 1, 'bea');
  talk.settle();
  t.deepEqual(talk.texts('work'), ['two', 'one']);
});

test('what came behind a gap is held back until the gap is filled, and asked for once', (t) => {
  const talk = inRoom('garden', 'durable');
  const { broker } = talk;
  broker.say('garden', 'one');
  talk.settle();
  broker.say('garden', 'lost');
  broker.out = [];
  for (const text of ['three', 'four', 'five']) broker.say('garden', text);
  talk.fall();
  t.deepEqual(talk.texts('garden'), ['one']);
  t.deepEqual(
    talk.up.map((order) => JSON.parse(order)),
    [{ do: 'again', room: 'garden', since: 1 }],
  );
  talk.settle();
  t.deepEqual(talk.texts('garden'), ['one', 'lost', 'three', 'four', 'five']);
  broker.say('garden', 'lost again');
  broker.out = [];
  broker.say('garden', 'seven');
  talk.settle();
  t.deepEqual(talk.texts('garden').slice(-2), ['lost again', 'seven']);
});

test('after a missed event it goes on with what is remembered, before the event or behind it', (t) => {
  for (const isBehind of [false, true]) {
    const talk = inRoom('garden', 'durable');
    const { broker } = talk;
    for (const text of ['one', 'two', 'three', 'four']) broker.say('garden', text);
    const [, , three, four] = broker.out.splice(0);
    const missed = '{"event":"missed","room":"garden"}';
    const words = isBehind ? [four!, three!, missed] : [four!, missed, three!];
    for (const word of words) talk.session.receive(0, word);
    talk.tick();
    if (isBehind) {
      t.deepEqual(talk.texts('garden'), []);
      t.is(talk.dueAt, 300);
      talk.wait(300);
    }
    t.deepEqual(talk.texts('garden'), ['three', 'four']);
    t.deepEqual(talk.kinds(), ['missed', 'said', 'said']);
    t.is(talk.dueAt, talk.now + 100, 'that it was shown is to be told');
  }
});

test('a missed event that nothing is held back for lets whatever comes next follow', (t) => {
  const talk = inRoom('garden', 'transient');
  talk.broker.say('garden', 'lost');
  talk.broker.out = [];
  talk.session.receive(0, '{"event":"missed","room":"garden"}');
  talk.broker.say('garden', 'two');
  talk.settle();
  t.deepEqual(talk.texts('garden'), ['two']);
  t.deepEqual(talk.heard(), []);
});

test('behind 1,000 that are held back it goes on with what is there', (t) => {
  const talk = inRoom('garden', 'durable');
  const { broker } = talk;
  broker.say('garden', 'lost');
  broker.out = [];
  for (let count = 0; count < 1001; count++) broker.say('garden', 'held');
  talk.fall(1000);
  t.deepEqual(talk.kinds(), []);
  talk.fall(1);
  t.is(talk.kinds().length, 1 + 1001);
});

test('where the broker does not say where private messages begin, the first that comes is the first', (t) => {
  const talk = new Talk();
  talk.connect();
  talk.session.receive(0, '{"re":0,"nick":"Ana","rooms":[]}');
  const said = { from: 'Bea', id: 'b', n: 1, at: 1, text: 'psst' };
  talk.session.receive(0, JSON.stringify({ event: 'said', room: '', seq: 18, prev: 17, said }));
  t.deepEqual(talk.texts(''), ['psst']);
});

test('a message whose content is broken leaves no gap', (t) => {
  const talk = inRoom('garden', 'durable');
  talk.session.receive(0, '{"event":"said","room":"garden","seq":1,"prev":0,"said":{"text":5}}');
  const said = {
    from: 'Bea',
    id: 'b',
    n: 1,
    at: 1,
    text: 'hi',
    links: [
      [0, 9],
      [0, 2],
    ],
    act: 'no',
  };
  const event = { event: 'said', room: 'garden', seq: 2, prev: 1, said };
  talk.session.receive(0, JSON.stringify(event));
  t.deepEqual(talk.news, [
    {
      news: 'said',
      room: 'garden',
      seq: 2,
      said: { from: 'Bea', id: 'b', n: 1, at: 1, text: 'hi', links: [[0, 2]] },
    },
  ]);
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

test('seen is said soon after the first that was shown, then once a second, and not of transient rooms', (t) => {
  const talk = inRoom('garden', 'durable');
  talk.session.join('fair').catch(t.fail);
  talk.settle();
  talk.heard();
  talk.wait(5000);
  t.is(talk.dueAt, Number.POSITIVE_INFINITY);
  talk.broker.say('garden', 'one');
  talk.broker.say('fair', 'noise');
  talk.broker.say('', 'psst');
  talk.settle();
  t.is(talk.dueAt, 5100);
  talk.broker.say('garden', 'two');
  talk.settle();
  t.deepEqual(talk.heard(), []);
  talk.wait(100);
  talk.settle();
  t.deepEqual(talk.heard(), ['seen', 'seen']);
  t.is(talk.broker.logs.get('garden')!.seen, 2);
  t.is(talk.broker.logs.get('')!.seen, 1);
  talk.broker.say('garden', 'three');
  talk.settle();
  t.is(talk.dueAt, 6100);
  talk.wait(999);
  t.deepEqual(talk.up, []);
  talk.wait(1);
  t.deepEqual(
    talk.up.map((order) => JSON.parse(order).seq),
    [3],
  );
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

test('who leaves for good says so, and what was not done ends CLOSED', async (t) => {
  const talk = inRoom('garden', 'transient');
  const message = talk.session.say('garden', 'x');
  const order = talk.session.leave('garden');
  talk.session.exit();
  talk.session.exit();
  t.is(talk.up.filter((text) => text === '{"do":"exit"}').length, 1);
  for (const promise of [message.done, order, talk.session.list()]) {
    t.is(((await t.throwsAsync(promise)) as LatidoError).code, 'CLOSED');
  }
  talk.session.closed(0);
  talk.up = [];
  talk.session.opened(1);
  t.deepEqual(talk.up, []);
});

const ROOMS = ['garden', 'fair', ''];
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('hear' as const), room: fc.constantFrom(...ROOMS) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('say' as const),
      room: fc.constantFrom('garden', 'fair'),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('rise' as const, 'fall' as const),
      count: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('cut' as const, 'connect' as const, 'lose' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const) }) },
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

test('whatever is cut, each message is shown once and in order, and each that was said is taken once', (t) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const talk = new Talk({ garden: 'durable', fair: 'transient' });
      const { session, broker } = talk;
      talk.connect();
      for (const room of ['garden', 'fair']) session.join(room).catch(t.fail);
      talk.settle();
      const messages = steps.flatMap((each, number) => take(talk, each, number) ?? []);
      talk.connect();
      talk.settle();
      for (const room of ROOMS) broker.say(room, 'the last', steps.length, 'bea');
      talk.settle();
      t.deepEqual(talk.texts('garden'), broker.texts('garden'));
      t.deepEqual(talk.texts(''), broker.texts(''));
      const fair = talk.texts('fair');
      t.deepEqual(
        fair,
        broker.texts('fair').filter((text) => fair.includes(text)),
      );
      t.deepEqual(
        broker.taken,
        messages.map(({ text }) => text),
      );
      t.true(messages.every(({ state }) => state === 'delivered'));
    }),
    { numRuns: 300 },
  );
});

/** Does one step; what the person has said in it. */
function take(talk: Talk, each: Step, number: number): Message | null {
  if (each.do === 'say') return talk.session.say(each.room, `mine ${number}`);
  if (each.do === 'hear') talk.broker.say(each.room, `${number}`, number, 'bea');
  else if (each.do === 'rise' || each.do === 'fall') talk[each.do](each.count);
  else if (each.do === 'lose') lose(talk);
  else if (each.do === 'wait') talk.wait(600);
  else talk[each.do]();
  return null;
}

/** One event on its way is dropped: a gap. */
function lose({ broker }: Talk): void {
  const at = broker.out.findIndex((word) => word.includes('"said"'));
  if (at >= 0) broker.out.splice(at, 1);
}
