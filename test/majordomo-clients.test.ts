/** What Majordomo's clients are answered, in which order, and what becomes of their requests when they go. */

import test from 'ava';
import { FakeStore } from './support/fake-store.ts';
import { forms, type MdpClient } from './support/majordomo.ts';
import { MajordomoScene } from './support/majordomo-scene.ts';

for (const form of forms) {
  test(`the broker itself answers a client of ${form} who serves what`, (t) => {
    const scene = new MajordomoScene();
    const client = scene.client(form);
    const asked = (...frames: string[]) => {
      client.request(...(frames as [string]));
      scene.turn();
      return client.heard();
    };
    t.deepEqual(asked('mmi.service', 'A'), ['404'], 'no worker');
    const worker = scene.worker();
    t.deepEqual(asked('mmi.service', 'A'), ['200']);
    t.deepEqual(asked('mmi.service', '', 'A'), ['200'], 'the last frame counts');
    t.deepEqual(asked('mmi.service', 'B'), ['404']);
    t.deepEqual(asked('mmi.service', ''), ['404']);
    t.deepEqual(asked('mmi.service'), ['404']);
    for (const other of ['mmi.', 'mmi.echo', 'mmi.service.', 'mmi.SERVICE']) {
      t.deepEqual(asked(other, 'A'), ['501'], other);
    }
    worker.peer.ended();
    t.deepEqual(asked('mmi.service', 'A'), ['404'], 'it has gone');
    const native = scene.nativeWorker('A');
    t.deepEqual(asked('mmi.service', 'A'), ['200'], 'workers of all kinds count');
    native.record(20, 0, 0, 0).say();
    t.deepEqual(asked('mmi.service', 'A'), ['404'], 'it leaves');
    t.is(scene.state.waiting, 0);
  });
}

test('Titanic is served where data is kept', (t) => {
  const asked = (scene: MajordomoScene, service: string) => {
    const client = scene.client().request('mmi.service', service);
    scene.turn();
    return client.heard();
  };
  for (const service of ['titanic.request', 'titanic.reply', 'titanic.close']) {
    t.deepEqual(asked(new MajordomoScene({}, new FakeStore()), service), ['200']);
    t.deepEqual(asked(new MajordomoScene(), service), ['404']);
  }
  const kept = new MajordomoScene({}, new FakeStore());
  for (const none of ['mmi.service', 'mmi.nonsense', 'titanic.nonsense']) {
    t.deepEqual(asked(kept, none), ['404'], none);
  }
});

test('a client for whom there is no room hears so', (t) => {
  for (const form of forms) {
    const scene = new MajordomoScene({ connectionsMax: 1 });
    scene.worker();
    const client = scene.client(form).request('A', 'x');
    scene.turn();
    t.regex(client.heard()[0]!, /^ERROR CONNECTIONS_MAX /, form);
  }
});

test('parts of an answer arrive where there are words for them: from 0.2 to 0.2 and to natives, from natives to 0.2', (t) => {
  for (const done of ['mdp-0.2', 'majortomo'] as const) {
    const scene = new MajordomoScene();
    const worker = scene.worker(done);
    const told: string[][] = [];
    for (const spoken of forms) {
      const client = scene.client(spoken).request('A', 'go');
      scene.turn();
      worker.partial('one', '').partial('two').final('end');
      scene.turn();
      told.push(client.heard());
    }
    t.deepEqual(told, [['end'], ...Array(2).fill(['PARTIAL one|', 'PARTIAL two', 'end'])], done);
    const native = scene.nativeClient('A', 'go');
    scene.turn();
    worker.partial('one').final('end');
    scene.turn();
    t.deepEqual(
      native.heard.get(14)!.map((part) => part.bodyText()),
      ['one'],
      done,
    );
  }
  const scene = new MajordomoScene();
  const worker = scene.nativeWorker();
  for (const spoken of forms) {
    const client = scene.client(spoken).request('A', 'go');
    scene.turn();
    scene.part(worker, '0.5', true);
    scene.part(worker, 'one');
    scene.answer(worker, 'end');
    scene.turn();
    t.deepEqual(client.heard(), spoken === 'mdp-0.1' ? ['end'] : ['PARTIAL one', 'end'], spoken);
  }
});

test('answers come as they are ready, or in the order of the requests, failures, parts and all', (t) => {
  for (const mdpOrdered of [false, true]) {
    const scene = new MajordomoScene({ mdpOrdered, bodyBytesMax: 100 });
    const client = scene.client('mdp-0.2');
    const [first, second, third] = ['one', 'two', 'three'].map((body) => {
      client.request('A', body);
      const worker = scene.nativeWorker();
      scene.turn();
      return worker;
    });
    client.request('mmi.service', 'A').request('A', 'x'.repeat(101));
    scene.part(second!, 'a part of two');
    scene.answer(third!, '{"code":"BROKEN","message":"It broke."}', 1);
    scene.turn();
    const soon = client.heard();
    scene.part(first!, 'a part of one');
    scene.turn();
    const next = client.heard();
    scene.answer(first!, 'one');
    scene.answer(second!, 'two');
    scene.turn();
    const last = client.heard();
    const failure = 'ERROR BROKEN It broke.';
    const tooLarge = 'ERROR BODY_TOO_LARGE The body is larger than the broker takes.';
    if (mdpOrdered) {
      t.deepEqual([soon, next], [[], ['PARTIAL a part of one']]);
      t.deepEqual(last, ['one', 'PARTIAL a part of two', 'two', failure, '200', tooLarge]);
    } else {
      t.deepEqual(soon, ['200', tooLarge, 'PARTIAL a part of two', failure]);
      t.deepEqual([next, last], [['PARTIAL a part of one'], ['one', 'two']]);
    }
  }
});

