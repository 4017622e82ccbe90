/** What a job carries so that its trace can be followed, record by record. */

import { context } from '@opentelemetry/api';
import test from 'ava';
import { Client, Worker } from '../src/index.ts';
import { encodeOptions, type Item, textItem } from '../src/wire/items.ts';
import { Flag, Tag, Verb } from '../src/wire/verbs.ts';
import { FakeBroker, hearAll, u32 } from './support/fake-broker.ts';
import { OpenDoors, type Peer } from './support/open-doors.ts';
import {
  forgetSpans,
  named,
  PARENT,
  register,
  remote,
  spansHere,
  TRACE_ID,
} from './support/spans.ts';

/** Hands in a job with these options; its DISPATCH at a worker that is gone right after it. */
function handedOn(doors: OpenDoors, client: Peer, call: number, items: readonly Item[]) {
  client.batch.begin(Verb.SUBMIT, Flag.OPTIONS, 0, call, 0);
  client.batch.raw(encodeOptions(items));
  client.say();
  const worker = doors.peer('backend').ready(call, 'A', 1).record(Verb.RESUMED, 0, 0, 0).say();
  doors.turn();
  const dispatched = hearAll(worker.messages).find(({ verb }) => verb === 'DISPATCH')!;
  worker.ended();
  doors.turn();
  const textOf = (tag: number) => dispatched.options.get(tag)?.toString() ?? '';
  return [textOf(Tag.TRACE), textOf(Tag.TRACE_STATE)];
}

function doorsWithClient() {
  const doors = new OpenDoors();
  const client = doors.peer('frontend').hello(1).type('A');
  return { doors, client: client.say() };
}

test.serial('each attempt is told the trace of its job, as it was handed in', (t) => {
  const { doors, client } = doorsWithClient();
  const items = [textItem(Tag.TRACE, PARENT), textItem(Tag.TRACE_STATE, 'a=1,b=2')];
  t.deepEqual(handedOn(doors, client, 1, items), [PARENT, 'a=1,b=2']);
  const again = doors.peer('backend').ready(9, 'A', 1).record(Verb.RESUMED, 0, 0, 0).say();
  doors.turn();
  const [second] = hearAll(again.messages).filter(({ verb }) => verb === 'DISPATCH');
  t.is(second!.options.get(Tag.ATTEMPT)!.readUInt16LE(), 2);
  t.is(second!.options.get(Tag.TRACE)!.toString(), PARENT);
  t.is(second!.options.get(Tag.TRACE_STATE)!.toString(), 'a=1,b=2');
});

test.serial('what is no trace is left out and counted, and its job is done without it', (t) => {
  const wrong = [
    '',
    PARENT.slice(1),
    `${PARENT}0`,
    PARENT.toUpperCase(),
    PARENT.replace('00-', 'ff-'),
    PARENT.replace(TRACE_ID, '0'.repeat(32)),
    PARENT.replace('b7ad6b7169203331', '0'.repeat(16)),
    PARENT.replace('-01', '_01'),
  ];
  const { doors, client } = doorsWithClient();
  for (const [at, parent] of wrong.entries()) {
    t.deepEqual(handedOn(doors, client, at + 1, [textItem(Tag.TRACE, parent)]), ['', ''], parent);
    doors.broker.cancel(doors.now, [...doors.broker.state.clients][0]!, at + 1);
  }
  t.is(doors.traffic.drops.get('trace'), wrong.length);
  const parent = textItem(Tag.TRACE, PARENT);
  for (const [at, state] of ['', 'x'.repeat(513), 'a=\n', 'ä=1'].entries()) {
    const items = [textItem(Tag.TRACE_STATE, state), parent];
    t.deepEqual(handedOn(doors, client, 100 + at, items), [PARENT, ''], state);
    doors.broker.cancel(doors.now, [...doors.broker.state.clients][0]!, 100 + at);
  }
  const longest = 'x'.repeat(512);
  const items = [parent, textItem(Tag.TRACE_STATE, longest)];
  t.deepEqual(handedOn(doors, client, 200, items), [PARENT, longest]);
});

test.serial('a call that is said again in a new session is still part of its trace', async (t) => {
  const unregister = register();
  const broker = await FakeBroker.open();
  const client = new Client({ broker: broker.address });
  await broker.next('HELLO');
  await broker.say(7, 0, { verb: 'WELCOME', a: 5, b: 250, body: u32(100_000) });
  const calls = context.with(remote, () => [
    client.call('A', 'x', { priority: -2, timeoutMs: 60_000 }),
    client.call('A', 'x', { level: 'disk' }),
  ]);
  const once = [(await broker.next('SUBMIT')).record, (await broker.next('SUBMIT')).record];
  await broker.say(7, 0, { verb: 'WHO' });
  await broker.next('HELLO');
  await broker.say(8, 0, { verb: 'WELCOME', a: 5, b: 250, body: u32(100_000) });
  for (const { options } of once) {
    const { record: again } = await broker.next('SUBMIT');
    t.is(again.flags & Flag.REPEAT, Flag.REPEAT);
    t.regex(String(options.get(Tag.TRACE)), new RegExp(`^00-${TRACE_ID}-`));
    t.deepEqual(again.options.get(Tag.TRACE), options.get(Tag.TRACE));
    t.is(String(again.options.get(Tag.TRACE_STATE)), 'vendor=told');
    t.deepEqual(again.options.get(Tag.PRIORITY), options.get(Tag.PRIORITY));
  }
  t.is(once[0]!.options.get(Tag.PRIORITY)!.readInt8(), -2);
  await client.close();
  await Promise.allSettled(calls);
  unregister();
  forgetSpans();
  broker.close();
});

test.serial('a worker whose broker says nothing of a trace begins one with each job', async (t) => {
  const unregister = register();
  const broker = await FakeBroker.open();
  const worker = new Worker({ broker: broker.address, name: 'w' }).handle('A', () => 'done');
  // What is active where a worker is started is not what its jobs come from.
  const started = context.with(remote, () => worker.start());
  await broker.next('READY');
  await broker.say(7, 0, { verb: 'WELCOME', a: 5, b: 250, body: u32(100_000) });
  await started;
  const client = { verb: 'CLIENT', a: 3, body: Buffer.alloc(16, 7) } as const;
  const cut = [textItem(Tag.TRACE, PARENT.slice(1))];
  await broker.say(7, 0, client, { verb: 'DISPATCH', a: 1, b: 2, fixed: [3, 40], options: cut });
  await broker.next('ANSWER');
  const span = named(spansHere(), 'process A');
  t.is(span.parent, null);
  t.is(span.attributes['latido.worker'], 'w');
  t.is(span.attributes['messaging.message.id'], `${'07'.repeat(16)}-40`);
  await worker.close();
  unregister();
  forgetSpans();
  broker.close();
});
