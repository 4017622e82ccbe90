/** Titanic's three services at the doors of the broker, on a store whose disk does nothing until it is let. */

import test from 'ava';
import { encodeOptions, textItem } from '../src/wire/items.ts';
import { Flag, Tag, Verb } from '../src/wire/verbs.ts';
import { FakeStore } from './support/fake-store.ts';
import { type Form, forms } from './support/majordomo.ts';
import { MajordomoScene } from './support/majordomo-scene.ts';

const UUID = /^[0-9a-f]{32}$/;
const UNKNOWN = '0123456789abcdef0123456789abcdef';

/** A broker with a store, and a client that asks and is told when all is durable. */
function titanic(settings = {}, store = new FakeStore(), form: Form = 'mdp-0.1', epoch?: number) {
  const scene = new MajordomoScene(settings, store, epoch);
  const client = scene.client(form);
  const ask = (service: string, ...body: string[]) => {
    client.request(`titanic.${service}`, ...body);
    scene.land();
    return client.heard().join();
  };
  /** A request that was taken: its UUID. */
  const taken = (...body: string[]) => {
    const [status, uuid] = ask('request', ...body).split('|');
    if (status !== '200' || !UUID.test(uuid!)) throw new Error(`${status} ${uuid}`);
    return uuid!;
  };
  return { scene, store, client, ask, taken };
}

for (const form of forms) {
  test(`a request of a client of ${form} is accepted, pending, answered as often as it is asked for, and closed`, (t) => {
    const { scene, ask, taken, store } = titanic({}, new FakeStore(), form);
    const uuid = taken('A', 'one', '', 'two');
    t.true(store.has(uuid), 'its UUID is the id of its job');
    t.is(ask('reply', uuid), '300', 'it waits');
    const worker = scene.worker(form);
    scene.land();
    t.deepEqual(worker.heard(), ['REQUEST one||two']);
    t.is(ask('reply', uuid), '300', 'it runs');
    worker.final('done', '');
    scene.land();
    for (let n = 0; n < 2; n++) t.is(ask('reply', uuid), '200|done|');
    t.is(ask('reply', uuid.toUpperCase()), '200|done|', 'either case is the same');
    t.is(ask('close', uuid.toUpperCase()), '200');
    t.is(ask('reply', uuid), '400');
    t.is(ask('close', uuid), '200', 'once more');
    t.false(store.has(uuid));
  });
}

test('no word of a request leaves before that is durable, and its job leaves with it', (t) => {
  const { scene, client, store } = titanic();
  const worker = scene.worker();
  client.request('titanic.request', 'A', 'precious');
  scene.turn();
  scene.turn();
  scene.pass(1000);
  t.deepEqual([client.heard(), worker.heard().filter((word) => word !== 'HEARTBEAT')], [[], []]);
  t.deepEqual(
    store.written.map((word) => word.split(' ')[0]),
    ['submitted', 'attempt'],
  );
  scene.land();
  t.regex(client.heard().join(), /^200\|[0-9a-f]{32}$/);
  t.deepEqual(worker.heard(), ['REQUEST precious']);
});

test('no word of an answer or a closing leaves before that is durable', (t) => {
  const { scene, client, taken, store } = titanic();
  const worker = scene.worker();
  const uuid = taken('A', 'x');
  worker.final('done');
  client.request('titanic.reply', uuid);
  scene.turn();
  t.deepEqual(client.heard(), [], 'the store is asked behind the record');
  scene.land();
  t.deepEqual(client.heard(), ['200|done']);
  client.request('titanic.close', uuid);
  scene.turn();
  for (const id of store.asked.splice(0)) {
    scene.doors.broker.lookups.told(scene.doors.now, id, store.endedBy(id));
  }
  scene.turn();
  t.deepEqual([client.heard(), store.written.at(-1)], [[], 'dropped 1']);
  scene.fail();
  t.deepEqual(client.heard(), ['500'], 'it is there as it was');
  scene.reopen();
  client.request('titanic.reply', uuid);
  scene.land();
  t.deepEqual(client.heard(), ['200|done']);
});

