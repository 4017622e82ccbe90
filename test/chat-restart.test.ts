/** What is on its way while brokers, stores and workers die. */

import test from 'ava';
import { ChatWorld } from './support/chat/chat-world.ts';

/** Ana and Bea, both subscribed to the durable room `r` and in the queue room `q`, where Bea takes; and in `x`. */
function two(world = new ChatWorld()) {
  const people = ['Ana', 'Bea'].map((nick) => {
    const person = world.person(nick, `key of ${nick}`);
    person.join('r', 'durable');
    person.join('q', 'queue');
    person.join('x');
    world.settle();
    person.do(person.session.subscribe('r'));
    world.settle();
    return person;
  });
  const [ana, bea] = people as [(typeof people)[0], (typeof people)[0]];
  bea.do(bea.session.take('q', true));
  world.settle();
  return { world, ana, bea, w: world.workers[0]! };
}

const ROOMS = ['r', 'q', ''] as const;

for (const room of ROOMS) {
  const say = (who: ReturnType<typeof two>['ana'], text: string) =>
    room === '' ? who.msg('Bea', text) : who.say(room, text);
  const kind = { r: 'a durable room', q: 'a queue room', '': 'a mailbox' }[room];

  test(`what was on its way to ${kind} when the broker died is delivered once, in order, and its author told`, (t) => {
    const { world, ana, bea, w } = two();
    w.isHolding = true;
    const said = [say(ana, '1'), say(ana, '2')];
    world.settle();
    t.deepEqual(
      said.map(({ state }) => state),
      ['sent', 'sent'],
    );
    world.restart();
    w.isHolding = false;
    said.push(say(ana, '3'));
    world.back();
    world.after(5000);
    t.deepEqual(bea.shown(room), ['1', '2', '3']);
    t.deepEqual(
      said.map(({ state }) => state),
      ['delivered', 'delivered', 'delivered'],
    );
  });

  test(`what was on its way to ${kind} when the broker died is delivered though its author does not come back`, (t) => {
    const { world, ana, bea, w } = two();
    w.isHolding = true;
    say(ana, '1');
    world.settle();
    world.restart();
    world.after(100_000);
    w.isHolding = false;
    world.back(bea);
    world.after(5000);
    t.deepEqual(bea.shown(room), ['1']);
  });

  test(`what ${kind} was given, and the broker died before that was durable, is given once`, (t) => {
    const { world, ana, bea } = two();
    say(ana, '1');
    world.settle();
    say(ana, '2');
    world.turn();
    world.isSlow = true;
    world.settle();
    world.restart();
    world.isSlow = false;
    world.back();
    world.after(5000);
    t.deepEqual(bea.shown(room), ['1', '2']);
  });

  test(`a store that fails loses nothing of ${kind} that was taken, and doubles nothing`, (t) => {
    const { world, ana, bea, w } = two();
    const held = say(ana, 'while it is answered');
    world.turn();
    world.turn();
    world.isSlow = true;
    world.settle();
    world.fail();
    world.isSlow = false;
    world.settle();
    const refused = say(ana, 'refused');
    const transient = ana.say('x', 'goes on');
    world.settle();
    t.is(transient.state, 'delivered');
    t.regex(refused.notice, /cannot write/);
    world.after(5000);
    w.isHolding = true;
    world.reopen();
    world.after(500);
    w.isHolding = false;
    const after = say(ana, 'after');
    world.after(5000);
    t.deepEqual(bea.shown(room), ['while it is answered', 'after']);
    t.deepEqual([held.state, refused.state, after.state], ['delivered', 'failed', 'delivered']);
    t.deepEqual(bea.shown('x'), ['goes on']);
    world.restart();
    world.back();
    say(ana, 'last');
    world.after(2000);
    t.deepEqual(bea.shown(room), ['while it is answered', 'after', 'last']);
  });

  test(`what was said to ${kind} and was not durable when the store failed is handed in again when it is open`, (t) => {
    const { world, ana, bea, w } = two();
    world.isSlow = w.isHolding = true;
    const message = say(ana, '1');
    world.settle();
    world.fail();
    world.isSlow = w.isHolding = false;
    world.after(5000);
    t.is(message.state, 'waiting');
    world.reopen();
    world.after(5000);
    t.deepEqual([message.state, bea.shown(room)], ['delivered', ['1']]);
  });

  test(`a store that fails twice, the second time while it is read, forgets nothing of ${kind}`, (t) => {
    const { world, ana, bea } = two();
    bea.cut();
    say(ana, '1');
    world.after(100);
    world.fail();
    world.readHalf();
    world.fail();
    world.reopen();
    world.restart();
    world.back();
    world.after(5000);
    t.deepEqual(bea.shown(room), ['1']);
  });

  test(`a message whose worker dies is delivered once, to ${kind}`, (t) => {
    const { world, ana, bea, w } = two();
    w.isHolding = true;
    const message = say(ana, '1');
    world.settle();
    world.worker();
    w.gone();
    world.after(5000);
    t.deepEqual(bea.shown(room), ['1']);
    t.is(message.state, 'delivered');
  });
}

test('a bot replies once, also when the broker has died between, and never to a bot', (t) => {
  const { world, ana, bea, w } = two();
  w.filter = ({ text }) => ({ reply: { from: 'echo', text: `You said ${text}` } });
  ana.say('r', '1');
  ana.say('x', '1');
  world.settle();
  t.deepEqual(
    [bea.shown('r'), bea.shown('x'), ana.shown('r')],
    [['1', 'You said 1'], ['1', 'You said 1'], ['You said 1']],
  );
  w.isHolding = true;
  ana.say('r', '2');
  world.settle();
  world.restart();
  w.isHolding = false;
  world.back();
  world.after(5000);
  t.deepEqual(ana.shown('r'), ['You said 1', 'You said 2']);
});

test('who is told of a message that is on its way comes back, and hears again that it was sent', (t) => {
  const { world, ana, w } = two();
  w.isHolding = true;
  world.isSlow = true;
  const message = ana.say('r', '1');
  world.settle();
  t.is(message.state, 'waiting');
  ana.cut();
  world.isSlow = false;
  world.settle();
  ana.back();
  t.is(message.state, 'sent');
});

for (const fails of [1, 2]) {
  const often = fails === 1 ? 'failed' : 'failed twice';
  test(`what was given in a queue when the store ${often} is not given to another when the broker dies behind that`, (t) => {
    const { world, ana, bea } = two();
    const cleo = world.person('Cleo', 'key of Cleo').in('q');
    cleo.do(cleo.session.take('q', true));
    world.settle();
    world.turn();
    ana.say('q', '1');
    world.turn();
    world.isSlow = true;
    world.settle();
    for (let fail = 0; fail < fails; fail++) {
      world.fail();
      world.isSlow = fail < fails - 1;
      world.reopen();
    }
    t.deepEqual([bea.shown('q'), cleo.shown('q')], [['1'], []]);
    bea.do(bea.session.take('q', false));
    world.settle();
    world.restart();
    world.back();
    world.after(5000);
    t.deepEqual([bea.shown('q'), cleo.shown('q')], [['1'], []]);
  });
}

test('who has another nick hears of it when that is durable, and what is kept comes under it', (t) => {
  const { world, ana, bea } = two();
  world.isSlow = true;
  bea.do(bea.session.rename('Beate'));
  world.settle();
  t.is(bea.session.nick, 'Bea');
  world.restart();
  world.isSlow = false;
  ana.connect();
  ana.say('r', '1');
  world.back();
  world.after(5000);
  t.is(bea.session.nick, 'Beate');
  t.deepEqual(bea.shown('r'), ['1']);
});
