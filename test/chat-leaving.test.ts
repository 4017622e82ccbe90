/** What becomes of what is on its way to somebody who leaves a room, in virtual time. */

import test from 'ava';
import { inRoom } from './support/chat/talk.ts';

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
