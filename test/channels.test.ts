/** What workers publish with their answers, and who is given it: the core, in virtual time. */

import test from 'ava';
import { Ending } from '../src/core/job.ts';
import type { Settings } from '../src/core/state.ts';
import { kept, turn } from './support/kept.ts';
import { publication } from './support/publishing.ts';
import type { TestClient } from './support/test-client.ts';
import { World } from './support/world.ts';

const textsOf = (client: TestClient) => client.seen.deliveries.map(({ text }) => text);

/** A worker `w` with a job for each of so many answers. */
function withJobs(jobs: number, settings: Partial<Settings> = {}) {
  const world = new World(settings);
  const w = world.worker('w', 'A', { capacity: jobs });
  const c = world.client('c');
  for (let n = 0; n < jobs; n++) c.submit('A');
  world.tick();
  return { world, w, c };
}

test('what is published reaches who subscribes, in order, and each is told what came before', (t) => {
  const { world, w } = withJobs(2);
  const [ana, bea] = [world.client('ana'), world.client('bea')];
  ana.subscribe('news');
  bea.subscribe('other');
  w.publish(publication('news', 'one'), publication('nobody', 'x'), publication('news', 'two'));
  bea.subscribe('news');
  w.publish(publication('other', 'sport'), publication('news', 'three'));
  t.deepEqual(textsOf(ana), ['one', 'two', 'three']);
  t.deepEqual(textsOf(bea), ['sport', 'three']);
  const [one, two, three] = ana.seen.deliveries;
  t.deepEqual([two!.prev, three!.prev], [one!.seq, two!.seq]);
  t.is(bea.seen.deliveries[1]!.prev, two!.seq, 'what was before it came is nothing that it missed');
  t.deepEqual([world.broker.state.counts.published, world.broker.state.counts.deliveries], [4, 5]);
});

test('only and but name subscriptions: by the name they were given, or by the instance of their client', (t) => {
  const { world, w } = withJobs(3);
  const clients = ['ana', 'bea', 'cleo'].map((name) => world.client(name));
  clients[0]!.subscribe('news', 'reader');
  clients[1]!.subscribe('news', 'reader');
  clients[2]!.subscribe('news');
  w.publish(publication('news', 'to readers', { only: ['reader', 'reader', 'nobody'] }));
  w.publish(publication('news', 'to cleo', { only: ['cleo'] }));
  w.publish(publication('news', 'to others', { but: ['cleo'] }));
  t.deepEqual(clients.map(textsOf), [
    ['to readers', 'to others'],
    ['to readers', 'to others'],
    ['to cleo'],
  ]);
});

test('an answer that does not count publishes nothing', (t) => {
  const { world, w } = withJobs(4, { attemptsMax: 2 });
  const ana = world.client('ana');
  ana.subscribe('news');
  const news = [publication('news', 'x')];
  w.answer(w.holds[0], 'no', Ending.FAILED, news);
  w.answer(w.holds[0], '', Ending.CANCELLED, news);
  const [given] = w.seen.held;
  world.after(1500);
  w.say(given!, Ending.OK, 'late', news);
  t.true(world.said().some((line) => line.startsWith('w: stale')));
  t.deepEqual(textsOf(ana), []);
});

test('a job that runs again publishes once: with the answer that counts', (t) => {
  const { world, w } = withJobs(1);
  const ana = world.client('ana');
  ana.subscribe('news');
  const [first] = w.seen.held;
  w.lost();
  const second = world.worker('second', 'A');
  world.tick();
  second.publish(publication('news', 'second'));
  w.ready([]);
  w.say(first!, Ending.OK, '', [publication('news', 'first')]);
  t.deepEqual(textsOf(ana), ['second']);
});

test('an answer that waits for its client after a restart publishes when that has come back', (t) => {
  const { world, w, c } = withJobs(1);
  w.away();
  w.answer(w.holds[0], 'done', Ending.OK, [publication('news', 'late')]);
  world.restart();
  const ana = world.client('ana');
  ana.subscribe('news');
  w.back();
  t.deepEqual(textsOf(ana), []);
  c.back();
  t.deepEqual(textsOf(ana), ['late']);
  t.is(c.answerOf(1)?.body, 'done');
});

