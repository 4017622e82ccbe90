/** Majordomo's workers, and the frames of both sides, at the doors of the broker: without sockets, in virtual time. */

import test from 'ava';
import {
  type Command,
  type Form,
  forms,
  framesOf,
  MdpWorker,
  textOf,
} from './support/majordomo.ts';
import { MajordomoScene } from './support/majordomo-scene.ts';

const HOUR_MS = 3_600_000;
/** The broker's signs of life to a worker of the default settings. */
const HEARTBEAT_MS = 2500;

test('requests and jobs look in each form as its RFC has it', (t) => {
  const requests: Record<Form, string[]> = {
    'mdp-0.1': ['', 'MDPC01', 'A', 'one', '', 'two'],
    'mdp-0.2': ['MDPC02', '\x01', 'A', 'one', '', 'two'],
    majortomo: ['', 'MDPC02', '\x02', 'A', 'one', '', 'two'],
  };
  const readies: Record<Form, string[]> = {
    'mdp-0.1': ['', 'MDPW01', '\x01', 'A'],
    'mdp-0.2': ['MDPW02', '\x01', 'A'],
    majortomo: ['', 'MDPW02', '\x01', 'A'],
  };
  const jobs: Record<Form, string[]> = {
    'mdp-0.1': ['', 'MDPW01', '\x02'],
    'mdp-0.2': ['MDPW02', '\x02'],
    majortomo: ['', 'MDPW02', '\x02'],
  };
  const finals: Record<Form, string[]> = {
    'mdp-0.1': ['', 'MDPW01', '\x03'],
    'mdp-0.2': ['MDPW02', '\x04'],
    majortomo: ['', 'MDPW02', '\x04'],
  };
  const replies: Record<Form, string[]> = {
    'mdp-0.1': ['', 'MDPC01', 'A', 'done', ''],
    'mdp-0.2': ['MDPC02', '\x03', 'A', 'done', ''],
    majortomo: ['', 'MDPC02', '\x04', 'done', ''],
  };
  for (const spoken of forms) {
    for (const done of forms) {
      const what = `${spoken} to ${done}`;
      const { doors } = new MajordomoScene();
      const worker = doors.peer('backend');
      const client = doors.peer('frontend');
      worker.frames(framesOf(...readies[done]));
      client.frames(framesOf(...requests[spoken]));
      doors.turn();
      const [job] = worker.messages.map(textOf);
      const address = job![jobs[done].length]!;
      t.deepEqual(job, [...jobs[done], address, '', 'one', '', 'two'], what);
      worker.frames(framesOf(...finals[done], address, '', 'done', ''));
      doors.turn();
      t.deepEqual(client.messages.map(textOf), [replies[spoken]], what);
    }
  }
});

test("a client of 0.2 behind an empty frame that counts like the RFC is answered in the RFC's numbers", (t) => {
  const scene = new MajordomoScene();
  const client = scene.doors.peer('frontend');
  const worker = scene.worker('mdp-0.2');
  client.frames(framesOf('', 'MDPC02', '\x01', 'A', 'go'));
  scene.turn();
  worker.partial('one').final('end');
  scene.turn();
  t.deepEqual(client.messages.map(textOf), [
    ['', 'MDPC02', '\x02', 'one'],
    ['', 'MDPC02', '\x03', 'end'],
  ]);
});

