/** People, nicks and rooms of the chat, in virtual time. */

import test from 'ava';
import { ChatWorld } from './support/chat/chat-world.ts';

const DAY = 86_400_000;

test('the author does not get the own message back, but its states', (t) => {
  const world = new ChatWorld(false);
  const [ana, bea] = [world.person('Ana').in('x'), world.person('Bea').in('x')];
  world.workers[0]!.isHolding = true;
  const message = ana.say('x', 'hello');
  world.settle();
  t.is(message.state, 'sent');
  world.workers[0]!.isHolding = false;
  world.settle();
  t.is(message.state, 'delivered');
  t.deepEqual([ana.shown('x'), bea.shown('x')], [[], ['hello']]);
});

test('a nick is unique whatever its case, survives a short reconnect of its owner, and cannot be taken meanwhile', (t) => {
  const world = new ChatWorld(false);
  const ana = world.person('Ana').in('x');
  const [bea, eve] = [world.person('Bea').in('x'), world.person('aNA')];
  t.true(eve.has('refused'));
  ana.cut();
  eve.cut();
  eve.back();
  t.false(eve.session.online);
  world.after(400);
  bea.say('x', 'while you were away');
  ana.back();
  t.is(ana.session.nick, 'Ana');
  t.deepEqual(ana.shown('x'), ['while you were away']);
  world.after(1000);
  t.deepEqual(bea.people, [], 'nobody hears of a blink');
  ana.cut();
  world.after(499);
  t.true(world.chat.nicks.get('Ana') !== null);
  world.after(2);
  t.deepEqual(bea.people, ['-Ana']);
  t.true(world.person('ANA').session.online);
});

test('a nick with a key is nobody else’s for 30 days after its owner was last there, however long that was and whatever restarts', (t) => {
  const world = new ChatWorld();
  const ana = world.person('Ana', 'secret');
  world.after(40 * DAY);
  world.restart();
  t.true(world.person('Ana').has('refused'));
  t.true(world.person('Ana', 'other').has('refused'));
  ana.back();
  t.true(ana.session.online);
  ana.exit();
  world.after(29.9 * DAY);
  t.true(world.person('Ana').has('refused'));
  t.true(world.person('Ana', 'secret', 'again').session.online);
  world.peers.at(-1)!.gone();
  world.after(32 * DAY);
  t.true(world.person('ana').session.online);
});

test('what a nick is subscribed to is given to nobody else, even after 30 days', (t) => {
  const world = new ChatWorld();
  const [ana, bea] = [world.person('Ana', 'secret'), world.person('Bea')];
  ana.join('r', 'durable');
  world.settle();
  ana.do(ana.session.subscribe('r'));
  ana.exit();
  bea.in('r').say('r', 'to those who subscribe');
  world.after(60 * DAY);
  t.true(world.person('Ana', 'other').has('refused'));
  t.deepEqual(world.person('Ana', 'secret', 'again').in('r').shown('r'), [
    'to those who subscribe',
  ]);
});

test('with its key a nick is taken over while the old connection is away, and not while it stands', (t) => {
  const world = new ChatWorld();
  const ana = world.person('Ana', 'secret').in('x');
  const other = world.person('Ana', 'secret', 'elsewhere');
  t.true(other.has('refused'));
  ana.cut();
  other.cut();
  other.back();
  t.true(other.session.online);
  ana.back();
  t.true(ana.has('refused'));
});

test('a connection in the place of one of whose end the broker has not heard goes on where that was', (t) => {
  const world = new ChatWorld(false);
  const [ana, bea] = [world.person('Ana').in('x'), world.person('Bea').in('x')];
  world.after(300);
  bea.news.length = 0;
  const message = ana.say('x', 'once');
  world.turn();
  ana.lost();
  ana.back();
  world.after(1000);
  bea.say('x', 'yes');
  world.settle();
  t.deepEqual([ana.shown('x'), bea.shown('x'), bea.people], [['yes'], ['once'], []]);
  t.is(message.state, 'delivered');
});

