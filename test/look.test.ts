import test from 'ava';
import { dispatchLines } from '../src/cli/dispatch-text.ts';
import { statusText } from '../src/cli/status.ts';
import { typesTable } from '../src/cli/types-list.ts';
import { keyAmong } from '../src/cli/workers-find.ts';
import { workersTable } from '../src/cli/workers-list.ts';
import { workerText } from '../src/cli/workers-show.ts';
import type { LatidoError } from '../src/index.ts';
import type { DispatchView, JobLine, JobView } from '../src/view/jobs.ts';
import type { WorkerView } from '../src/view/live.ts';
import type { Status, TypeStatus, WorkerStatus } from '../src/view/status.ts';
import { type, whole, worker } from './support/live.ts';
import { until } from './support/poll.ts';
import { Site } from './support/site.ts';

const AT = '2030-01-01T12:00:00.000Z';

test.serial('types are listed, held back and opened again from a terminal', async (t) => {
  const site = await Site.start(t);
  await site.worker('u1', 'upper');
  t.deepEqual(await site.order('types', 'pause', 'upper'), [0, { done: 1 }]);
  const job = await site.client.submit('upper', 'held back');
  await until('a job that waits', async () => (await site.get<Status>('/api/status')).waiting > 0);
  const { lines } = await site.look('types', 'list');
  const paused = { name: 'upper', state: 'paused', waiting: 1, workers: 1 } as const;
  t.like(JSON.parse(lines[0]!) as TypeStatus, paused);
  t.deepEqual(await site.order('types', 'resume', 'upper'), [0, { done: 1 }]);
  t.is((await job.answer()).text(), 'HELD BACK');
  t.deepEqual(await site.order('types', 'drain', 'upper'), [0, { done: 1 }]);
  const refused = await t.throwsAsync<LatidoError>(site.client.submit('upper', 'no'));
  t.is(refused.code, 'TYPE_DRAINING');
  const unknown = await site.order('types', 'pause', 'uper');
  t.deepEqual(unknown, [1, "latido: no type 'uper': latido types list names them"]);
  t.deepEqual((await site.look('types', 'pause')).code, 2);
});

test.serial('a worker is looked at, and sent away; its jobs say why they went to it', async (t) => {
  const site = await Site.start(t);
  await site.worker('u1', 'upper');
  await site.client.call('upper', 'x');
  const { lines } = await site.look('jobs', 'recent');
  const [job] = lines.map((line) => JSON.parse(line) as JobLine);
  t.like(job, { type: 'upper', state: 'done', ending: 'ok', worker: 'u1' });
  const { dispatches } = await site.get<JobView>(`/api/jobs/${job!.id}`);
  const why = dispatchLines(dispatches[0]!).join('\n');
  t.regex(why, /^attempt 1 went to u1, .*\n.*\n {2}u1 +\d\.\d{3} +0\/1 /);
  const all = await site.look('workers', 'list', '--type=upper');
  const [{ key }] = all.lines.map((line) => JSON.parse(line)) as [WorkerStatus];
  t.deepEqual((await site.look('workers', 'list', '--type=other')).lines, []);
  const shown = await site.look('workers', 'show', key.slice(0, 12));
  t.like(JSON.parse(shown.lines[0]!), { key, name: 'u1', done: 1, jobs: [] });
  t.deepEqual(await site.order('workers', 'drain', 'u1'), [0, { done: 1 }]);
  await until('its end', async () => (await site.get<Status>('/api/status')).workers.length === 0);
  const gone = await site.order('workers', 'drain', 'u1');
  t.deepEqual(gone, [1, "latido: no worker 'u1': latido workers list names them"]);
});

test('a worker is meant by its key, the beginning of it, or a name that no other has', (t) => {
  const workers = [
    worker('same', ['A'], { key: 'aaaa1111' }),
    worker('same', ['A'], { key: 'aaaa2222' }),
    worker('own', ['A'], { key: 'bbbb3333' }),
    worker('aaaa', ['A'], { key: 'cccc4444' }),
  ];
  const meant = ['own', 'aaaa2222', 'bbbb', 'aaaa'].map((word) => keyAmong(workers, word));
  t.deepEqual(meant, ['bbbb3333', 'aaaa2222', 'bbbb3333', 'cccc4444']);
  for (const [word, sentence] of [
    ['same', /^2 workers are meant by 'same': name one by its key \(aaaa1111, aaaa2222\)$/],
    ['aaaa1', undefined],
    ['bbb', /^no worker 'bbb': latido workers list names them$/],
  ] as const) {
    if (sentence === undefined) t.is(keyAmong(workers, word), 'aaaa1111');
    else t.throws(() => keyAmong(workers, word), { message: sentence });
  }
});

test('people are shown tables that fit, and nothing that a terminal would obey', (t) => {
  const evil = 'w\u001b[2J\u202e';
  const types = [type('resize', { state: 'draining', waiting: 12, oldestMs: 3400, answered: 1e6 })];
  const workers = [worker(evil, ['resize', evil], { key: 'k'.repeat(32), load: 0.756 })];
  t.deepEqual(typesTable(types), [
    'type    state     waiting  oldest  in flight  workers  answered  failed  dead',
    'resize  draining       12   3.4 s          0        0   1000000       0     0',
  ]);
  t.regex(workersTable(workers)[1]!, /^w \[2J +kkkkkkkk +resize,w \[2J +alive +0\.76 +0\/4 +0 +0/);
  const dispatch = { attempt: 2, at: AT, worker: evil, rank: 0.25, alone: true, avoided: 'other' };
  const seen = { worker: evil, rank: 0.25, inflight: 1, capacity: 4, load: 0.2, penalty: 0 };
  const unable = { full: 2, stalled: 1, away: 0, leaving: 0, kept: 0 };
  const looked = { candidatesAt: '2030-01-01T11:59:59.900Z', candidates: [seen], unable };
  const why: DispatchView = { ...dispatch, ...looked };
  t.deepEqual(dispatchLines(why), [
    'attempt 2 went to w [2J , 2030-01-01T12:00:00Z, at rank 0.250, to be alone there, and not to other, which had lost it',
    '  100 ms before   rank  jobs  load  penalty',
    '  w [2J          0.250   1/4  0.20     0.00',
    '  could take none: 2 full, 1 stalled',
  ]);
  const view: WorkerView = {
    ...{ ...workers[0]!, joinedAt: Date.parse(AT), reportAgeMs: 20, rank: 0.5, penalty: 0 },
    history: { at: [1, 2], load: [0, 1], inflight: [0, 0], reportAgeMs: [1, 1] },
    jobs: Array.from({ length: 12 }, (_, i) => `job-${i}`),
    happenings: [],
  };
  t.regex(workerText(view), /load 0\.76, reported 20 ms ago; rank 0\.50.*\nload, last 2 s: ▁█\n/);
  t.regex(workerText(view), /^has job-0, .*job-9, …$/m);
  const text = statusText(whole(0, { name: evil, types, workers }));
  const nameless = ['w3', 'w4'].map((key) => ({ ...workers[0]!, name: '', instance: '', key }));
  t.regex(statusText(whole(0, { types, workers: nameless })), /\nw3 .*\nw4 /, 'as elsewhere');
  for (const all of [text, workerText(view), ...workersTable(workers)])
    t.notRegex(all.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
});