test('a request outlives its client, its worker and the broker', (t) => {
  const store = new FakeStore();
  const first = titanic({}, store);
  const worker = first.scene.worker();
  const running = first.taken('A', 'was running');
  const waiting = first.taken('A', 'was waiting');
  t.deepEqual(worker.heard(), ['REQUEST was running']);
  first.client.peer.ended();
  worker.peer.ended();
  const other = first.scene.worker('mdp-0.2');
  first.scene.land();
  t.deepEqual(other.heard(), ['REQUEST was running']);
  other.final('done by the other');
  first.scene.land();
  t.deepEqual(other.heard(), ['REQUEST was waiting']);

  const second = titanic({}, store, 'mdp-0.2', 2_000_000);
  t.is(second.ask('reply', running), '200|done by the other');
  t.is(second.ask('reply', waiting), '300');
  const late = second.scene.worker();
  late.say('FINAL', other.addresses.at(-1)!, '', 'of an attempt before the restart');
  second.scene.pass(6000);
  second.scene.land();
  t.is(second.scene.dropped('mdp-answer'), 1);
  t.true(late.heard().includes('REQUEST was waiting'));
  late.final('done after the restart');
  second.scene.land();
  t.is(second.ask('reply', waiting), '200|done after the restart');
});

test('a dead request answers 500, and can be closed', (t) => {
  const { scene, ask, taken, store } = titanic({ attemptsMax: 1, answerTimeoutMs: 1000 });
  scene.worker();
  const uuid = taken('A', 'hard');
  scene.pass(1200);
  scene.land();
  t.is(store.found(uuid)?.state, 'dead');
  t.is(ask('reply', uuid), '500');
  t.is(ask('close', uuid), '200');
  t.is(ask('reply', uuid), '400');
});

test('a request that was taken back answers 500', (t) => {
  const { scene, ask, taken } = titanic();
  const uuid = taken('A', 'unwanted');
  const { broker, now } = scene.doors;
  broker.operator.cancel(now, broker.inventory.find(uuid)!);
  scene.land();
  t.is(ask('reply', uuid), '500');
  t.is(ask('close', uuid), '200');
});

test('who closes a request that waits or runs takes it back: nobody does it, and its worker is free when it answers', (t) => {
  const { scene, ask, taken, store } = titanic();
  const waiting = taken('A', 'waits');
  t.is(ask('close', waiting), '200');
  t.is(ask('reply', waiting), '400');
  t.false(store.has(waiting));
  const worker = scene.worker();
  scene.land();
  t.deepEqual(worker.heard(), []);
  const running = taken('A', 'runs');
  t.deepEqual(worker.heard(), ['REQUEST runs']);
  t.is(ask('close', running), '200');
  t.is(ask('reply', running), '400');
  const next = taken('A', 'next');
  worker.final('unwanted');
  scene.land();
  t.deepEqual([scene.stale, worker.heard()], [1, ['REQUEST next']]);
  worker.final('done');
  scene.land();
  t.is(ask('reply', next), '200|done');
  t.deepEqual(store.open(), []);
});

test('what is no UUID, or names nothing, is unknown, and can be closed', (t) => {
  const { ask, taken } = titanic();
  const uuid = taken('A', 'x');
  const dashed = uuid.replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  for (const id of [UNKNOWN, '', uuid.slice(1), `${uuid}0`, dashed, 'g'.repeat(32), ` ${uuid}`]) {
    t.is(ask('reply', id), '400', id);
    t.is(ask('close', id), '200', id);
  }
  t.is(ask('reply'), '400', 'no frame at all');
  t.is(ask('close'), '200');
  t.is(ask('reply', uuid), '300', 'nothing happened to the others');
});

