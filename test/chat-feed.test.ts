/** What a person of the chat is shown, in virtual time: each message once, and in order. */

import test from 'ava';
import fc from 'fast-check';
import type { Message } from '../src/client/chat/message.ts';
import { inRoom, Talk } from './support/chat/talk.ts';

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

test('what came behind a gap is held back until the gap is filled, and asked for every 3 s', (t) => {
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
  talk.up = [];
  talk.tick();
  talk.wait(2999);
  t.deepEqual(talk.up, ['{"do":"seen","room":"garden","seq":1}']);
  talk.wait(1);
  t.is(talk.up.length, 2, 'asked for once more: the broker may have passed over it');
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
  talk.tick();
  t.is(talk.dueAt, Number.POSITIVE_INFINITY);
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

test('another nick has another mailbox, with numbers of its own', async (t) => {
  const talk = inRoom('garden', 'transient');
  for (const text of ['one', 'two', 'three']) talk.broker.say('', text, 9, text);
  talk.settle();
  const renamed = talk.session.rename('Bea');
  talk.settle();
  await renamed;
  const said = { from: 'Cid', id: 'three', n: 8, at: 1, text: 'for Bea' };
  const event = { event: 'said', room: '', seq: 2, prev: 1, said };
  talk.session.receive(0, JSON.stringify(event));
  t.deepEqual(talk.texts(''), ['one', 'two', 'three', 'for Bea']);
  talk.wait(1000);
  t.deepEqual(JSON.parse(talk.up.at(-1)!), { do: 'seen', room: '', seq: 2 });
  talk.broker.others.add('Bea');
  talk.cut();
  talk.connect();
  t.is(JSON.parse(talk.up[0]!).mail, 2);
  talk.settle();
  talk.session.rename('Dan').catch(t.fail);
  t.is(JSON.parse(talk.up[0]!).mail, 0);
  talk.settle();
  talk.broker.say('', 'for Dan', 10, 'three');
  talk.session.rename('DAN').catch(t.fail);
  talk.settle();
  talk.cut();
  talk.connect();
  t.true(JSON.parse(talk.up[0]!).mail > 0, 'only case tells them apart: it is the same');
});

test('a transient room that was made anew may count anew; what comes before the reply to enter comes again', (t) => {
  const talk = inRoom('garden', 'transient');
  for (let n = 1; n <= 5; n++) talk.broker.say('garden', `old ${n}`, n, 'bea');
  talk.settle();
  talk.cut();
  talk.connect();
  const said = { from: 'Bea', id: 'bea', n: 6, at: 1, text: 'new' };
  const event = { event: 'said', room: 'garden', seq: 2, prev: 1, said };
  talk.session.receive(0, JSON.stringify({ ...event, seq: 3, prev: 2 }));
  const view = { room: 'garden', kind: 'transient', people: [], count: 1, seq: 1 };
  talk.session.receive(0, JSON.stringify({ re: 0, nick: 'Ana', rooms: [view] }));
  t.deepEqual(talk.texts('garden').slice(4), ['old 5']);
  talk.session.receive(0, JSON.stringify(event));
  t.deepEqual(talk.texts('garden').slice(4), ['old 5', 'new']);
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

/** One event on its way is dropped: a gap. Not the first private message: nothing says what is before that. */
function lose(talk: Talk): void {
  const { broker } = talk;
  const isFirst = (word: string) => word.includes('"room":""') && talk.texts('').length === 0;
  const at = broker.out.findIndex((word) => word.includes('"said"') && !isFirst(word));
  if (at >= 0) broker.out.splice(at, 1);
}