test('who was away is given what came meanwhile, once and in order', (t) => {
  const { world, w } = withJobs(3);
  const ana = world.client('ana');
  const call = ana.subscribe('news');
  w.publish(publication('news', 'one'));
  ana.away();
  w.publish(publication('news', 'two'), publication('news', 'for bea', { only: ['bea'] }));
  ana.hello();
  const [{ seq } = { seq: 0 }] = ana.seen.deliveries;
  const again = ana.subscribe('news', '', seq);
  w.publish(publication('news', 'three'));
  t.deepEqual(textsOf(ana), ['one', 'two', 'three']);
  t.deepEqual(
    ana.seen.deliveries.map((each) => each.call),
    [call, again, again],
  );
  const numbers = ana.seen.deliveries.map((each) => each.seq);
  t.deepEqual(
    ana.seen.deliveries.slice(1).map(({ prev }) => prev),
    numbers.slice(0, 2),
  );
  t.false(world.said().some((line) => line.endsWith('some missed')));
});

test('who was away for more than is remembered is told that something was missed', (t) => {
  const { world, w } = withJobs(2);
  const ana = world.client('ana');
  const bea = world.client('bea');
  ana.subscribe('news');
  bea.subscribe('news');
  w.publish(publication('news', 'one'));
  ana.away();
  w.publish(...Array.from({ length: 1500 }, (_, n) => publication('news', `${n}`)));
  ana.hello();
  const call = ana.subscribe('news', '', ana.seen.deliveries[0]!.seq);
  t.true(world.said().includes(`ana: subscribed ${call}, some missed`));
  const [one, next] = ana.seen.deliveries;
  t.true(next!.prev > one!.seq, 'the delivery behind the gap says so');
  t.is(textsOf(ana).at(-1), '1499');
  t.is(bea.seen.deliveries.length, 1501);
});

test('a number from a life of the channel that was ahead holds nothing back', (t) => {
  const { world, w } = withJobs(2);
  const ana = world.client('ana');
  ana.subscribe('news');
  w.publish(publication('news', 'one'));
  ana.hello();
  const call = ana.subscribe('news', '', ana.seen.deliveries[0]!.seq + 10 ** 9);
  t.true(world.said().includes(`ana: subscribed ${call}, some missed`));
  w.publish(publication('news', 'two'));
  t.deepEqual(textsOf(ana), ['one', 'two']);
});

test('a publisher that numbers itself is seen by its numbers, unless they are not higher', (t) => {
  const { world, w } = withJobs(1);
  const ana = world.client('ana');
  ana.subscribe('news');
  const high = 2 ** 51;
  const seqs = [high, high + 10, high + 5, 0];
  w.publish(...seqs.map((seq) => publication('news', `${seq}`, { seq })));
  t.deepEqual(
    ana.seen.deliveries.map(({ seq }) => seq - high),
    [0, 10, 11, 12],
  );
});

test('a channel that nobody subscribes to is forgotten after the grace, and numbers still rise', (t) => {
  const { world, w } = withJobs(2, { channelsMax: 1 });
  const { channels } = world.broker;
  const ana = world.client('ana');
  const call = ana.subscribe('news');
  w.publish(publication('news', 'one'));
  t.true(channels.unsubscribe(ana.core, call));
  t.false(channels.unsubscribe(ana.core, call));
  world.after(400);
  t.deepEqual([channels.size, channels.subscriptions], [1, 0]);
  world.after(200);
  t.is(channels.size, 0);
  ana.subscribe('news');
  w.publish(publication('news', 'two'));
  const [one, two] = ana.seen.deliveries;
  t.true(two!.seq > one!.seq);
});

test('a channel is there for the grace though it was left and come back to', (t) => {
  const world = new World();
  const { channels } = world.broker;
  const ana = world.client('ana');
  for (let n = 0; n < 3; n++) {
    channels.unsubscribe(ana.core, ana.subscribe('news'));
    world.after(300);
  }
  t.is(channels.size, 1);
  ana.subscribe('news');
  world.after(1000);
  t.is(channels.size, 1);
  ana.gone();
  world.after(600);
  t.deepEqual([channels.size, channels.subscriptions], [0, 0]);
});

