/** What becomes of a request whose client goes and asks again, because it has no other way to try again. */

import test from 'ava';
import { type Form, forms } from './support/majordomo.ts';
import { MajordomoScene } from './support/majordomo-scene.ts';
import type { Peer } from './support/open-doors.ts';

/** A client with a job at a worker, and the same client again on a new connection. */
function retried(form: Form, mdpDedupeMs: number, settings = {}) {
  const scene = new MajordomoScene({ mdpDedupeMs, ...settings });
  const worker = scene.worker('mdp-0.2');
  const first = scene.client(form).request('A', 'same', 'again');
  scene.turn();
  const other = scene.worker('mdp-0.2');
  const again = scene.client(form);
  return { scene, worker, other, first, again };
}

for (const form of forms) {
  test(`with --mdp-dedupe-ms a client of ${form} that asks again on a new connection is given the job that runs`, (t) => {
    const { scene, worker, other, first, again } = retried(form, 5000);
    first.peer.ended();
    scene.pass(4000);
    again.request('A', 'same', 'again');
    scene.turn();
    t.deepEqual([worker.heard(), other.heard()].flat().filter(isRequest), ['REQUEST same|again']);
    worker.partial('almost').final('done');
    scene.turn();
    t.deepEqual(again.heard(), form === 'mdp-0.1' ? ['done'] : ['PARTIAL almost', 'done']);
  });
}

test('with --mdp-dedupe-ms an answer that came while nobody was there is given to who asks again, once', (t) => {
  const { scene, worker, first, again, other } = retried('mdp-0.1', 5000);
  first.peer.ended();
  worker.final('done');
  scene.pass(1000);
  again.request('A', 'same', 'again');
  scene.turn();
  t.deepEqual(again.heard(), ['done']);
  again.request('A', 'same', 'again');
  scene.turn();
  t.deepEqual([worker.heard(), other.heard()].flat().filter(isRequest), ['REQUEST same|again']);
  t.deepEqual(again.heard(), [], 'a new one');
});

test('with --mdp-dedupe-ms a client may go and come as often as it likes', (t) => {
  const { scene, worker, other, first } = retried('mdp-0.1', 5000);
  let client = first;
  for (let n = 0; n < 5; n++) {
    client.peer.ended();
    scene.pass(3000);
    worker.say('HEARTBEAT');
    other.say('HEARTBEAT');
    client = scene.client().request('A', 'same', 'again');
    scene.turn();
  }
  t.deepEqual([worker.heard(), other.heard()].flat().filter(isRequest), ['REQUEST same|again']);
  worker.final('done');
  scene.turn();
  t.deepEqual(client.heard(), ['done']);
});

test('what is another request, comes too late, or from another while the first is there, is a job of its own', (t) => {
  const cases: [string, number, (scene: MajordomoScene, first: Peer) => void, string[]][] = [
    ['another body', 5000, (_, first) => first.ended(), ['A', 'same', 'other']],
    ['other frames of the same bytes', 5000, (_, first) => first.ended(), ['A', 'sameagain']],
    ['another service', 5000, (_, first) => first.ended(), ['B', 'same', 'again']],
    ['the first is there', 5000, () => {}, ['A', 'same', 'again']],
    ['without the option', 0, (_, first) => first.ended(), ['A', 'same', 'again']],
    [
      'too late',
      1000,
      (scene, first) => {
        first.ended();
        scene.pass(1000);
      },
      ['A', 'same', 'again'],
    ],
  ];
  for (const [what, mdpDedupeMs, before, [service, ...body]] of cases) {
    const { scene, worker, first, again } = retried('mdp-0.1', mdpDedupeMs);
    const asked = scene.worker('mdp-0.2', 'B');
    before(scene, first.peer);
    again.request(service!, ...body);
    scene.turn();
    t.is([...scene.state.workers].filter(({ inflight }) => inflight > 0).length, 2, what);
    worker.final('of the first');
    scene.turn();
    t.deepEqual(again.heard(), [], what);
    asked.peer.ended();
  }
});

test('with --mdp-dedupe-ms equal requests of one client are jobs of their own, and are found again one by one', (t) => {
  const scene = new MajordomoScene({ mdpDedupeMs: 5000 });
  const workers = [1, 2, 3].map(() => scene.worker());
  const first = scene.client().request('A', 'same').request('A', 'same');
  scene.turn();
  first.peer.ended();
  const again = scene.client();
  for (let n = 0; n < 3; n++) again.request('A', 'same');
  scene.turn();
  for (const [n, worker] of workers.entries()) worker.final(`${n}`);
  scene.turn();
  t.deepEqual(again.heard().sort(), ['0', '1', '2']);
});

test('with --mdp-dedupe-ms what nobody asks for again in time is cancelled, whether it waits or runs', (t) => {
  for (const isGone of [true, false]) {
    const { scene, worker, other, first } = retried('mdp-0.1', 2000);
    other.say('DISCONNECT');
    first.request('A', 'waits');
    scene.turn();
    if (isGone) first.peer.ended();
    else scene.doors.slow(first.peer);
    scene.client('mdp-0.2').request('mmi.service', 'A');
    scene.pass(1800);
    t.is(scene.state.jobs, 2);
    scene.pass(400);
    worker.final('wanted by nobody');
    scene.turn();
    t.deepEqual([scene.state.waiting, scene.state.runs.size, scene.stale], [0, 0, 1]);
  }
});

test('with --mdp-dedupe-ms a job that is waited for goes on at another worker when its own dies', (t) => {
  const { scene, worker, other, first, again } = retried('mdp-0.2', 5000);
  first.peer.ended();
  worker.peer.ended();
  scene.turn();
  t.deepEqual(other.heard(), ['REQUEST same|again']);
  again.request('A', 'same', 'again');
  other.final('done');
  scene.turn();
  t.deepEqual(again.heard(), ['done']);
});

function isRequest(word: string): boolean {
  return word.startsWith('REQUEST');
}