test('a job at level memory is none of its requests, whatever its id', (t) => {
  const { scene, ask, store } = titanic();
  const native = scene.doors.peer('frontend').hello(1).type('A');
  native.batch.begin(Verb.SUBMIT, Flag.OPTIONS, 0, 0, 0);
  native.batch.raw(encodeOptions([textItem(Tag.ID, UNKNOWN)]));
  native.say();
  scene.land();
  t.is(scene.state.waiting, 1);
  t.is(ask('reply', UNKNOWN), '400');
  t.is(ask('close', UNKNOWN), '200');
  t.deepEqual([scene.state.waiting, store.written], [1, []]);
});

test('a request for what cannot be done is an error, and is not taken', (t) => {
  const { scene, ask, store } = titanic({ bodyBytesMax: 10, typesMax: 1 });
  for (const body of [
    [],
    [''],
    [' A', 'x'],
    ['x'.repeat(65), 'x'],
    ['mmi.service', 'A'],
    ['titanic.request', 'A', 'x'],
    ['A', '12345678901'],
    ['A', '1', '2'],
  ]) {
    t.is(ask('request', ...body), '500', body.join());
  }
  scene.worker();
  t.is(ask('request', 'B', 'x'), '500', 'no room for its type');
  scene.doors.broker.drain(scene.doors.now, 0);
  t.is(ask('request', 'A', 'x'), '500', 'the broker goes down');
  t.deepEqual(store.written, []);
});

test('a request may have an empty body, none, or one that looks like several', (t) => {
  const { scene, ask, taken } = titanic();
  const worker = scene.worker();
  for (const body of [[], [''], ['', ''], ['LTF\x01']]) {
    const uuid = taken('A', ...body);
    t.deepEqual(worker.heard(), [`REQUEST ${body.join('|')}`]);
    worker.final(...body);
    scene.land();
    t.is(ask('reply', uuid), ['200', ...body].join('|'));
  }
});

test('without a store requests are errors and all else is unknown; while it has failed all are errors', (t) => {
  const scene = new MajordomoScene();
  const client = scene.client();
  client.request('titanic.request', 'A', 'x').request('titanic.reply', UNKNOWN);
  client.request('titanic.close', UNKNOWN);
  scene.turn();
  t.deepEqual(client.heard(), ['500', '400', '200']);

  const kept = titanic();
  const uuid = kept.taken('A', 'x');
  kept.client.request('titanic.request', 'A', 'lost');
  kept.client.request('titanic.reply', UNKNOWN);
  kept.scene.turn();
  kept.scene.fail();
  t.deepEqual(kept.client.heard().sort(), ['500', '500']);
  t.is(kept.ask('request', 'A', 'x'), '500');
  t.is(kept.ask('reply', uuid), '500');
  t.is(kept.ask('close', uuid), '500');
  kept.scene.reopen();
  t.is(kept.ask('reply', uuid), '300');
  t.is(kept.store.open().length, 1, 'what was lost was not accepted');
  t.regex(kept.ask('request', 'A', 'x'), /^200\|/);
});

test('an answer of a worker that had the job when the store failed does not count; it is done again', (t) => {
  const { scene, ask, taken } = titanic();
  const worker = scene.worker();
  const uuid = taken('A', 'twice');
  scene.fail();
  worker.final('to nobody');
  scene.reopen();
  scene.pass(6000);
  worker.say('HEARTBEAT');
  scene.land();
  t.is(worker.heard().filter((word) => word.startsWith('REQUEST')).length, 1);
  t.is(ask('reply', uuid), '300');
  worker.final('done');
  scene.land();
  t.is(ask('reply', uuid), '200|done');
});

test('a client that goes while the store is asked, or before its request is durable, is told nothing more', (t) => {
  const { scene, client, store, taken } = titanic();
  taken('A', 'x');
  client.request('titanic.reply', UNKNOWN).request('titanic.request', 'A', 'y');
  scene.turn();
  client.peer.ended();
  scene.land();
  t.deepEqual(client.heard(), []);
  t.is(store.open().length, 2, 'what was handed in is done');
});
