import test from 'ava';
import { findingsOf, healthText, levelOf } from '../src/view/health.ts';
import { LiveModel } from '../src/view/model.ts';
import { agoText, bytesText, countText, durationText, rateText } from '../src/view/units.ts';
import { changed, figures, type, whole, worker } from './support/live.ts';

const AT = 1_000_000;

/** A model that has heard one `whole`, of two workers of type A. */
function model(more: Parameters<typeof whole>[1] = {}): LiveModel {
  const live = new LiveModel();
  const workers = [worker('w1', ['A']), worker('w2', ['A'])];
  live.whole(whole(AT, { types: [type('A', { workers: 2 })], workers, ...more }));
  return live;
}

const health = (live: LiveModel, now = live.at) => healthText(findingsOf(live, now));

test('what is shown is the whole, and each change on top of it', (t) => {
  const live = model();
  live.change(
    changed(AT + 500, {
      types: [type('B', { waiting: 3 })],
      workersCame: [worker('w3', ['B'])],
      workers: [['w1', 'stalled', 0.5, 4, 2, 7, 1]],
      workersGone: ['w2'],
      workersUnlisted: 1,
      happenings: [{ kind: 'type', at: AT, event: 'paused', type: 'A' }],
    }),
  );
  t.deepEqual([...live.workers.keys()], ['w1', 'w3']);
  t.like(live.workers.get('w1'), { name: 'w1', state: 'stalled', inflight: 2, done: 7 });
  t.deepEqual(
    live.types.map(({ name, waiting }) => [name, waiting]),
    [
      ['A', 0],
      ['B', 3],
    ],
  );
  t.deepEqual(live.statesOf('A'), { alive: 0, stalled: 1, away: 0, leaving: 0 });
  t.is(live.happenings.length, 1);
  live.change(changed(AT + 900, { typesGone: ['A'] }));
  t.deepEqual(
    live.types.map(({ name }) => name),
    ['B'],
  );
  live.whole(whole(AT + 2000, { workers: [worker('w9', ['A'])] }));
  t.deepEqual([[...live.workers.keys()], live.types.length], [['w9'], 0]);
});

test('what happened before the whole is not told twice by the change behind it', (t) => {
  const before = { kind: 'type', at: AT, event: 'paused', type: 'A' } as const;
  const live = model({ happenings: [before] });
  const after = { ...before, at: AT + 20, event: 'resumed' } as const;
  const meanwhile = { ...before, type: 'B' };
  live.change(changed(AT + 50, { happenings: [before, meanwhile, after] }));
  t.deepEqual(live.happenings, [before, meanwhile, after]);
});

test('a change before the first whole is not shown', (t) => {
  const live = new LiveModel();
  live.change(changed(AT, { workersCame: [worker('w1', ['A'])] }));
  t.deepEqual([live.workers.size, live.at], [0, 0]);
});

test('rates are those of the last three seconds, and end when nothing comes any more', (t) => {
  const live = new LiveModel();
  const at = (ms: number) => AT + ms;
  live.whole(whole(AT, { types: [type('A', { submitted: 1000 }), type('B')] }));
  t.is(live.rate(at(400)), null);
  for (let ms = 500; ms <= 6000; ms += 500) {
    const counts = { submitted: 1000 + ms / 10, answered: ms / 20, failed: ms / 100, lost: 3 };
    live.change(changed(at(ms), { types: [type('A', counts)] }));
  }
  t.deepEqual(live.rate(at(6000), 'A'), { submitted: 100, answered: 60, lost: 0 });
  t.deepEqual(live.rate(at(6000)), live.rate(at(6000), 'A'));
  t.deepEqual(live.rate(at(6000), 'B'), { submitted: 0, answered: 0, lost: 0 });
  t.deepEqual(live.rate(at(20_000)), { submitted: 0, answered: 0, lost: 0 });
  live.change(changed(at(60_000), { types: [type('C', { submitted: 30 })] }));
  t.is(live.rate(at(60_000), 'C')?.submitted, 10);
  live.whole(whole(at(90_000), { types: [type('A', { submitted: 5 })] }));
  t.is(live.rate(at(90_000), 'A'), null);
});

test('all is well when no job is stuck', (t) => {
  t.is(health(model()), 'all is well');
  const busy = model({ types: [type('A', { workers: 2, waiting: 9000, oldestMs: 900 })] });
  t.is(health(busy), 'all is well');
  t.is(levelOf(findingsOf(busy, AT)), null);
  const delayed = model({ types: [type('A', { waiting: 5 })] });
  t.is(health(delayed), 'all is well');
  const empty = model({ types: [], workers: [] });
  t.is(health(empty), 'all is well; no worker is connected, and no job waits');
});

test('jobs that nobody can do are the worst there is', (t) => {
  const types = [
    type('A', { workers: 2, waiting: 1, oldestMs: 1 }),
    type('B', { waiting: 12, oldestMs: 90_000 }),
  ];
  const states = ['stalled', 'away'] as const;
  const workers = states.map((state, i) => worker(`w${i}`, ['A'], { state }));
  const live = model({ types, workers });
  t.deepEqual(
    findingsOf(live, AT).map(({ level, text, type: name, worker: key }) => [
      level,
      text,
      name ?? key,
    ]),
    [
      ['bad', 'no worker of type A is alive, 1 job waits', 'A'],
      ['bad', 'no worker for type B, 12 jobs wait', 'B'],
      ['warning', 'worker w0 is stalled: its loop does not turn', 'w0'],
      ['warning', 'worker w1 is away: its connection ended, its process has not', 'w1'],
    ],
  );
  t.is(health(live), 'no worker of type A is alive, 1 job waits (and 3 more)');
  t.is(levelOf(findingsOf(live, AT)), 'bad');
});

