/** What is served of what is going on, and orders for types and workers; real programs, but for the history. */

import test from 'ava';
import { Happenings } from '../src/broker/seen/happenings.ts';
import { History } from '../src/broker/seen/history.ts';
import type { JobLine, JobPage, JobView, Tally } from '../src/view/jobs.ts';
import type { WorkerView } from '../src/view/live.ts';
import type { Status, WorkerStatus } from '../src/view/status.ts';
import { LiveStream } from './support/live-stream.ts';
import { until } from './support/poll.ts';
import { ShownBroker } from './support/shown-broker.ts';
import { Site } from './support/site.ts';

test('the history has a point a second, of each type and of all together', (t) => {
  const shown = new ShownBroker();
  const history = new History(shown.broker, () => shown.now);
  const worker = shown.worker('w', ['A', 'B'], 4);
  shown.submit('A', 3);
  shown.pass(100);
  shown.answer(worker);
  history.take();
  shown.pass(900);
  shown.submit('B', 1);
  shown.gone(worker);
  history.take();
  const [a, all] = [history.of('A')!, history.of('')!];
  t.deepEqual(
    [a.submitted, all.submitted],
    [
      [3, 0],
      [3, 1],
    ],
  );
  t.deepEqual(
    [a.answered, a.lost, all.lost],
    [
      [1, 0],
      [0, 2],
      [0, 2],
    ],
  );
  t.deepEqual(
    [a.waiting, a.dispatched, all.waiting],
    [
      [0, 2],
      [2, 0],
      [0, 3],
    ],
  );
  t.deepEqual(
    [a.p50Ms, a.p99Ms],
    [
      [102.4, null],
      [102.4, null],
    ],
  );
  t.is(history.of('nobody'), null);
  for (let second = 0; second < 700; second++) history.take();
  t.is(history.of('A')!.at.length, 300);
});

test('what happens too often in one second is counted, and the first of it told', (t) => {
  let wall = 1000;
  const happenings = new Happenings({ wall: () => wall, idOf: () => 'id' });
  const { broker } = new ShownBroker();
  const type = broker.state.type('A')!;
  for (let i = 0; i < 80; i++) happenings.type(type, 'paused');
  wall = 2000;
  happenings.type(type, 'resumed');
  t.is(happenings.count, 81);
  t.is(happenings.since(0, 1000).length, 51);
  t.deepEqual(happenings.since(80, 1000), [
    { kind: 'type', at: 2000, event: 'resumed', type: 'A' },
  ]);
});

test.serial(
  'a worker that is killed is told of within a second, with the jobs it had and where they go',
  async (t) => {
    const site = await Site.start(t);
    const [doomed] = [await site.worker('doomed', 'late'), await site.worker('other', 'late')];
    const live = new LiveStream(t, site.broker.http);
    await until('the whole', () => live.whole);
    t.deepEqual(
      live.whole!.workers.map(({ name }) => name),
      ['doomed', 'other'],
    );
    const calls = [site.client.call('late', '800'), site.client.call('late', '800')];
    await until('both at work', () => live.changes.at(-1)?.change.figures.dispatched === 2);
    const at = performance.now();
    doomed.kill('SIGKILL');
    const gone = await until('it is gone', () =>
      live.changes.find(({ change }) => change.workersGone.length > 0),
    );
    t.true(gone.heardAt - at < 1000, `${gone.heardAt - at} ms`);
    await until('its job moves', () =>
      live.happenings.some((each) => each.kind === 'job' && each.event === 'moved'),
    );
    const jobs = live.happenings.filter((each) => each.kind === 'job');
    t.deepEqual(
      jobs.map(({ event, cause, from, to }) => [event, cause, from, to]),
      [
        ['lost', 'worker-gone', 'doomed', null],
        ['moved', 'worker-gone', 'doomed', 'other'],
      ],
    );
    const { id } = jobs[0]!;
    const view = await site.get<JobView>(`/api/jobs/${id}`);
    t.deepEqual(
      view.dispatches.map(({ worker }) => worker),
      ['doomed', 'other'],
    );
    await Promise.all(calls);
    const lives = await site.get<{ jobs: JobLine[] }>('/api/lives');
    t.like(
      lives.jobs.find((job) => job.id === id),
      { state: 'done', attempts: 2 },
    );
    const other = await worker(site, 'other');
    const seen = await site.get<WorkerView>(`/api/workers/${other.key}`);
    t.deepEqual(
      seen.happenings.map(({ event }) => event),
      ['joined'],
    );
    t.is(seen.jobs.length, 0);
  },
);