test('each client has an order of its own, and one that did not read begins anew', (t) => {
  const scene = new MajordomoScene({ mdpOrdered: true });
  const [slow, quick] = [scene.client(), scene.client('mdp-0.2')];
  const worker = scene.worker();
  slow.request('B', 'waits');
  quick.request('A', 'goes');
  scene.turn();
  worker.final('done');
  scene.turn();
  t.deepEqual([slow.heard(), quick.heard()], [[], ['done']]);
  scene.doors.slow(slow.peer);
  scene.turn();
  slow.request('A', 'after');
  scene.turn();
  worker.final('done');
  scene.turn();
  t.deepEqual(slow.heard(), ['done'], 'it does not wait for what was given up with it');
});

test('what cannot be taken is answered in words', (t) => {
  const told = (client: MdpClient, scene: MajordomoScene) => {
    scene.turn();
    return client.heard().map((answer) => answer.split(' ', 2).join(' '));
  };
  for (const form of forms) {
    const scene = new MajordomoScene({ bodyBytesMax: 10, typesMax: 2, waitingJobsMax: 1 });
    const client = scene.client(form);
    const refused = (...frames: string[]) =>
      told(client.request(...(frames as [string])), scene).join();
    t.is(refused('A', '12345678901'), 'ERROR BODY_TOO_LARGE', form);
    t.is(refused('A', '1', '2'), 'ERROR BODY_TOO_LARGE', 'with what stands around two frames');
    t.is(refused('', 'x'), 'ERROR TYPE_INVALID', form);
    t.is(refused('x'.repeat(65), 'x'), 'ERROR TYPE_INVALID', form);
    t.is(refused('A', 'x'), '', form);
    t.is(refused('B', 'x'), 'ERROR BUSY', form);
    scene.worker();
    scene.worker('mdp-0.1', 'B');
    scene.turn();
    t.is(refused('C', 'x'), 'ERROR TYPES_MAX', form);
    scene.doors.broker.operator.types.drain(scene.state.types.get('B')!);
    t.is(refused('B', 'x'), 'ERROR TYPE_DRAINING', form);
    scene.doors.broker.drain(scene.doors.now, 0);
    t.is(refused('A', 'x'), 'ERROR CLOSING', form);
    t.is(scene.state.counts.refused.get('CLOSING'), 1);
  }
});

test('an answer that is larger than the broker takes is a failure', (t) => {
  const scene = new MajordomoScene({ bodyBytesMax: 10 });
  const worker = scene.worker('mdp-0.2');
  const client = scene.client('mdp-0.2').request('A', 'x');
  scene.turn();
  worker.partial('x'.repeat(11)).partial('ok').final('x'.repeat(11));
  scene.turn();
  const [part, end] = client.heard();
  t.is(part, 'PARTIAL ok');
  t.regex(end!, /^ERROR \S+ .*larger/);
});

test('a request ends after the time that is set, wherever it is; without one it waits', (t) => {
  for (const mdpDedupeMs of [0, 500]) {
    for (const [mdpExpiresMs, expected] of [
      [0, ''],
      [3000, 'ERROR EXPIRED'],
    ] as const) {
      const scene = new MajordomoScene({ mdpExpiresMs, mdpDedupeMs });
      const client = scene.client().request('A', 'nobody does it');
      scene.pass(2999);
      t.deepEqual(client.heard(), []);
      scene.pass(60_000);
      t.is(client.heard().join().slice(0, 13), expected);
    }
  }
});

for (const mdpOrdered of [false, true]) {
  test(`what does not stand on the store never waits for it, and is answered when it fails, ${mdpOrdered ? 'in order' : 'in any order'}`, (t) => {
    const scene = new MajordomoScene({ mdpOrdered }, new FakeStore());
    const worker = scene.worker();
    const client = scene.client().request('A', 'at level memory');
    scene.turn();
    client.request('titanic.request', 'B', 'durable').request('A', 'another');
    worker.final('done');
    scene.turn();
    t.deepEqual(client.heard(), ['done']);
    worker.final('done, too');
    scene.turn();
    t.deepEqual(client.heard(), mdpOrdered ? [] : ['done, too']);
    scene.fail();
    t.deepEqual(client.heard(), mdpOrdered ? ['500', 'done, too'] : ['500']);
  });

  test(`an accept that stands behind another answer is not said when the store fails meanwhile, ${mdpOrdered ? 'in order' : 'in any order'}`, (t) => {
    const scene = new MajordomoScene({ mdpOrdered }, new FakeStore());
    const worker = scene.worker();
    const client = scene.client().request('A', 'first').request('titanic.request', 'B', 'x');
    scene.turn();
    scene.fail();
    worker.final('done');
    scene.turn();
    t.deepEqual(client.heard(), mdpOrdered ? ['done', '500'] : ['500', 'done']);
  });
}
