/** What becomes of the jobs of Majordomo's workers that die, freeze, come late or say what they should not. */

import test from 'ava';
import { forms, framesOf, textOf } from './support/majordomo.ts';
import { MajordomoScene } from './support/majordomo-scene.ts';

for (const form of forms) {
  test(`a job of a worker of ${form} whose connection ends is dispatched again at once, whoever takes it`, (t) => {
    const takers = {
      native: (scene: MajordomoScene) => scene.nativeWorker(),
      classic: (scene: MajordomoScene) => {
        const worker = scene.doors.peer('backend');
        worker.frames(framesOf('', '', '', ''));
        return worker;
      },
      'mdp-0.1': (scene: MajordomoScene) => scene.worker('mdp-0.1').peer,
      'mdp-0.2': (scene: MajordomoScene) => scene.worker('mdp-0.2').peer,
      majortomo: (scene: MajordomoScene) => scene.worker('majortomo').peer,
    };
    for (const [name, join] of Object.entries(takers)) {
      for (const how of ['killed', 'told to go', 'not reading'] as const) {
        const scene = new MajordomoScene();
        const worker = scene.worker(form);
        scene.client().request('A', 'precious');
        scene.turn();
        const taker = join(scene);
        scene.turn();
        const before = taker.messages.length;
        if (how === 'killed') worker.peer.ended();
        else if (how === 'told to go') worker.say('DISCONNECT');
        else scene.doors.slow(worker.peer);
        scene.turn();
        t.is(taker.messages.length, before + 1, `${name}, ${how}`);
        const frame = taker.messages.at(-1)!.at(-1)!;
        t.true(Buffer.from(frame).includes('precious'), `${name}, ${how}`);
      }
    }
  });

  test(`an answer of a worker of ${form} that does not come in time is asked of another; the late one is refused, and frees its place`, (t) => {
    const scene = new MajordomoScene({ answerTimeoutMs: 1000 });
    const worker = scene.worker(form);
    const client = scene.client().request('A', 'slow');
    scene.turn();
    const other = scene.worker();
    scene.pass(1000);
    t.deepEqual([worker.heard(), other.heard()], [['REQUEST slow'], ['REQUEST slow']]);
    client.request('A', 'next');
    scene.turn();
    t.deepEqual(worker.heard(), [], 'it is not free');
    worker.final('late');
    scene.turn();
    t.deepEqual([client.heard(), scene.stale, worker.heard()], [[], 1, ['REQUEST next']]);
    other.final('in time');
    worker.final('done');
    scene.turn();
    t.deepEqual(client.heard(), ['in time', 'done']);
  });

  test(`an answer of a worker of ${form} that is said twice, or under an address that names no job of its, is refused or dropped, and counted`, (t) => {
    const scene = new MajordomoScene();
    const [worker, thief] = [scene.worker(form), scene.worker(form)];
    const client = scene.client('mdp-0.2').request('A', 'one').request('A', 'two');
    scene.turn();
    worker.heard();
    thief.heard();
    const [own] = worker.addresses;
    const [epoch, index, generation] = own!.split('.');
    thief.say('FINAL', own!, '', 'stolen');
    worker.say('FINAL', [epoch, index, `${generation}1`].join('.'), '', 'of another attempt');
    t.deepEqual([scene.stale, scene.dropped('mdp-answer')], [2, 0]);
    const strange = ['', '...', `${own}.`, 'zzzzzzz.zzzzzzz.zzzzzzz', `1${own}`, 'x'.repeat(300)];
    for (const address of [...strange, ['7', index, generation].join('.')]) {
      worker.say('FINAL', address, '', 'from nowhere');
    }
    worker.say('FINAL', own!).say('FINAL').say('FINAL', own!, 'no gap', 'x');
    t.deepEqual([scene.stale, scene.dropped('mdp-answer')], [2, strange.length + 4]);
    scene.turn();
    t.deepEqual(client.heard(), []);
    if (form !== 'mdp-0.1') thief.say('PARTIAL', own!, '', 'a stolen part');
    worker.say('FINAL', own!, '', 'done').say('FINAL', own!, '', 'again');
    scene.turn();
    t.deepEqual([client.heard(), scene.stale], [['done'], 3]);
    t.deepEqual([scene.state.workers.size, worker.heard()], [2, []], 'it may stay');
  });
}

