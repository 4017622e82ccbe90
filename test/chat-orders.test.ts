/** What people say and ask for, and what is refused, in virtual time. */

import test from 'ava';
import fc from 'fast-check';
import { ChatWorld } from './support/chat/chat-world.ts';

/** How long those are waited for after a start who were there before. */
const WAITED_FOR_MS = 2000;

test('text that looks like a command or a control word is text, and control characters are gone', (t) => {
  const world = new ChatWorld(false);
  const [ana, bea] = [world.person('Ana').in('x'), world.person('Bea').in('x')];
  const texts = ['HI', 'BYE', 'EXIT', '/leave', '{"do":"exit"}', '<b>x</b>', 'null'];
  for (const text of texts) ana.say('x', text);
  ana.say('x', '\u001b[31mred\u0007\n\u202eedoc\u061c\u0000');
  world.settle();
  t.deepEqual(bea.shown('x'), [...texts, '[31mred edoc']);
});

test('empty and oversized messages, floods, unknown rooms and nicks get a sentence that says what to do', (t) => {
  const world = new ChatWorld(false, { chatRate: 20 });
  const ana = world.person('Ana').in('x');
  const wrong = [
    ana.say('x', ' \u0007 '),
    ana.say('x', 'a'.repeat(4001)),
    ana.say('nowhere', 'hello'),
    ana.msg('Nobody', 'hello'),
    ana.say('@ana', 'hello'),
  ];
  const right = ana.say('x', '😀'.repeat(4000));
  world.settle();
  t.is(right.state, 'delivered');
  t.true(wrong.every(({ state, notice }) => state === 'failed' && /: /.test(notice)));
  const flood = Array.from({ length: 100 }, (_, n) => ana.say('x', `${n}`));
  world.settle();
  const failed = flood.filter(({ state }) => state === 'failed');
  t.true(failed.length > 50 && failed.every(({ notice }) => /wait a second/.test(notice)));
  world.after(1000);
  const after = ana.say('x', 'calm');
  world.settle();
  t.is(after.state, 'delivered');
});

test('without a worker the author is told so, and what was said is delivered when one is there', (t) => {
  const world = new ChatWorld(true, {}, {}, 0);
  const [ana, bea] = [world.person('Ana').in('x'), world.person('Bea', 'k').in('x')];
  ana.say('x', 'one');
  ana.msg('Bea', 'two');
  world.settle();
  t.deepEqual(ana.notices(), ['NO_WORKER']);
  world.after(59_000);
  world.worker();
  world.settle();
  t.deepEqual([bea.shown('x'), bea.shown('')], [['one'], ['two']]);
});

test('a handler that fails has its author told, and the room goes on; what is dropped is told with the reason', (t) => {
  const world = new ChatWorld();
  const [ana, bea] = [world.person('Ana').in('x'), world.person('Bea', 'k').in('x')];
  const w = world.workers[0]!;
  w.failsAt = ({ messages }) => messages.some(({ text }) => text === 'bad');
  w.filter = ({ text }) => (text === 'rude' ? { drop: 'Be kind.' } : undefined);
  const bad = [ana.say('x', 'bad'), ana.msg('Bea', 'bad')];
  world.settle();
  const [rude, good] = [ana.say('x', 'rude'), ana.say('x', 'good')];
  ana.msg('Bea', 'good');
  world.after(20_000);
  t.deepEqual(
    bad.map(({ state }) => state),
    ['failed', 'failed'],
  );
  t.regex(bad[0]!.notice, /no luck/);
  t.deepEqual([rude.state, rude.notice, good.state], ['delivered', 'Be kind.', 'delivered']);
  t.deepEqual([bea.shown('x'), bea.shown('')], [['good'], ['good']]);
});

test('when the broker goes down all are told, and what is said then is sent when it is back', (t) => {
  const world = new ChatWorld();
  const [ana, bea] = [world.person('Ana').in('x'), world.person('Bea').in('x')];
  world.broker.drain(world.now, 1000);
  world.settle();
  t.true(ana.has('closing') && bea.has('closing'));
  const late = ana.say('x', 'late');
  world.settle();
  t.is(late.state, 'waiting');
  world.restart();
  world.back();
  world.after(WAITED_FOR_MS);
  t.is(late.state, 'delivered');
  t.deepEqual(bea.shown('x'), ['late']);
});

test('what was typed while the broker was dead reaches those, too, who are back later than its author', (t) => {
  const world = new ChatWorld();
  const [ana, bea] = [world.person('Ana').in('x'), world.person('Bea').in('x')];
  world.restart();
  const late = ana.say('x', 'late');
  world.back(ana);
  t.is(late.state, 'sent');
  world.after(WAITED_FOR_MS / 2);
  world.back(bea);
  world.after(WAITED_FOR_MS);
  t.is(late.state, 'delivered');
  t.deepEqual(bea.shown('x'), ['late']);
});

test('nobody who is new waits for anybody', (t) => {
  const world = new ChatWorld();
  world.restart();
  world.back();
  const [ana, bea] = [world.person('Ana').in('x'), world.person('Bea').in('x')];
  t.is(ana.say('x', 'hello').state, 'waiting');
  world.settle();
  t.deepEqual(bea.shown('x'), ['hello']);
});