test('subscriptions end with the session, and one is said once in it', (t) => {
  const { world, w } = withJobs(1);
  const ana = world.client('ana');
  const call = ana.subscribe('news');
  world.broker.channels.subscribe(world.now, ana.core, call, 'news', '', null);
  t.is(world.broker.channels.subscriptions, 1);
  ana.away();
  ana.back();
  w.publish(publication('news', 'x'));
  t.deepEqual(textsOf(ana), []);
});

test('more channels than there may be, and those of the chat, are refused', (t) => {
  const world = new World({ channelsMax: 2 });
  world.broker.channels.keep({ prefix: 'room/', published() {} });
  const ana = world.client('ana');
  for (const channel of ['one', 'two', 'three', 'two', 'room/garden']) ana.subscribe(channel);
  t.deepEqual(
    [...ana.seen.refusals],
    [
      [3, 'CHANNELS_MAX'],
      [5, 'CHANNEL_RESERVED'],
    ],
  );
  t.is(world.broker.channels.subscriptions, 3);
});

test('of what is too much at once the rest is left out, and the next delivery says so', (t) => {
  const { world, w } = withJobs(2, { unreceivedBytesMax: 1000 });
  const ana = world.client('ana');
  ana.subscribe('news');
  w.publish(...Array.from({ length: 50 }, (_, n) => publication('news', `${n}`.padEnd(36))));
  const { counts } = world.broker.state;
  t.deepEqual([counts.published, counts.deliveries, world.broker.channels.leftOut], [50, 40, 10]);
  world.tick();
  w.publish(publication('news', 'next'));
  const [last, next] = ana.seen.deliveries.slice(39);
  t.is(next!.text, 'next');
  t.is(next!.prev - last!.seq, 10);
});

test('what a durable job publishes reveals its record, and so does what follows it', (t) => {
  const k = kept();
  const ana = k.world.client('ana');
  ana.subscribe('news');
  k.c.keep('A', 'one', { id: 'j1' });
  for (const body of ['two', 'three']) k.c.submit('A', body);
  turn(k);
  k.w.answer('c-2', '', Ending.OK, [publication('news', 'before')]);
  k.w.answer('store-1', '', Ending.OK, [publication('news', 'durable')]);
  k.w.answer('c-3', '', Ending.OK, [publication('news', 'behind')]);
  t.deepEqual(
    ana.seen.deliveries.map(({ text, durable }) => [text, durable]),
    [
      ['before', false],
      ['durable', true],
      ['behind', true],
    ],
  );
});

test('a kept job whose handler fails publishes only with the attempt that does not', (t) => {
  const k = kept();
  const ana = k.world.client('ana');
  ana.subscribe('news');
  const backoff = { kind: 0, ms: 0, msMax: 0, jitter: 0 } as const;
  k.c.keep('A', 'one', { id: 'j1', backoff });
  turn(k);
  k.w.answer('store-1', 'no', Ending.FAILED, [publication('news', 'first')]);
  turn(k);
  k.w.answer('store-1', 'yes', Ending.OK, [publication('news', 'second')]);
  t.deepEqual(textsOf(ana), ['second']);
});

test('what was published with an answer that a failed store has lost is published again, and given once', (t) => {
  const k = kept();
  const ana = k.world.client('ana');
  ana.subscribe('news');
  k.c.keep('A', 'one', { id: 'j1' });
  turn(k);
  k.w.answer('store-1', '', Ending.OK, [publication('news', 'lost')]);
  const before = ana.seen.deliveries[0]!.prev;
  k.store.fail();
  k.world.broker.storeFailed(k.world.now, 'STORE_FAILED');
  ana.seen.deliveries.length = 0;
  ana.hello();
  ana.subscribe('news', '', before);
  t.deepEqual(textsOf(ana), [], 'it never left, and is not told from memory');
  k.world.reopen();
  k.world.after(1000);
  k.w.report(0);
  turn(k);
  k.w.answer('store-1', '', Ending.OK, [publication('news', 'again')]);
  t.deepEqual(textsOf(ana), ['again']);
});