test('requests for a service without workers wait for one', (t) => {
  const scene = new MajordomoScene();
  const client = scene.client().request('A', 'patient');
  scene.pass(60_000);
  t.deepEqual(client.heard(), []);
  const worker = scene.worker();
  scene.turn();
  worker.final('done');
  scene.turn();
  t.deepEqual(client.heard(), ['done']);
});

test('a part of an answer whose attempt was given up is dropped', (t) => {
  const scene = new MajordomoScene({ answerTimeoutMs: 1000 });
  const worker = scene.worker('mdp-0.2');
  const client = scene.client('mdp-0.2').request('A', 'slow');
  scene.turn();
  worker.partial('one');
  scene.pass(1000);
  worker.partial('two');
  const other = scene.worker('mdp-0.2');
  scene.turn();
  other.partial('anew').final('end');
  scene.turn();
  t.deepEqual(client.heard(), ['PARTIAL one', 'PARTIAL anew', 'end']);
});

test('a job that every worker lets time out is dead, and its client is told so in words', (t) => {
  const scene = new MajordomoScene({ answerTimeoutMs: 1000, attemptsMax: 2 });
  scene.worker();
  scene.worker();
  const client = scene.client().request('A', 'hard');
  scene.pass(3000);
  const [answer, ...others] = client.heard();
  t.deepEqual(others, []);
  t.regex(answer!, /^ERROR ATTEMPTS_EXHAUSTED \S/);
});

test('a job of a client that has gone keeps its worker until that answers, which is refused', (t) => {
  const scene = new MajordomoScene();
  const worker = scene.worker();
  const client = scene.client().request('A', 'given up');
  scene.turn();
  client.peer.ended();
  const next = scene.client().request('A', 'next');
  scene.turn();
  t.deepEqual(worker.heard(), ['REQUEST given up']);
  worker.final('unwanted');
  scene.turn();
  t.deepEqual([scene.stale, worker.heard()], [1, ['REQUEST next']]);
  worker.final('done');
  scene.turn();
  t.deepEqual(next.heard(), ['done']);
});

test('what is mixed, half, empty or endless ends in a counted drop or as its RFC says', (t) => {
  const scene = new MajordomoScene();
  const { doors } = scene;
  const peer = doors.peer('frontend');
  const told = (...frames: string[]) => {
    peer.frames(framesOf(...frames));
    scene.turn();
    return peer.messages.splice(0).length;
  };
  t.is(told(), 0, 'no frame at all');
  t.is(told('MDPC0'), 0);
  t.is(told('', 'MDPC99', 'A'), 0);
  t.is(scene.dropped('unknown-dialect'), 3);
  t.is(doors.traffic.connections, 0, 'who has not said a thing is not remembered');
  t.is(told('', 'MDPC01', 'mmi.service', 'A'), 1);
  for (const frames of [
    ['MDPC02', '\x01', 'A', '0.2 on a connection of 0.1'],
    ['', 'MDPC02', '\x01', 'A', "majortomo's"],
    ['', 'MDPW01', '\x01', 'A'],
    ['', 'A', 'classic'],
    [''],
    ['', 'MDPC01'],
    ['x', 'MDPC01', 'A', 'x'],
    Array<string>(1000).fill(''),
  ]) {
    t.is(told(...frames), 0, frames.slice(0, 4).join());
  }
  t.is(scene.dropped('mdp-frames'), 8);
  t.is(told('', 'MDPC01', 'mmi.service', 'A'), 1, 'and goes on');
  const worker = scene.worker('mdp-0.2');
  const before = scene.dropped('mdp-frames');
  const strange = [
    ['MDPC02', '\x01', 'A', 'x'],
    ['MDPW02'],
    ['MDPW02', ''],
    ['MDPW02', '\x07'],
    ['MDPW02', '\0'],
    ['MDPW02', '\x01\x01', 'A'],
    ['', 'MDPW02', '\x05'],
    [],
  ];
  for (const frames of strange) worker.peer.frames(framesOf(...frames));
  t.is(scene.dropped('mdp-frames'), before + strange.length);
  t.deepEqual([worker.heard(), scene.state.workers.size], [[], 1]);
});

