/** What is kept for people who are away: private messages, durable rooms, queue rooms; restarts, and a store that fails. */

import test from 'ava';
import type { ChatPerson } from './support/chat/chat-person.ts';
import { ChatWorld } from './support/chat/chat-world.ts';

/** People with keys, in a room of that kind; in a durable one subscribed, in a queue room taking but for the first. */
function room(world: ChatWorld, kind: 'durable' | 'queue', ...nicks: string[]): ChatPerson[] {
  return nicks.map((nick, at) => {
    const person = world.person(nick, `key of ${nick}`);
    person.join('r', kind);
    world.settle();
    if (kind === 'durable') person.do(person.session.subscribe('r'));
    else if (at > 0) person.do(person.session.take('r', true));
    world.settle();
    return person;
  });
}

test('a private message is kept for somebody who is away, and comes in order when they are back, also after a restart of the broker', (t) => {
  const world = new ChatWorld();
  const [ana, bea] = [world.person('Ana'), world.person('Bea', 'secret')];
  bea.exit();
  const one = ana.msg('Bea', 'one');
  ana.msg('bea', 'two');
  world.settle();
  t.is(one.state, 'delivered');
  t.regex(one.notice, /Bea is away/);
  world.restart();
  world.back(ana);
  ana.msg('Bea', 'three');
  world.settle();
  const again = world.person('Bea', 'secret', 'another');
  t.deepEqual(again.shown(''), ['one', 'two', 'three']);
  ana.msg('Bea', 'four');
  world.after(2000);
  again.cut();
  again.back();
  t.deepEqual(again.shown(''), ['one', 'two', 'three', 'four']);
  world.after(2000);
  again.exit();
  t.deepEqual(world.person('Bea', 'secret', 'third').shown(''), []);
});

test('a full mailbox refuses what is said to it with a sentence, and drops nothing', (t) => {
  const world = new ChatWorld();
  const ana = world.person('Ana');
  world.person('Bea', 'secret').exit();
  const said = Array.from({ length: 1002 }, (_, n) => ana.msg('Bea', `${n}`));
  for (let i = 0; i < 20; i++) world.after(100);
  t.is(said.filter(({ state }) => state === 'delivered').length, 1000);
  t.regex(said.at(-1)!.notice, /nothing more can be kept/);
  const bea = world.person('Bea', 'secret', 'another');
  t.deepEqual([bea.shown('').length, bea.shown('')[0], bea.has('missed')], [1000, '0', false]);
  world.after(2000);
  t.is(ana.msg('Bea', 'more').state, 'waiting');
  world.settle();
  t.is(bea.shown('').at(-1), 'more');
});

test('what was said in a durable room while one was away comes when one is back: once, in order, also after a restart', (t) => {
  const world = new ChatWorld();
  const [ana, bea] = room(world, 'durable', 'Ana', 'Bea') as [ChatPerson, ChatPerson];
  ana.say('r', '1');
  world.after(50);
  bea.cut();
  ana.say('r', '2');
  world.after(50);
  bea.back();
  world.after(1000);
  bea.cut();
  world.after(1000);
  ana.say('r', '3');
  world.settle();
  world.restart();
  world.back();
  ana.say('r', '4');
  world.after(2000);
  t.deepEqual(bea.shown('r'), ['1', '2', '3', '4']);
  t.false(bea.has('missed'));
});

test('/leave only goes away: what is said comes at the next /join, and nothing that was shown; /unsubscribe ends it', (t) => {
  const world = new ChatWorld();
  const [ana, bea] = room(world, 'durable', 'Ana', 'Bea') as [ChatPerson, ChatPerson];
  ana.say('r', '1');
  world.settle();
  bea.do(bea.session.leave('r'));
  world.settle();
  ana.say('r', '2');
  world.after(2000);
  bea.in('r');
  t.deepEqual(bea.shown('r'), ['1', '2']);
  bea.do(bea.session.unsubscribe('r'));
  bea.do(bea.session.leave('r'));
  world.settle();
  ana.say('r', '3');
  world.settle();
  bea.in('r');
  ana.say('r', '4');
  world.settle();
  t.deepEqual(bea.shown('r'), ['1', '2', '4']);
});

