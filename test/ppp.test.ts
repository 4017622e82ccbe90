/** Workers of the Paranoid Pirate Protocol at their port, without sockets; and several frames as one body. */

import test from 'ava';
import fc from 'fast-check';
import { bodyOfFrames, framesOfBody } from '../src/wire/frames-body.ts';
import { framesOf, textOf } from './support/majordomo.ts';
import { MajordomoScene } from './support/majordomo-scene.ts';
import type { Peer } from './support/open-doors.ts';

const READY = '\x01';
const HEARTBEAT = '\x02';

/** A broker and a worker at the port of this protocol that has said READY, if nothing else. */
function pirate(first = READY, settings = {}) {
  const scene = new MajordomoScene(settings);
  return { scene, worker: join(scene, first) };
}

function join(scene: MajordomoScene, first = READY): Peer {
  const worker = scene.doors.peer('ppp');
  worker.frames(framesOf(first));
  return worker;
}

/** What it was told since it was asked the last time. */
function heard(worker: Peer): string[][] {
  return worker.messages.splice(0).map(textOf);
}

/** A plain REQ client, as this protocol has them. */
function asks(scene: MajordomoScene, body: string): Peer {
  const client = scene.doors.peer('frontend');
  client.frames(framesOf('', body));
  scene.turn();
  return client;
}

test('a job and its answer are three frames each: address, nothing, body', (t) => {
  const { scene, worker } = pirate();
  const client = asks(scene, 'x');
  const [job, ...more] = heard(worker);
  t.deepEqual([job!.slice(1), more], [['', 'x'], []]);
  worker.frames(framesOf(job![0]!, '', 'done'));
  scene.turn();
  t.deepEqual(heard(client), [['', 'done']]);
});

test('it does one job at a time of the default type, from clients of all kinds', (t) => {
  const { scene, worker } = pirate(READY, { defaultType: 'echo' });
  const client = scene.client('mdp-0.2').request('echo', 'one', 'two').request('echo', 'next');
  scene.turn();
  const [job, ...more] = heard(worker);
  t.deepEqual([job!.slice(1), more], [['', 'LTF\x01\x03\0\0\0one\x03\0\0\0two'], []]);
  worker.frames(framesOf(job![0]!, '', job![2]!));
  scene.turn();
  t.deepEqual(client.heard(), ['one|two']);
  t.deepEqual(heard(worker)[0]!.slice(1), ['', 'next']);
});

test('both sides give signs of life every second; who is idle and gives none for four is let go, and joins again with the next', (t) => {
  const { scene, worker } = pirate();
  scene.pass(4000);
  t.deepEqual(heard(worker), Array(4).fill([HEARTBEAT]));
  worker.frames(framesOf(HEARTBEAT));
  scene.pass(4000);
  t.is(scene.state.workers.size, 1);
  scene.pass(200);
  t.deepEqual([scene.state.workers.size, scene.dropped('ppp-silent')], [0, 1]);
  worker.frames(framesOf(HEARTBEAT));
  heard(worker);
  asks(scene, 'x');
  t.is(heard(worker).length, 1, 'the protocol has no word to send it away with');
});

test('a busy worker may be silent for hours, and is not given more signs of life than its queue holds', (t) => {
  const { scene, worker } = pirate(READY, { answerTimeoutMs: 10_000_000 });
  const client = asks(scene, 'long');
  const [job] = heard(worker);
  scene.pass(7_200_000);
  t.is(heard(worker).length, 500, 'it hears that the broker is there');
  worker.frames(framesOf(job![0]!, '', 'done'));
  scene.turn();
  t.deepEqual(heard(client), [['', 'done']]);
  scene.pass(3000);
  t.deepEqual(heard(worker), Array(3).fill([HEARTBEAT]), 'again, since it reads again');
});

