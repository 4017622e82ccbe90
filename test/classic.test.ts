/** Workers of a ZeroMQ course at their port, without sockets: what their answers say of who they are. */

import test from 'ava';
import { framesOf, textOf } from './support/majordomo.ts';
import { OpenDoors, type Peer } from './support/open-doors.ts';

function say(doors: OpenDoors, side: 'frontend' | 'backend', ...frames: string[]): Peer {
  const peer = doors.peer(side);
  peer.frames(framesOf(...frames));
  return peer;
}

for (const load of [[], ['0.5']]) {
  const how = load.length > 0 ? 'with its load' : 'without a load';
  test(`a worker that comes back with its answer ${how}, as one that was frozen does, is one of its own type`, (t) => {
    for (const named of [['READY', 'my type', ...load], ['']]) {
      const type = named[1] ?? 'A';
      const doors = new OpenDoors();
      const worker = say(doors, 'backend', '', '', '', ...named);
      const client = say(doors, 'frontend', '', type, 'one');
      doors.turn();
      const [, address] = textOf(worker.messages[0]!);
      worker.ended();
      say(doors, 'frontend', '', 'another type', 'two');
      if (type !== 'A') say(doors, 'frontend', '', 'of the default type');
      const again = say(doors, 'backend', '', address!, '', 'too late', ...load);
      doors.turn();
      const given = again.messages.map(textOf);
      t.deepEqual(
        given.map((frames) => frames[3]!),
        ['one'],
        type,
      );
      again.frames(framesOf('', given[0]![1]!, '', 'done', ...load));
      doors.turn();
      t.deepEqual(client.messages.map(textOf), [['', 'done']], type);
    }
  });
}

test('a client that sends more frames than a job has is told so, for it waits for its reply', (t) => {
  const doors = new OpenDoors();
  const client = say(doors, 'frontend', '', 'my type', 'one', 'two');
  doors.turn();
  t.regex(textOf(client.messages[0]!).join('|'), /^\|ERROR MALFORMED A job is one frame/);
  t.is(doors.broker.state.jobs, 0);
});

test('a worker that answers a broker that is another joins with the type that its answer names', (t) => {
  const doors = new OpenDoors();
  const worker = say(doors, 'backend', '', '1.2.3 my type', '', 'of the broker before');
  say(doors, 'frontend', '', 'my type', 'new');
  doors.turn();
  t.deepEqual(
    worker.messages.map((frames) => textOf(frames)[3]),
    ['new'],
  );
  for (const address of ['1.2.3  bad', `1.2.3 ${'x'.repeat(65)}`, '1.2.3 \x07']) {
    say(doors, 'backend', '', address, '', 'from nowhere');
  }
  doors.turn();
  t.is(doors.broker.state.workers.size, 1);
});