test('who has no key cannot subscribe, and only a durable room is subscribed to', async (t) => {
  const world = new ChatWorld();
  const cleo = world.person('Cleo');
  cleo.join('r', 'durable');
  cleo.join('q', 'queue');
  for (const name of ['r', 'q']) cleo.do(cleo.session.subscribe(name));
  cleo.do(cleo.session.take('r', true));
  world.settle();
  await Promise.allSettled([...cleo.asked]);
  t.deepEqual(cleo.refusals, ['KEY_NEEDED', 'ROOM_KIND', 'ROOM_KIND']);
});

test('who was away for more than a room keeps is told that something is missed, also after a restart', (t) => {
  const world = new ChatWorld();
  const [ana, bea] = room(world, 'durable', 'Ana', 'Bea') as [ChatPerson, ChatPerson];
  bea.exit();
  for (let n = 0; n < 1100; n++) ana.say('r', `${n}`);
  for (let i = 0; i < 20; i++) world.after(1000);
  world.restart();
  world.back(ana);
  const again = world.person('Bea', 'key of Bea', 'another').in('r');
  t.true(again.has('missed'));
  t.is(again.shown('r').at(-1), '1099');
  t.true(again.shown('r').length >= 500);
});

test('nobody can end what a durable room keeps for others by saying that it has seen more than there is', (t) => {
  const world = new ChatWorld();
  const [ana, bea] = room(world, 'durable', 'Ana', 'Bea') as [ChatPerson, ChatPerson];
  const raw = world.raw();
  const seen = Number.MAX_SAFE_INTEGER;
  raw.enter('Eve', { key: 'k', rooms: [{ room: 'r', kind: 'durable', seen }] });
  raw.order({ n: 1, do: 'subscribe', room: 'r' }, { do: 'again', room: 'r', since: seen });
  raw.order({ do: 'seen', room: 'r', seq: seen });
  raw.enter('Eve', { key: 'k', rooms: [{ room: 'r', kind: 'durable', seen }] });
  bea.exit();
  ana.say('r', 'one');
  world.settle();
  t.deepEqual(world.person('Bea', 'key of Bea', 'another').in('r').shown('r'), ['one']);
  world.restart();
  world.back(ana);
  ana.say('r', 'two');
  world.settle();
  t.deepEqual(world.person('Bea', 'key of Bea', 'third').in('r').shown('r'), ['one', 'two']);
});

test('a message in a queue room reaches exactly one of those who take, evenly and in turn, and never its author', (t) => {
  const world = new ChatWorld();
  const [ana, ...takers] = room(world, 'queue', 'Ana', 'Bea', 'Cleo', 'Dora');
  ana!.do(ana!.session.take('r', true));
  world.settle();
  for (let n = 1; n <= 7; n++) ana!.say('r', `${n}`);
  world.settle();
  t.deepEqual(
    takers.map((taker) => taker.shown('r')),
    [
      ['1', '4', '7'],
      ['2', '5'],
      ['3', '6'],
    ],
  );
  t.deepEqual(ana!.shown('r'), []);
});

test('what is said in a queue room waits while nobody takes, also through a restart', (t) => {
  const world = new ChatWorld();
  const [ana, bea] = room(world, 'queue', 'Ana', 'Bea') as [ChatPerson, ChatPerson];
  bea.do(bea.session.take('r', false));
  world.settle();
  ana.say('r', '1');
  ana.say('r', '2');
  world.settle();
  world.restart();
  world.back();
  world.after(100_000);
  t.deepEqual(bea.shown('r'), []);
  bea.do(bea.session.take('r', true));
  world.settle();
  t.deepEqual(bea.shown('r'), ['1', '2']);
});