test.serial(
  'who asks only for the head of the stream gets it and listens to nothing; an id too long to be one is refused in the words of all others',
  async (t) => {
    const site = await Site.start(t);
    const url = `http://${site.broker.http}`;
    const head = await fetch(`${url}/api/live`, {
      method: 'HEAD',
      signal: AbortSignal.timeout(5000),
    });
    t.deepEqual([head.status, head.headers.get('content-type')], [200, 'text/event-stream']);
    const long = await fetch(`${url}/api/jobs/${'x'.repeat(500)}`);
    t.is(long.status, 414);
    t.is(((await long.json()) as { error: { code: string } }).error.code, 'MALFORMED');
    t.deepEqual(await site.post('/api/token', site.headers, '{'), [400, 'MALFORMED']);
    t.deepEqual(await site.post('/api/token', site.headers, `"${'x'.repeat(5000)}"`), [
      413,
      'BODY_TOO_LARGE',
    ]);
  },
);

test.serial(
  'a paused type dispatches nothing, also after a kill of the broker, until it is resumed',
  async (t) => {
    const site = await Site.start(t);
    await site.client.submit('upper', 'first', { id: 'first' });
    t.deepEqual(await order(site, '/api/types/upper/pause'), [200, '{"done":1}']);
    await site.killBroker();
    await site.startBroker();
    await site.worker('w', 'upper');
    await until('the worker is back', async () => (await status(site)).workers.length > 0);
    await site.client.submit('upper', 'second', { id: 'second' });
    const { jobs } = await site.get<JobPage>('/api/jobs?state=waiting');
    t.deepEqual(
      jobs.map(({ waitsFor }) => waitsFor),
      ['pause', 'pause'],
    );
    t.is((await status(site)).types.find(({ name }) => name === 'upper')!.state, 'paused');
    t.deepEqual(await order(site, '/api/types/upper/resume'), [200, '{"done":1}']);
    t.is((await site.client.attach('first').answer()).text(), 'FIRST');
    t.deepEqual(await order(site, '/api/types/nobody/pause'), [404, 'TYPE_UNKNOWN']);
  },
);

test.serial('a drained type refuses new jobs and does those that wait', async (t) => {
  const site = await Site.start(t);
  const waiting = await site.client.submit('upper', 'waiting');
  await order(site, '/api/types/upper/drain');
  await t.throwsAsync(site.client.submit('upper', 'new'), { code: 'TYPE_DRAINING' });
  await t.throwsAsync(site.client.call('upper', 'new'), { code: 'TYPE_DRAINING' });
  await site.worker('w', 'upper');
  t.is((await waiting.answer()).text(), 'WAITING');
  await order(site, '/api/types/upper/resume');
  t.is((await site.client.call('upper', 'new')).text(), 'NEW');
});

test.serial('a worker that is told to go finishes what it runs, and ends with 0', async (t) => {
  const site = await Site.start(t);
  const program = await site.worker('w', 'late');
  const call = site.client.call('late', '300');
  await program.line('stderr', /started/);
  const { key } = await worker(site, 'w');
  t.deepEqual(await order(site, `/api/workers/${key}/drain`), [200, '{"done":1}']);
  t.is((await call).text(), '300');
  t.is((await program.ended).code, 0);
  t.deepEqual(await order(site, `/api/workers/${key}/drain`), [404, 'WORKER_UNKNOWN']);
});

test.serial(
  'dead letters are retried by their ids, and those that cannot be are told',
  async (t) => {
    const site = await Site.start(t);
    await site.worker('w', 'broken');
    await site.letters('broken', ['one', 'two', 'three']);
    const asked = JSON.stringify({ ids: ['one', 'two', 'nobody'] });
    const [code, text] = await order(site, '/api/dead/drop', asked);
    t.is(code, 200);
    t.deepEqual(JSON.parse(text) as Tally, {
      done: 2,
      skipped: { JOB_UNKNOWN: 1 },
      stopped: null,
    });
    const bad = ['[]', '"one"', '[1]', JSON.stringify(Array.from({ length: 1001 }, () => 'x'))];
    for (const ids of bad) {
      const refused = await order(site, '/api/dead/drop', `{"ids":${ids}}`);
      t.deepEqual(refused, [400, 'OPTION_INVALID'], ids.slice(0, 20));
    }
    t.deepEqual(ids((await site.get<JobPage>('/api/dead')).jobs), ['three']);
  },
);

function ids(jobs: readonly JobLine[]): string[] {
  return jobs.map(({ id }) => id);
}

function status(site: Site): Promise<Status> {
  return site.get<Status>('/api/status');
}

async function worker(site: Site, called: string): Promise<WorkerStatus> {
  return (await status(site)).workers.find(({ name }) => name === called)!;
}

function order(site: Site, path: string, body = '{}'): Promise<[number, string]> {
  return site.post(path, site.headers, body);
}
