/** Rooms of more than a thousand: split into parts, each of them a job. */

import test from 'ava';
import fc from 'fast-check';
import { RawPeer } from './support/chat/chat-person.ts';
import { ChatWorld } from './support/chat/chat-world.ts';

type Kind = 'transient' | 'durable' | 'queue';

/** A room `r` of so many besides those who are given; workers that hold what they are given. */
function crowd(kind: Kind, count: number) {
  const world = new ChatWorld(kind !== 'transient');
  const [ana, bea] = [world.person('Ana', 'key'), world.person('Bea', 'key')];
  ana.join('r', kind);
  world.settle();
  for (let i = 0; i < count; i++) guest(world, i, kind);
  // Bea is in the second part, when there is one.
  bea.in('r');
  const w = world.workers[0]!;
  w.isHolding = true;
  return { world, ana, bea, w };
}

function guest(world: ChatWorld, at: number, kind: Kind): RawPeer {
  const peer = new RawPeer(world, `guest-${at}`);
  peer.connect();
  const rooms = [{ room: 'r', kind, seen: 0 }];
  peer.send(JSON.stringify({ n: 0, do: 'enter', nick: `g${at}`, key: '', rooms, mail: 0 }));
  world.settle();
  return peer;
}

for (const kind of ['transient', 'durable'] as const) {
  test(`each member of a large ${kind} room sees all once and in order, in whatever order workers answer its parts`, (t) => {
    const { world, ana, bea, w } = crowd(kind, 1001);
    const first = world.peers.find(({ name }) => name === 'guest-0') as RawPeer;
    const last = world.peers.find(({ name }) => name === 'guest-1000') as RawPeer;
    let said = 0;
    const say = () => ana.say('r', `${++said}`);
    fc.assert(
      fc.property(fc.array(fc.nat(5), { minLength: 8, maxLength: 40 }), (steps) => {
        for (const step of steps) {
          if (step >= 4) say();
          world.settle();
          const { held } = w.core.seen;
          if (step < 4 && held.length > 0) w.answer(step % held.length);
          w.core.report(0);
          world.settle();
        }
        w.isHolding = false;
        world.settle();
        w.isHolding = true;
      }),
      { numRuns: 20 },
    );
    const all = Array.from({ length: said }, (_, n) => `${n + 1}`);
    const heard = ({ words }: RawPeer) =>
      words
        .filter(({ event }) => event === 'said')
        .map(({ said }) => (said as { text: string }).text);
    t.deepEqual(heard(first), all);
    t.deepEqual(heard(last), all);
    t.deepEqual(bea.shown('r'), all);
    t.deepEqual(ana.shown('r'), []);
  });
}

test('what is said in a large room is delivered once, though a part of its people leave while it is on its way', (t) => {
  const { world, ana, bea, w } = crowd('transient', 1001);
  const one = ana.say('r', '1');
  world.settle();
  const two = ana.say('r', '2');
  world.settle();
  const late = world.peers.slice(-3) as RawPeer[];
  for (const peer of late) peer.order({ do: 'exit' });
  bea.do(bea.session.leave('r'));
  world.settle();
  const three = ana.say('r', '3');
  world.settle();
  w.isHolding = false;
  bea.in('r');
  world.after(1000);
  t.deepEqual(
    [one, two, three].map(({ state }) => state),
    ['delivered', 'delivered', 'delivered'],
  );
  ana.say('r', '4');
  world.settle();
  const first = world.peers.find(({ name }) => name === 'guest-0') as RawPeer;
  const said = first.words.filter(({ event }) => event === 'said');
  t.is(said.length, 4);
  t.deepEqual(bea.shown('r'), ['1', '2', '3', '4']);
  world.after(60_000);
  t.is([...world.chat.rooms.all].filter(({ open }) => open !== 0).length, 0);
});

test('in a large queue room each message reaches exactly one of those who take', (t) => {
  const { world, ana, bea, w } = crowd('queue', 1001);
  const cleo = world.person('Cleo').in('r');
  for (const taker of [bea, cleo]) taker.do(taker.session.take('r', true));
  world.settle();
  for (let n = 1; n <= 6; n++) ana.say('r', `${n}`);
  world.settle();
  while (w.jobs.length > 0) {
    w.answer(w.jobs.length - 1);
    w.core.report(0);
    world.settle();
  }
  t.deepEqual(
    [bea.shown('r'), cleo.shown('r')],
    [
      ['1', '3', '5'],
      ['2', '4', '6'],
    ],
  );
});

test('what was on its way in a large durable room when the broker died comes in order behind it', (t) => {
  const { world, ana, bea, w } = crowd('durable', 1001);
  for (const person of [ana, bea]) person.do(person.session.subscribe('r'));
  world.settle();
  ana.say('r', '1');
  world.settle();
  world.restart();
  w.isHolding = false;
  for (const worker of world.workers) worker.back();
  w.isHolding = true;
  world.peers.forEach((peer, at) => {
    if (peer instanceof RawPeer) {
      peer.connect();
      const rooms = [{ room: 'r', kind: 'durable', seen: 0 }];
      peer.send(JSON.stringify({ n: 0, do: 'enter', nick: `again${at}`, key: '', rooms, mail: 0 }));
    }
  });
  world.settle();
  world.back(ana, bea);
  ana.say('r', '2');
  world.settle();
  while (w.jobs.length > 0) {
    w.answer(w.jobs.length - 1);
    w.core.report(0);
    world.settle();
  }
  world.after(10_000);
  w.isHolding = false;
  ana.say('r', '3');
  world.after(1000);
  t.deepEqual(bea.shown('r'), ['1', '2', '3']);
});