test('what is about the broker itself is said, and types that are held back are', (t) => {
  const store = { state: 'failed', failure: 'DISK_FULL', pendingBytes: 0, bytes: 0 } as const;
  const failed = figures({ store: { ...store, deadLetters: 2 }, state: 'draining', lagMs: 1500 });
  t.deepEqual(
    findingsOf(model({ figures: failed }), AT).map(({ text }) => text),
    [
      'the store failed (DISK_FULL): no durable job is taken, and those that wait on disk are not counted',
      'the broker drains: no job is taken',
      "the broker's event loop was 1.5 s late",
      '2 dead letters',
    ],
  );
  const types = [
    type('A', { state: 'paused', waiting: 5, oldestMs: 1e6 }),
    type('B', { state: 'draining', workers: 1 }),
    type('C', { workers: 1, waiting: 20_000, oldestMs: 150_000 }),
  ];
  t.deepEqual(
    findingsOf(model({ types, workers: [worker('w', ['B', 'C'])] }), AT).map(({ text }) => text),
    [
      'type C: 20.0k jobs wait, the oldest for 2 min',
      'type A is paused, 5 jobs wait, the oldest for 16 min',
      'type B drains, no job waits',
    ],
  );
});

test('that jobs wait because all workers have enough to do is said, where it is known', (t) => {
  const types = [type('A', { workers: 2, waiting: 9, oldestMs: 90_000 })];
  const full = { capacity: 2, inflight: 2 };
  const said = (...workers: ReturnType<typeof worker>[]) => health(model({ types, workers }));
  t.is(
    said(worker('w1', ['A'], full), worker('w2', ['B', 'A'], full)),
    'type A: 9 jobs wait, the oldest for 90 s; all its workers are full',
  );
  const free = worker('w2', ['A'], { capacity: 2, inflight: 1 });
  t.is(said(worker('w1', ['A'], full), free), 'type A: 9 jobs wait, the oldest for 90 s');
  t.is(said(worker('w1', ['A'], full)), 'type A: 9 jobs wait, the oldest for 90 s');
});

test('many workers that end at once are one line, and hide nothing else', (t) => {
  const gone = Array.from({ length: 50 }, (_, i) => ({
    ...({ kind: 'worker', event: 'gone', types: ['A'], inflight: 2 } as const),
    ...{ at: AT + i, key: `w${i}`, name: `w${i}` },
  }));
  const types = [type('A', { state: 'paused', waiting: 5, workers: 1 })];
  t.deepEqual(
    findingsOf(model({ happenings: gone, types }), AT + 5000).map(({ text }) => text),
    [
      '50 workers are gone with 100 jobs, the last 4 s ago: w49, w48, w47, …',
      'type A is paused, 5 jobs wait',
    ],
  );
});

test('a worker that ends without a word is news for half a minute', (t) => {
  const gone = {
    kind: 'worker',
    at: AT,
    key: 'w1',
    name: 'w1',
    types: ['A'],
    inflight: 2,
  } as const;
  const live = model({ happenings: [{ ...gone, event: 'gone' }] });
  t.is(health(live, AT + 200), 'worker w1 is gone with 2 jobs, just now');
  t.is(health(live, AT + 29_000), 'worker w1 is gone with 2 jobs, 29 s ago');
  t.is(health(live, AT + 31_000), 'all is well');
  const left = model({
    happenings: [
      { ...gone, event: 'leaving' },
      { ...gone, event: 'gone' },
    ],
  });
  t.is(health(left, AT + 200), 'all is well');
});

test('figures are short, and have their unit', (t) => {
  t.deepEqual([0, 12.4, 999.6, 9940, 9960, 119_000, 7_190_000, 7_200_000, 2e8].map(durationText), [
    '0 ms',
    '12 ms',
    '1.0 s',
    '9.9 s',
    '10 s',
    '119 s',
    '119 min',
    '2 h',
    '2 days',
  ]);
  t.deepEqual([0, 999, 1000, 5999].map(agoText), ['just now', 'just now', '1 s ago', '5 s ago']);
  t.deepEqual([0, 9999, 10_000, 99_960, 999_400, 1_234_567, 123_456_789].map(countText), [
    '0',
    '9999',
    '10.0k',
    '100k',
    '999k',
    '1.2M',
    '123M',
  ]);
  t.deepEqual([0, 0.01, 0.34, 12.2, 15_000].map(rateText), ['0', '0.1', '0.3', '12', '15.0k']);
  t.deepEqual([0, 999, 1024, 20_480, 5e6, 2e9, 3e15].map(bytesText), [
    '0 B',
    '999 B',
    '1.0 KiB',
    '20 KiB',
    '4.8 MiB',
    '1.9 GiB',
    '2728 TiB',
  ]);
});