test('when its connection ends, or it says READY again, its job is dispatched again at once', (t) => {
  for (const isKilled of [true, false]) {
    const { scene, worker } = pirate();
    const client = asks(scene, 'x');
    const [job] = heard(worker);
    const other = join(scene);
    if (isKilled) worker.ended();
    else worker.frames(framesOf(READY));
    scene.turn();
    const taker = other.messages.length > 0 ? other : worker;
    const [again] = heard(taker);
    t.deepEqual(again?.slice(1), ['', 'x']);
    if (!isKilled) worker.frames(framesOf(job![0]!, '', 'late'));
    t.is(scene.stale, isKilled ? 0 : 1);
    taker.frames(framesOf(again![0]!, '', 'done'));
    scene.turn();
    t.deepEqual(heard(client), [['', 'done']]);
  }
});

test('after a restart of the broker its sign of life, or its answer, lets it join', (t) => {
  for (const word of [[HEARTBEAT], ['7.1.1', '', 'an answer to the broker before']]) {
    const scene = new MajordomoScene();
    const worker = scene.doors.peer('ppp');
    worker.frames(framesOf(...word));
    asks(scene, 'x');
    t.is(heard(worker).length, 1, word.join());
    t.is(scene.dropped('ppp-answer'), word.length > 1 ? 1 : 0);
  }
});

test('an answer that is said twice, or of no job of its, is refused or dropped; so is what it cannot say', (t) => {
  const { scene, worker } = pirate();
  const client = asks(scene, 'x');
  const address = heard(worker)[0]![0]!;
  const thief = join(scene);
  thief.frames(framesOf(address, '', 'stolen'));
  t.is(scene.stale, 1);
  worker.frames(framesOf('7.1.1', '', 'of another broker'));
  t.is(scene.dropped('ppp-answer'), 1);
  const strange = [
    [],
    [''],
    ['\x03'],
    [READY, READY],
    [address, 'gap', 'x'],
    [address, '', 'x', 'y'],
    ['', 'MDPW01', '\x01', 'A'],
    Array<string>(1000).fill(''),
  ];
  for (const frames of strange) worker.frames(framesOf(...frames));
  t.is(scene.dropped('ppp-frames'), strange.length);
  for (let n = 0; n < 2; n++) worker.frames(framesOf(address, '', 'done'));
  scene.turn();
  t.deepEqual([heard(client), scene.stale], [[['', 'done']], 2]);
  t.is(scene.state.workers.size, 2);
});

const magic = Buffer.from('LTF\x01');
const frame = fc.oneof(
  fc.uint8Array({ maxLength: 12 }),
  fc.uint8Array({ maxLength: 12 }).map((bytes) => Uint8Array.from(Buffer.concat([magic, bytes]))),
);

test('any frames are one body and come out of it as they were', (t) => {
  const property = fc.property(fc.array(frame, { maxLength: 6 }), (frames) => {
    const out = framesOfBody(Uint8Array.from(bodyOfFrames(frames)));
    t.deepEqual(out.map(hex), frames.map(hex));
    if (frames.length === 1 && !Buffer.from(frames[0]!).subarray(0, 4).equals(magic)) {
      t.is(bodyOfFrames(frames), frames[0]!, 'one frame is the body itself');
    }
  });
  fc.assert(property, { numRuns: 2000 });
});

test('any bytes are frames: those they were made of, or themselves', (t) => {
  const property = fc.property(frame, fc.uint8Array({ maxLength: 20 }), (head, tail) => {
    const body = Uint8Array.from(Buffer.concat([head, tail]));
    const frames = framesOfBody(body);
    const isWhole = frames.length === 1 && frames[0] === body;
    t.true(isWhole || hex(pack(frames)) === hex(body));
  });
  fc.assert(property, { numRuns: 2000 });
});

/** The form for several frames, written another way. */
function pack(frames: readonly Uint8Array[]): Uint8Array {
  const parts = frames.flatMap((each) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(each.length);
    return [length, each];
  });
  return Buffer.concat([magic, ...parts]);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