test('an order before enter is refused, and so is one after an enter that was', (t) => {
  const world = new ChatWorld(false);
  world.person('Ana').in('x');
  const raw = world.raw();
  raw.order({ n: 1, do: 'join', room: 'x' });
  t.is(raw.replies(1)[0]!.error, 'CHAT_FIRST');
  raw.enter('Bea');
  raw.enter('Ana');
  raw.order({ n: 2, do: 'join', room: 'x' });
  t.is(raw.replies(2)[0]!.error, 'CHAT_FIRST');
  raw.enter('Bea');
  raw.order({ n: 3, do: 'leave', room: '@bea' }, { n: 4, do: 'join', room: '@bea' });
  t.deepEqual(
    [raw.replies(3)[0]!.error, raw.replies(4)[0]!.error],
    ['ROOM_UNKNOWN', 'ROOM_INVALID'],
  );
});

test('an order of a number that is known is done once', (t) => {
  const world = new ChatWorld(false);
  const bea = world.person('Bea').in('x');
  const raw = world.raw();
  raw.enter('Ana', { rooms: [{ room: 'x', kind: 'transient', seen: 0 }] });
  const say = { n: 1, do: 'say', room: 'x', text: 'once' };
  raw.order(say, say, { ...say, again: true });
  t.deepEqual(bea.shown('x'), ['once']);
  t.is(raw.replies(1).filter(({ state }) => state === 'delivered').length, 1);
  raw.order({ ...say, again: true });
  t.is(raw.replies(1).filter(({ state }) => state === 'delivered').length, 2);
});

test('who says something gives away nothing with which another could enter in its place', (t) => {
  const world = new ChatWorld(false);
  const raw = world.raw();
  raw.enter('Bea', { rooms: [{ room: 'x', kind: 'transient', seen: 0 }] });
  world.person('Ana', '', 'the instance of Ana').in('x').say('x', 'hello');
  world.settle();
  const said = raw.words.find(({ event }) => event === 'said')!.said as { id: string };
  t.not(said.id, 'the instance of Ana');
});

test('who leaves a durable room is given again what was not said to have been shown, and nothing else', (t) => {
  const world = new ChatWorld();
  const ana = world.person('Ana');
  ana.join('r', 'durable');
  const raw = world.raw();
  raw.enter('Bea', { key: 'k', rooms: [{ room: 'r', kind: 'durable', seen: 0 }] });
  raw.order({ n: 1, do: 'subscribe', room: 'r' });
  ana.say('r', '1');
  world.settle();
  const { seq } = raw.words.find(({ event }) => event === 'said') as { seq: number };
  raw.order({ do: 'seen', room: 'r', seq });
  ana.say('r', 'crossing');
  world.settle();
  raw.order({ n: 2, do: 'leave', room: 'r' });
  ana.say('r', '2');
  world.settle();
  raw.order({ n: 3, do: 'join', room: 'r' });
  const said = raw.words.filter(({ event }) => event === 'said').map(({ said }) => said);
  t.deepEqual(
    said.map((each) => (each as { text: string }).text),
    ['1', 'crossing', 'crossing', '2'],
  );
});

test('no order ends anything: each with a number has a reply, and the chat goes on', (t) => {
  const verbs = [
    'join',
    'leave',
    'say',
    'msg',
    'nick',
    'who',
    'rooms',
    'take',
    'subscribe',
    'unsubscribe',
  ];
  const names = fc.constantFrom('x', 'q', 'd', '', '@eve', 'Eve', 'Ana', '__proto__', 'ä', '/');
  const any = fc.oneof(names, fc.jsonValue());
  const order = fc.record(
    {
      n: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.jsonValue()),
      do: fc.oneof(fc.constantFrom(...verbs, 'seen', 'again', 'exit', 'enter'), fc.jsonValue()),
      room: any,
      kind: fc.constantFrom('durable', 'queue', 'transient', 'odd'),
      text: any,
      to: any,
      nick: any,
      key: any,
      on: fc.boolean(),
      seq: fc.oneof(fc.maxSafeInteger(), any),
      since: fc.maxSafeInteger(),
      rooms: fc.oneof(fc.array(fc.record({ room: any, kind: any, seen: any })), any),
      again: fc.boolean(),
    },
    { requiredKeys: ['do'] },
  );
  const world = new ChatWorld(true, { chatRate: 1_000_000 });
  const [ana, bea] = [world.person('Ana', 'k').in('x'), world.person('Bea', 'k').in('x')];
  let said = 0;
  fc.assert(
    fc.property(
      fc.array(fc.oneof(order, fc.string(), fc.jsonValue()), { maxLength: 8 }),
      (orders) => {
        const raw = world.raw();
        raw.enter('Eve');
        raw.order(
          ...orders.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))),
        );
        raw.enter('Eve');
        raw.order(
          ...verbs.map((verb, n) => ({
            n: 1000 + n,
            do: verb,
            room: 'x',
            text: 't',
            to: 'Ana',
            nick: 'Eve',
            on: true,
          })),
        );
        const answered = verbs.every((_, n) => raw.replies(1000 + n).length > 0);
        raw.order({ do: 'exit' });
        raw.gone();
        ana.say('x', `${++said}`);
        world.settle();
        return answered && bea.shown('x').at(-1) === `${said}`;
      },
    ),
    { numRuns: 150 },
  );
  t.is(bea.shown('x').filter((text) => text !== 't').length, said);
});