test('without a room the broker finds one: with exactly one person, else the one with the fewest, else a new one', (t) => {
  const world = new ChatWorld(false, { roomCapacity: 3 });
  const rooms = Array.from({ length: 7 }, (_, n) => {
    const person = world.person(`P${n}`);
    person.join();
    world.settle();
    return [...person.session.rooms.keys()][0];
  });
  t.deepEqual(rooms, ['room-1', 'room-1', 'room-1', 'room-2', 'room-2', 'room-2', 'room-3']);
  for (const at of [0, 3, 4, 6]) world.peers[at]!.gone();
  world.settle();
  const next = [0, 1, 2].map((n) => {
    const person = world.person(`Q${n}`);
    person.join();
    world.settle();
    return [...person.session.rooms.keys()][0];
  });
  t.deepEqual(next, ['room-2', 'room-1', 'room-2']);
});

test('others are told who comes and goes, all that happens at once in one word, and nobody of themselves', (t) => {
  const world = new ChatWorld(false);
  const ana = world.person('Ana').in('x');
  world.after(300);
  const [bea, cleo] = [world.person('Bea').in('x'), world.person('Cleo').in('x')];
  const dora = world.person('Dora').in('x');
  dora.do(dora.session.leave('x'));
  world.after(300);
  t.deepEqual(ana.people, ['+Bea', '+Cleo']);
  t.deepEqual(ana.news.filter(({ news }) => news === 'people').length, 2);
  t.deepEqual([bea.people, cleo.people], [['+Cleo'], []]);
  cleo.cut();
  world.after(600);
  bea.exit();
  world.after(300);
  t.deepEqual(ana.people, ['+Bea', '+Cleo', '-Cleo', '-Bea']);
  const dan = world.person('Dan').in('x');
  dan.do(dan.session.rename('Dana'));
  world.after(300);
  t.deepEqual(ana.people.slice(4), ['+Dan', 'Dan=Dana']);
  t.deepEqual([...ana.session.rooms.get('x')!.people].sort(), ['Ana', 'Dana']);
});

test('who comes and goes while others come is known in the end by all, whenever they looked', (t) => {
  const world = new ChatWorld(false);
  const ana = world.person('Ana').in('x');
  world.after(300);
  // Who comes now is told at once, and then nobody for a while.
  const eve = world.person('Eve').in('x');
  const bea = world.person('Bea').in('x');
  const cleo = world.person('Cleo').in('x');
  bea.do(bea.session.leave('x'));
  world.settle();
  bea.in('x');
  cleo.do(cleo.session.leave('x'));
  world.settle();
  const dora = world.person('Dora').in('x');
  cleo.in('x');
  world.after(300);
  for (const person of [ana, eve, bea, cleo, dora]) {
    const { people } = person.session.rooms.get('x')!;
    t.deepEqual([...people].sort(), ['Ana', 'Bea', 'Cleo', 'Dora', 'Eve'], person.session.nick);
  }
});

test('a person is in several rooms, and /who and /rooms say who is there and what there is', async (t) => {
  const world = new ChatWorld();
  const ana = world.person('Ana', 'k').in('x', 'y');
  ana.join('z', 'durable');
  world.person('Bea').in('y');
  ana.do(ana.session.subscribe('z'));
  ana.do(ana.session.leave('z'));
  world.person('Cleo').in('z');
  const [who, lines] = [ana.session.who('y'), ana.session.list()];
  world.settle();
  t.deepEqual([...(await who).people], ['Ana', 'Bea']);
  t.deepEqual(
    (await lines).map(({ room, kind, online, members }) => [room, kind, online, members]),
    [
      ['x', 'transient', 1, 1],
      ['y', 'transient', 2, 2],
      ['z', 'durable', 1, 2],
    ],
  );
});