test('heartbeats and farewells look in each form as its RFC has it, both ways', (t) => {
  const beats: Record<Form, string[]> = {
    'mdp-0.1': ['', 'MDPW01', '\x04'],
    'mdp-0.2': ['MDPW02', '\x05'],
    majortomo: ['', 'MDPW02', '\x05'],
  };
  const farewells: Record<Form, string[]> = {
    'mdp-0.1': ['', 'MDPW01', '\x05'],
    'mdp-0.2': ['MDPW02', '\x06'],
    majortomo: ['', 'MDPW02', '\x06'],
  };
  for (const form of forms) {
    const scene = new MajordomoScene();
    const { peer } = scene.worker(form);
    scene.pass(HEARTBEAT_MS + 100);
    t.deepEqual(peer.messages.map(textOf), [beats[form]], form);
    scene.pass(2 * HEARTBEAT_MS);
    peer.frames(framesOf(...beats[form]));
    scene.pass(3 * HEARTBEAT_MS);
    t.is(scene.state.workers.size, 1, `${form} was heard`);
    peer.frames(framesOf(...farewells[form], 'more', 'of it'));
    scene.pass(2 * HEARTBEAT_MS);
    t.is(scene.state.workers.size, 0, `${form} has left`);
    const heard = peer.messages.length;
    peer.frames(framesOf(...beats[form]));
    scene.turn();
    t.deepEqual(peer.messages.slice(heard).map(textOf), [farewells[form]], form);
  }
});

test("Majordomo's clients and workers may come to either port, and are served by peers of all kinds", (t) => {
  const scene = new MajordomoScene();
  const worker = scene.worker('mdp-0.1', 'A', 'frontend');
  const client = scene.client('mdp-0.2', 'backend').request('A', 'across');
  scene.turn();
  worker.final('done');
  scene.turn();
  t.deepEqual(client.heard(), ['done']);
  const classic = scene.doors.peer('frontend');
  classic.frames(framesOf('', 'A', 'plain'));
  scene.turn();
  t.deepEqual(worker.heard(), ['REQUEST plain']);
  worker.final('one', 'two');
  scene.turn();
  t.deepEqual(textOf(classic.messages[0]!), ['', 'LTF\x01\x03\0\0\0one\x03\0\0\0two']);
  const plain = scene.doors.peer('backend');
  plain.frames(framesOf('', '', '', 'READY', 'B', '0'));
  client.request('B', 'to a plain one');
  scene.turn();
  const [job] = plain.messages.map(textOf);
  t.deepEqual(job!.slice(2), ['', 'to a plain one']);
  plain.frames(framesOf('', job![1]!, '', 'done'));
  scene.turn();
  t.deepEqual(client.heard(), ['done']);
});

test('a worker does one job at a time, and its answer asks for the next', (t) => {
  for (const form of forms) {
    const scene = new MajordomoScene();
    const worker = scene.worker(form);
    const client = scene.client(form).request('A', 'one').request('A', 'two');
    scene.turn();
    t.deepEqual(worker.heard(), ['REQUEST one'], form);
    worker.final('done');
    scene.turn();
    t.deepEqual([worker.heard(), client.heard()], [['REQUEST two'], ['done']], form);
  }
});

/** A worker with a job, and another that is free for it. */
function atWork(form: Form) {
  const scene = new MajordomoScene();
  const worker = scene.worker(form);
  const client = scene.client('mdp-0.2').request('A', 'job');
  scene.turn();
  const other = scene.worker();
  scene.turn();
  assertAtWork(worker.heard(), other.heard());
  return { scene, worker, other, client };
}

function assertAtWork(first: string[], second: string[]): void {
  if (first[0] !== 'REQUEST job' || second.length > 0) throw new Error(`${first} and ${second}`);
}

