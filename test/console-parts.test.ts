/** What the console makes of what it is told, without a page. */

import test from 'ava';
import { hexOf, shapesOf, shown } from '../clients/web/console/bytes-text.ts';
import { castOf } from '../clients/web/console/cast.ts';
import { count, cut, share, some } from '../clients/web/console/format.ts';
import { layoutOf } from '../clients/web/console/layout.ts';
import { lifeOf } from '../clients/web/console/life.ts';
import { hashOf, routeOf } from '../clients/web/console/route.ts';
import { Scene } from '../clients/web/console/scene.ts';
import { sentenceOf, tallyWords } from '../clients/web/console/words.ts';
import type { JobView } from '../src/view/jobs.ts';
import { changed, type, whole, worker } from './support/live.ts';

const names = (count: number) => Array.from({ length: count }, (_, i) => `w${i}`);

test('an address leads to its screen, whatever is in a name, and any other to the overview', (t) => {
  for (const id of ['a/b', '<b>?#%', 'ü', '100%']) t.is(routeOf(hashOf('jobs', id)).id, id);
  t.deepEqual(routeOf(hashOf('dead', '', { type: 'a&b', since: '' })), {
    screen: 'dead',
    id: '',
    query: { type: 'a&b' },
  });
  for (const other of ['', '#', '#/', '#/nowhere', '#main'])
    t.is(routeOf(other).screen, 'overview');
  t.is(routeOf('#/jobs/%E0%A4%A').id, '%E0%A4%A');
});

test('a worker that dies stays in its place for eight seconds, and what stands beside it does not move', (t) => {
  const scene = new Scene();
  const workers = ['w2', 'w10', 'w1'].map((name) => worker(name, ['A']));
  scene.whole(0, whole(1000, { types: [type('A')], workers }));
  const before = castOf(scene).groups;
  t.deepEqual(before, [{ type: 'A', workers: ['w1', 'w2', 'w10'] }]);
  const { membership } = scene;
  scene.change(100, changed(1100, { workersGone: ['w2'] }));
  t.is(scene.membership, membership + 1);
  t.deepEqual(castOf(scene).groups, before);
  t.false(scene.ghosts.get('w2')!.hasLeft);
  scene.tick(8099);
  t.is(scene.ghosts.size, 1);
  scene.tick(8100);
  t.deepEqual(castOf(scene).groups[0]!.workers, ['w1', 'w10']);
  scene.change(8200, changed(9200, { workers: [['w1', 'leaving', 0, 4, 0, 0, 0]] }));
  scene.change(8300, changed(9300, { workersGone: ['w1'], workersCame: [worker('w2', ['A'])] }));
  t.true(scene.ghosts.get('w1')!.hasLeft);
  t.is(scene.wall(8350), 9350);
});

test('every worker has a place of its own inside the picture, however many there are', (t) => {
  for (const width of [320, 375, 900, 1600]) {
    for (const many of [0, 1, 40, 41, 1000]) {
      const groups = [
        { type: 'A', workers: names(many) },
        { type: 'B', workers: [] },
      ];
      const layout = layoutOf(width, groups);
      const spots = [
        ...layout.workers.values(),
        ...layout.types.values(),
        layout.clients,
        layout.broker,
      ];
      t.is(new Set(spots.map(({ x, y }) => `${x} ${y}`)).size, many + 4);
      t.true(spots.every(({ x, y }) => x > 0 && y > 0 && x < width && y < layout.height));
      t.is(layout.isCompact, many > 40);
    }
  }
});

test('of many types those with the most jobs are in the picture', (t) => {
  const scene = new Scene();
  const types = names(20).map((name, i) => type(name, { waiting: i }));
  scene.whole(
    0,
    whole(1000, { types, workers: [worker('far', ['w0']), worker('both', ['w0', 'w19'])] }),
  );
  const { groups, typesBesides } = castOf(scene);
  t.is(groups.length + typesBesides, 20);
  t.true(groups.some(({ type: name }) => name === 'w8'));
  t.false(groups.some(({ type: name }) => name === 'w7'));
  t.deepEqual(groups.find(({ type: name }) => name === 'w19')!.workers, ['both']);
});

