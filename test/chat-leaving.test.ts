/** What becomes of what was on its way when a person left a room, or the broker died, in virtual time. */

import test from 'ava';
import { inRoom, Talk } from './support/chat/talk.ts';

test('who leaves a room says first what was shown last, also after a new connection, and is shown nothing there any more', async (t) => {
  const talk = inRoom('garden', 'durable');
  talk.broker.say('garden', 'one');
  talk.settle();
  const left = talk.session.leave('garden');
  t.deepEqual(talk.up.splice(0), [
    '{"do":"seen","room":"garden","seq":1}',
    '{"n":2,"do":"leave","room":"garden"}',
  ]);
  talk.broker.say('garden', 'crossing');
  talk.fall();
  t.deepEqual(talk.texts('garden'), ['one']);
  talk.cut();
  talk.connect();
  t.like(JSON.parse(talk.up[0]!), { rooms: [{ room: 'garden', seen: 1, takes: false }] });
  talk.settle();
  await t.notThrowsAsync(left);
  t.deepEqual(talk.texts('garden'), ['one']);
});

test('who leaves a room and comes back is not shown again what comes under another number', (t) => {
  const talk = inRoom('garden', 'transient');
  talk.broker.say('garden', 'one', 7, 'bea');
  talk.settle();
  talk.session.leave('garden').catch(t.fail);
  talk.session.join('garden').catch(t.fail);
  talk.settle();
  talk.broker.say('garden', 'one', 7, 'bea');
  talk.broker.say('garden', 'two', 8, 'bea');
  talk.settle();
  t.deepEqual(talk.texts('garden'), ['one', 'two']);
});

test('what is held back from a broker that has forgotten the rest does not hold up what follows', (t) => {
  const talk = new Talk();
  talk.connect();
  talk.settle();
  const hear = (seq: number, prev: number, text: string) => {
    const said = { from: 'Bea', id: 'b', n: seq, at: 1, text };
    talk.session.receive(0, JSON.stringify({ event: 'said', room: '', seq, prev, said }));
  };
  hear(1, 0, 'one');
  hear(5, 4, 'five');
  t.deepEqual(talk.texts(''), ['one']);
  hear(9, 1, 'nine');
  t.deepEqual(talk.texts(''), ['one', 'five', 'nine']);
});