test('a client of 0.2 that says anything but a request is not heard', (t) => {
  const scene = new MajordomoScene();
  const peer = scene.doors.peer('frontend');
  const strange = [
    ['MDPC02'],
    ['MDPC02', '\x01'],
    ['MDPC02', '\x02', 'A', 'x'],
    ['MDPC02', '', 'A', 'x'],
    ['MDPC02', '\x01\x01', 'A', 'x'],
  ];
  for (const frames of strange) peer.frames(framesOf(...frames));
  t.is(scene.dropped('mdp-frames'), strange.length);
  t.is(scene.state.waiting, 0);
});

test('a thousand frames, and frames that look like several in one, arrive as they were', (t) => {
  const scene = new MajordomoScene();
  const worker = scene.worker('mdp-0.2');
  const client = scene.client();
  const bodies = [
    [],
    [''],
    ['', ''],
    ['', 'x', ''],
    ['LTF\x01'],
    ['LTF\x01', ''],
    ['LTF\x01\x01\0\0\0x'],
    ['LTF\x01\x09\0\0\0x'],
    Array.from({ length: 1000 }, (_, n) => `${n}`),
  ];
  for (const body of bodies) {
    client.request('A', ...body);
    scene.turn();
    const job = worker.peer.messages.splice(0)[0]!;
    t.deepEqual(textOf(job.slice(4)), body);
    worker.peer.frames([...framesOf('MDPW02', '\x04'), job[2]!, Buffer.alloc(0), ...job.slice(4)]);
    scene.turn();
    t.deepEqual(textOf(client.peer.messages.splice(0)[0]!.slice(3)), body);
  }
});

test('a message of more than ten thousand frames is dropped, and a body that stands for more is one', (t) => {
  const scene = new MajordomoScene();
  const worker = scene.worker();
  const client = scene.client().request('A', ...Array<string>(9997).fill(''));
  scene.turn();
  t.is(worker.heard().join(), `REQUEST ${'|'.repeat(9996)}`);
  worker.final(...Array<string>(9997).fill(''));
  t.is(scene.dropped('mdp-frames'), 1);
  client.request('A', ...Array<string>(9998).fill(''));
  t.is(scene.dropped('mdp-frames'), 2);
  worker.final('done');
  const many = Buffer.concat([Buffer.from('LTF\x01'), Buffer.alloc(4 * 10_001)]);
  scene.nativeClient('A', many.subarray(0, -4), many);
  for (const frames of [10_000, 1]) {
    scene.turn();
    t.is(worker.peer.messages.at(-1)!.length - 5, frames);
    worker.final('done');
  }
});

test('natives give and get several frames in one body', (t) => {
  const scene = new MajordomoScene();
  const packed = 'LTF\x01\x03\0\0\0one\0\0\0\0\x03\0\0\0two';
  const worker = scene.nativeWorker();
  const client = scene.client().request('A', 'one', '', 'two').request('A').request('A', 'plain');
  const given: string[] = [];
  for (const answer of [packed, 'LTF\x01', 'plain']) {
    scene.turn();
    given.push(worker.heard.get(11)!.at(-1)!.bodyText());
    scene.answer(worker, answer);
  }
  scene.turn();
  t.deepEqual(given, [packed, 'LTF\x01', 'plain']);
  t.deepEqual(client.heard(), ['one||two', '', 'plain']);
  worker.ended();
  const mdp = scene.worker();
  const native = scene.nativeClient('A', packed, 'plain');
  scene.turn();
  t.deepEqual(mdp.heard(), ['REQUEST one||two']);
  mdp.final('one', '', 'two');
  scene.turn();
  t.deepEqual(mdp.heard(), ['REQUEST plain']);
  mdp.final('plain');
  scene.turn();
  const answers = native.heard.get(13)!.map((answer) => answer.bodyText());
  t.deepEqual(answers, [packed, 'plain']);
});

test('who was given a job and sent away in one turn does not hear of that job in its next life', (t) => {
  const scene = new MajordomoScene({ waitingJobsMax: 1 });
  const worker = scene.worker();
  // There is room for one to wait: the first is dispatched before the turn ends.
  const client = scene.client().request('A', 'one').request('A', 'two');
  t.is(scene.state.runs.size, 1);
  worker.ready().ready();
  scene.turn();
  t.deepEqual(worker.heard(), ['DISCONNECT', 'REQUEST one']);
  worker.final('done');
  scene.turn();
  t.deepEqual([client.heard(), worker.heard()], [['done'], ['REQUEST two']]);
});