test('the life of a job is told in its order, with what came between', (t) => {
  const at = (ms: number) => new Date(1_000_000 + ms).toISOString();
  const job: JobView = {
    id: 'j',
    number: 1,
    type: 'A',
    level: 'disk',
    state: 'done',
    ending: 'ok',
    submittedAt: at(0),
    endedAt: at(900),
    attempts: 2,
    worker: 'w2',
    waitsFor: null,
    notBefore: null,
    lost: null,
    options: null,
    body: null,
    answer: null,
    attempt: { worker: 'w2', at: at(600) },
    losses: [{ attempt: 1, worker: 'w1', at: at(500), cause: 'worker-gone', message: '' }],
    dispatches: [
      {
        attempt: 1,
        at: at(10),
        worker: 'w1',
        rank: 0,
        alone: false,
        avoided: null,
        candidates: null,
        candidatesAt: null,
        unable: { full: 0, stalled: 0, away: 0, leaving: 0, kept: 0 },
      },
    ],
  };
  t.deepEqual(
    lifeOf(job).map(({ sentence, afterMs }) => [sentence, afterMs]),
    [
      ['Submitted, type A, level disk', null],
      ['Attempt 1 went to w1', 10],
      ['Attempt 1 at w1 was given up: the worker was gone', 490],
      ['Attempt 2 went to w2', 100],
      ['Answered', 300],
    ],
  );
  const waits = {
    ...job,
    state: 'waiting',
    waitsFor: 'alone',
    attempt: null,
    endedAt: null,
  } as const;
  t.regex(lifeOf(waits).at(-1)!.sentence, /^Waiting for a worker that has nothing else/);
  t.is(lifeOf({ ...waits, state: 'dead' }).at(-1)!.kind, 'dead');
});

test('bytes are shown as what they are: JSON, text, or hex when they are neither', (t) => {
  const bytes = (text: string | null, base64: string) => ({ bytes: 1, base64, text });
  t.deepEqual(shapesOf(bytes('{"a":[1]}', '')), ['JSON', 'text', 'hex']);
  t.deepEqual(shapesOf(bytes('42', '')), ['text', 'hex']);
  t.deepEqual(shapesOf(bytes(null, '')), ['hex']);
  t.is(shown(bytes('{"a":[1]}', ''), 'JSON'), '{\n  "a": [\n    1\n  ]\n}');
  const deep = `${'['.repeat(3000)}${']'.repeat(3000)}`;
  t.deepEqual(shapesOf(bytes(deep, '')), ['text', 'hex'], 'indented it would be 18 MB');
  const exact = '{"id":12345678901234567890,"a":1,"a":2,"b":[],"c":{},"d":"[\\"{,: "}';
  t.is(
    shown(bytes(exact, ''), 'JSON'),
    `{\n  "id": 12345678901234567890,\n  "a": 1,\n  "a": 2,\n  "b": [],\n  "c": {},\n  "d": "[\\"{,: "\n}`,
    'as it was sent, and not as it would be read',
  );
  const nested = `${'[0,'.repeat(90)}0${']'.repeat(90)}`;
  t.is(shapesOf(bytes(nested, ''))[0], 'JSON');
  t.regex(shown(bytes('hi', btoa('hi')), 'hex'), /^000000 {2}68 69 +hi$/);
  const lines = hexOf(new Uint8Array(5000)).split('\n');
  t.deepEqual([lines.length, lines.at(-1)], [257, '…']);
});

test('what happened is said in sentences, and names, counts and loads are short', (t) => {
  const job = {
    kind: 'job',
    at: 0,
    id: 'j',
    type: 'A',
    attempt: 2,
    cause: 'worker-gone',
    from: 'w1',
  } as const;
  t.is(
    sentenceOf({ ...job, event: 'moved', to: 'w2' }),
    'Job j of type A moved from w1 to w2: the worker was gone',
  );
  t.is(
    sentenceOf({ ...job, event: 'moved', to: 'w1' }),
    'Job j of type A went to w1 again: the worker was gone',
  );
  t.is(
    sentenceOf({ ...job, event: 'dead', to: null }),
    'Job j of type A is a dead letter after 2 attempts: the worker was gone',
  );
  const tally = { done: 1, skipped: { JOB_OPEN: 2 }, stopped: 'DISK_FULL' };
  t.is(
    tallyWords(tally, 'dead letter', 'tried again'),
    '1 dead letter tried again; 2 left as they are: another job with the same id is open; stopped before the end: DISK_FULL.',
  );
  t.deepEqual(
    [count(1234), some(1, 'job'), some(12_345, 'job'), share(0.426)],
    ['1,234', '1 job', '12,345 jobs', '43 %'],
  );
  t.is(cut('abcdef', 4), 'abc…');
  t.is(cut('👩👩👩', 3), '👩👩👩');
});