for (const form of forms) {
  test(`a worker of ${form} that makes no sense is told DISCONNECT, its job goes to another at once, and what it says after that does not count`, (t) => {
    const faults: (readonly [Command, ...string[]])[] = [
      ['READY', 'A'],
      ['READY', 'B'],
      ['REQUEST', 'address', '', 'job'],
    ];
    for (const fault of faults) {
      const { scene, worker, other, client } = atWork(form);
      const [address] = worker.addresses;
      worker.say(...fault);
      scene.turn();
      t.deepEqual([worker.heard(), other.heard()], [['DISCONNECT'], ['REQUEST job']], fault[0]);
      t.is(scene.dropped('mdp-command'), 1);
      worker.say('FINAL', address!, '', 'from beyond');
      scene.turn();
      t.deepEqual([worker.heard(), client.heard()], [['DISCONNECT'], []], fault[0]);
      other.final('done');
      scene.turn();
      t.deepEqual([client.heard(), worker.heard()], [['done'], []], fault[0]);
    }
  });

  test(`a worker of ${form} whom nobody knows is told DISCONNECT and registers again, as after a restart of the broker`, (t) => {
    const before = new MajordomoScene();
    const worker = before.worker(form);
    before.client().request('A', 'lost with the broker');
    before.turn();
    const said: (readonly [Command, ...string[]])[] = [
      ['HEARTBEAT'],
      ['FINAL', worker.heard() && worker.addresses[0]!, '', 'late'],
      ['REQUEST', 'address', '', 'job'],
    ];
    for (const word of said) {
      const scene = new MajordomoScene({}, null, 2_000_000);
      const client = scene.client().request('A', 'new');
      const again = new MdpWorker(scene.doors, form);
      again.say(...word);
      scene.turn();
      t.deepEqual([again.heard(), scene.state.workers.size], [['DISCONNECT'], 0], word[0]);
      again.ready();
      scene.turn();
      again.final('done');
      scene.turn();
      t.deepEqual(client.heard(), ['done'], word[0]);
    }
    const scene = new MajordomoScene();
    const stranger = new MdpWorker(scene.doors, form);
    stranger.say('DISCONNECT');
    scene.turn();
    t.deepEqual(stranger.heard(), [], 'who leaves is told nothing');
  });

  test(`who of ${form} serves what the broker serves itself, no service, or several, is told DISCONNECT`, (t) => {
    const reserved = ['mmi.service', 'mmi.x', 'titanic.request', 'titanic.reply', 'titanic.close'];
    for (const service of [...reserved, '', ' A', 'x'.repeat(65), '\x07']) {
      const scene = new MajordomoScene();
      const worker = scene.worker(form, service);
      scene.turn();
      t.deepEqual([worker.heard(), scene.state.workers.size], [['DISCONNECT'], 0], service);
      t.is(scene.dropped('mdp-ready'), 1);
    }
    const scene = new MajordomoScene();
    for (const services of [[], ['A', 'B']]) {
      const worker = new MdpWorker(scene.doors, form).say('READY', ...services);
      scene.turn();
      t.deepEqual(worker.heard(), ['DISCONNECT'], services.join());
    }
    scene.worker(form, 'titanic.requests');
    t.is(scene.state.workers.size, 1);
  });

  test(`a busy worker of ${form} may be silent for hours, and hears that the broker is there, but no more than its queue holds; idle, it is let go after four intervals`, (t) => {
    const scene = new MajordomoScene({ answerTimeoutMs: 3 * HOUR_MS });
    const worker = scene.worker(form);
    const client = scene.client().request('A', 'long');
    scene.pass(2 * HOUR_MS);
    const [job, ...beats] = worker.heard();
    t.is(job, 'REQUEST long');
    t.true(beats.every((beat) => beat === 'HEARTBEAT'));
    t.is(beats.length, 500);
    worker.final('done');
    scene.turn();
    t.deepEqual(client.heard(), ['done']);
    scene.pass(4 * HEARTBEAT_MS);
    t.deepEqual(new Set(worker.heard()), new Set(['HEARTBEAT']));
    scene.pass(200);
    t.deepEqual([worker.heard(), scene.dropped('mdp-silent')], [['DISCONNECT'], 1]);
    t.is(scene.state.workers.size, 0);
    scene.pass(4 * HEARTBEAT_MS);
    t.deepEqual(worker.heard(), [], 'who is not there is given no signs of life');
  });
}

test('anything but DISCONNECT is a sign of life of a worker, and the interval is that of the options', (t) => {
  const scene = new MajordomoScene({ mdpHeartbeatMs: 400 });
  const worker = scene.worker();
  for (let n = 0; n < 10; n++) {
    scene.pass(1600);
    if (n % 2 === 0) worker.say('HEARTBEAT');
    else worker.say('FINAL', 'no address', '', 'x');
  }
  t.is(scene.state.workers.size, 1);
  t.is(worker.heard().length, 16_000 / 400);
  scene.pass(1800);
  t.is(worker.heard().at(-1), 'DISCONNECT');
});