test('what somebody who takes was given and has not seen goes to others when they do not come back, and nothing else', (t) => {
  const world = new ChatWorld();
  const [ana, bea, cleo] = room(world, 'queue', 'Ana', 'Bea', 'Cleo') as ChatPerson[];
  ana!.say('r', '1');
  ana!.say('r', '2');
  world.after(50);
  bea!.cut();
  ana!.say('r', '3');
  world.after(400);
  t.deepEqual(cleo!.shown('r'), ['2', '3']);
  world.after(200);
  t.deepEqual(cleo!.shown('r'), ['2', '3', '1']);
});

test('who comes back to a queue room is not given again what was shown, and nor is anybody else when they leave', (t) => {
  const world = new ChatWorld();
  const [ana, bea, cleo] = room(world, 'queue', 'Ana', 'Bea', 'Cleo') as ChatPerson[];
  ana!.say('r', '1');
  world.settle();
  bea!.cut();
  bea!.back();
  world.after(2000);
  bea!.do(bea!.session.leave('r'));
  world.settle();
  ana!.say('r', '2');
  world.settle();
  t.deepEqual([bea!.shown('r'), cleo!.shown('r')], [['1'], ['2']]);
  cleo!.do(cleo!.session.leave('r'));
  world.settle();
  bea!.join('r');
  bea!.do(bea!.session.take('r', true));
  world.settle();
  t.deepEqual(bea!.shown('r'), ['1']);
});

test('an author who has another nick now is not given the own message, from a queue or after a blink', (t) => {
  const world = new ChatWorld();
  const [ana] = room(world, 'queue', 'Ana') as [ChatPerson];
  const bea = world.person('Bea').in('x', 'r');
  ana.in('x');
  ana.say('r', 'job');
  ana.say('x', 'hello');
  world.settle();
  ana.do(ana.session.rename('Anna'));
  ana.do(ana.session.take('r', true));
  world.settle();
  ana.cut();
  ana.back();
  t.deepEqual([ana.shown('r'), ana.shown('x')], [[], []]);
  bea.do(bea.session.rename('Ana'));
  bea.do(bea.session.take('r', true));
  world.settle();
  t.deepEqual([bea.shown('r'), bea.shown('x')], [['job'], ['hello']]);
});

test('under another nick a subscription, what was given in a queue and what is said meanwhile stay one’s own', (t) => {
  const world = new ChatWorld();
  const [ana, bea] = room(world, 'durable', 'Ana', 'Bea') as [ChatPerson, ChatPerson];
  const cleo = world.person('Cleo');
  for (const person of [ana, bea, cleo]) person.join('q', 'queue');
  world.settle();
  for (const taker of [bea, cleo]) taker.do(taker.session.take('q', true));
  world.settle();
  ana.say('q', 'job');
  world.turn();
  bea.do(bea.session.rename('Beate'));
  world.settle();
  bea.cut();
  ana.say('r', '1');
  world.settle();
  bea.back();
  t.deepEqual([bea.shown('q'), bea.shown('r')], [['job'], ['1']]);
  world.after(2000);
  bea.exit();
  ana.say('r', '2');
  world.settle();
  world.restart();
  world.back(ana, cleo);
  world.after(1000);
  t.deepEqual(cleo.shown('q'), []);
  const again = world.person('beate', 'key of Bea', 'again').in('r');
  t.deepEqual(again.shown('r'), ['2']);
});

test('without a store rooms of all kinds work, and nothing outlives who is there', (t) => {
  const world = new ChatWorld(false);
  const [ana, bea] = room(world, 'queue', 'Ana', 'Bea') as [ChatPerson, ChatPerson];
  for (const person of [ana, bea]) person.join('d', 'durable');
  world.settle();
  bea.do(bea.session.subscribe('d'));
  world.settle();
  bea.cut();
  for (const place of ['r', 'd']) ana.say(place, 'kept for the grace');
  ana.msg('Bea', 'kept for the grace');
  world.after(100);
  bea.back();
  t.deepEqual(
    ['r', 'd', ''].map((place) => bea.shown(place)),
    [['kept for the grace'], ['kept for the grace'], ['kept for the grace']],
  );
  bea.cut();
  world.after(1000);
  const late = ana.msg('Bea', 'late');
  world.settle();
  t.is(late.state, 'failed');
});
