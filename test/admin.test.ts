import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { jobsText } from '../src/cli/jobs-list.ts';
import { Client, type LatidoError } from '../src/index.ts';
import { Disk } from '../src/store/disk/disk.ts';
import type { JobLine, JobPage, JobView } from '../src/view/jobs.ts';
import { until } from './support/poll.ts';
import { run, startTestBroker } from './support/programs.ts';
import { Site } from './support/site.ts';
import { FOR_EVER } from './support/store/engine.ts';
import { unclean } from './support/store/images.ts';

function ids(lines: readonly string[]): string[] {
  return lines.map((line) => (JSON.parse(line) as JobLine).id);
}

test.serial(
  'a dead letter has the worker, time and cause of every attempt, survives a kill, and is answered after a retry',
  async (t) => {
    const site = await Site.start(t);
    await Promise.all([site.worker('w1', 'broken'), site.worker('w2', 'broken')]);
    const backoff = { kind: 'fixed', ms: 10 } as const;
    const from = Date.now();
    await site.client.submit('broken', site.fault, { id: 'order/1', attemptsMax: 3, backoff });
    await until('the dead letter', async () => (await site.get<JobPage>('/api/dead')).jobs.length);
    const { lines } = await site.look('dead', 'list');
    t.deepEqual(ids(lines), ['order/1']);
    const shown = JSON.parse((await site.look('dead', 'show', 'order/1')).lines[0]!) as JobView;
    const { losses, body, options, state, attempts } = shown;
    t.deepEqual([state, attempts, body?.text, options?.attemptsMax], ['dead', 3, site.fault, 3]);
    t.deepEqual(
      losses.map(({ attempt, cause, message }) => [attempt, cause, message]),
      [1, 2, 3].map((attempt) => [attempt, 'failed', `broken by ${site.fault}`]),
    );
    t.deepEqual([...new Set(losses.map(({ worker }) => worker))].sort(), ['w1', 'w2']);
    const times = [from, ...losses.map(({ at }) => Date.parse(at)), Date.now()];
    t.deepEqual(
      times,
      times.toSorted((x, y) => x - y),
    );
    t.deepEqual(
      shown.dispatches.map(({ attempt, worker }) => [attempt, worker]),
      losses.map(({ attempt, worker }) => [attempt, worker]),
    );
    t.is(shown.dispatches[1]!.avoided, losses[0]!.worker);
    await site.killBroker();
    await site.startBroker();
    t.deepEqual(await site.get<JobView>('/api/jobs/order%2F1'), { ...shown, dispatches: [] });
    rmSync(site.fault);
    await site.worker('w3', 'broken');
    t.deepEqual(await site.order('dead', 'retry', 'order/1'), [0, { done: 1 }]);
    t.is((await site.client.attach('order/1').answer()).text(), 'mended');
    const after = await site.get<JobView>('/api/jobs/order%2F1');
    t.deepEqual([after.state, after.ending, after.attempts], ['done', 'ok', 4]);
    t.deepEqual([after.worker, after.attempt?.worker], ['w3', 'w3']);
    t.deepEqual([after.losses, after.answer?.text], [[], 'mended']);
    t.deepEqual((await site.look('dead', 'list')).lines, []);
    const [code, said] = await site.order('dead', 'retry', 'order/1');
    t.deepEqual([code, said], [1, 'latido: The job is no dead letter.']);
  },
);

test.serial(
  'dead letters are retried and dropped by filter, all that it means and no other',
  async (t) => {
    const site = await Site.start(t);
    await site.worker('w', 'broken', 'fails');
    const many = Array.from({ length: 40 }, (_, i) => `b${i}`);
    await Promise.all([site.letters('broken', many), site.letters('fails', ['f0', 'f1'])]);
    t.is((await site.order('dead', 'drop'))[0], 2);
    t.is((await site.order('dead', 'drop', 'f0', '--type=fails'))[0], 2);
    t.deepEqual(await site.order('dead', 'drop', '--since=0s'), [
      0,
      { done: 0, skipped: {}, stopped: null },
    ]);
    const listed = await site.look('dead', 'list', '--type=broken', '--limit=30');
    const next = JSON.parse(listed.said).next as string;
    const rest = await site.look('dead', 'list', '--type=broken', `--after=${next}`);
    t.deepEqual([...ids(listed.lines), ...ids(rest.lines)].toSorted(), many.toSorted());
    t.is(rest.said, '');
    rmSync(site.fault);
    const retried = await site.order('dead', 'retry', '--type=broken');
    t.deepEqual(retried, [0, { done: 40, skipped: {}, stopped: null }]);
    t.is(await site.metric('latido_jobs_revived_total{type="broken"}'), 40);
    for (const id of many) t.is((await site.client.attach(id).answer()).text(), 'mended');
    t.deepEqual(ids((await site.look('dead', 'list')).lines).toSorted(), ['f0', 'f1']);
    t.deepEqual(await site.order('dead', 'drop', 'f0'), [0, { done: 1 }]);
    t.deepEqual(await site.order('dead', 'drop', 'f0'), [
      1,
      'latido: The broker remembers no job of that id.',
    ]);
    await site.killBroker();
    await site.startBroker();
    t.deepEqual(ids((await site.look('dead', 'list')).lines), ['f1']);
    t.is(await site.metric('latido_dead_letters'), 1);
    t.is(await site.metric('latido_store_open'), 1);
    t.deepEqual(await site.order('dead', 'drop', '--all'), [
      0,
      { done: 1, skipped: {}, stopped: null },
    ]);
    t.is((await site.look('jobs', 'show', 'f1')).code, 1);
  },
);

test.serial(
  'nobody changes anything without the token, in the name of another site, or under another name',
  async (t) => {
    const site = await Site.start(t);
    await site.worker('w', 'fails');
    await site.letters('fails', ['f0']);
    const token = readFileSync(join(site.dir, 'admin-token'), 'utf8').trim();
    t.is(statSync(join(site.dir, 'admin-token')).mode & 0o777, 0o600);
    t.is(Buffer.from(token, 'base64url').length, 32);
    const json = { 'content-type': 'application/json' };
    const right = { ...json, authorization: `Bearer ${token}` };
    const wrong = { ...json, authorization: `Bearer ${token.slice(1)}x` };
    for (const path of [
      '/api/dead/f0/drop',
      '/api/dead/f0/retry',
      '/api/dead/drop',
      '/api/dead/retry',
      '/api/jobs/f0/cancel',
      '/api/jobs/cancel',
      '/api/store/backup',
      '/api/types/broken/pause',
      '/api/workers/x/drain',
      '/api/token',
    ]) {
      t.deepEqual(await site.post(path, json), [401, 'TOKEN_MISSING'], path);
      t.deepEqual(await site.post(path, wrong), [401, 'TOKEN_WRONG'], path);
      const text = { ...right, 'content-type': 'text/plain' };
      t.deepEqual(await site.post(path, text), [415, 'MEDIA_TYPE_REFUSED'], path);
      const origin = { ...right, origin: 'http://evil.example' };
      t.deepEqual(await site.post(path, origin), [403, 'ORIGIN_REFUSED'], path);
      const name = { ...right, host: 'evil.example' };
      t.deepEqual(await site.post(path, name), [403, 'HOST_REFUSED'], path);
    }
    t.is((await site.get<JobView>('/api/jobs/f0')).state, 'dead');
    const [code, said] = await site.order('dead', 'drop', 'f0', `--data=${tmpdir()}`);
    t.deepEqual([code, /once/.test(String(said))], [2, true]);
    const lost = await site.look('dead', 'drop', 'f0', `--data=${site.dir}-not`);
    t.deepEqual([lost.code, /no admin token: .*--data/.test(lost.said)], [1, true]);
    const own = { ...right, origin: `http://${site.broker.http}` };
    for (const filter of [
      'null',
      '[]',
      '{"type":""}',
      '{"state":"waiting"}',
      '{"type":1}',
      '"x"',
    ]) {
      const asked = await site.post('/api/dead/drop', own, `{"filter":${filter}}`);
      t.deepEqual(asked, [400, 'OPTION_INVALID'], filter);
    }
    t.deepEqual(await site.post('/api/dead/drop', own, '{}'), [400, 'OPTION_INVALID']);
    t.is((await fetch(`http://${site.broker.http}/api/dead?state=done`)).status, 400);
    t.is((await site.post('/api/dead/f0/drop', own))[0], 200);
  },
);

test.serial(
  'a broker that keeps no data takes orders by the token of its environment only',
  async (t) => {
    const none = await startTestBroker();
    t.teardown(() => none.program.kill('SIGKILL'));
    const token = 'an-admin-token-for-a-test';
    process.env.LATIDO_ADMIN_TOKEN = token;
    const some = await startTestBroker();
    t.teardown(() => some.program.kill('SIGKILL'));
    t.teardown(() => delete process.env.LATIDO_ADMIN_TOKEN);
    const cancel = (http: string) => run('latido', ['jobs', 'cancel', '--all', `--http=${http}`]);
    const refused = await cancel(none.http);
    t.deepEqual([refused.code, /set LATIDO_ADMIN_TOKEN for it/.test(refused.stderr)], [1, true]);
    const client = new Client({ broker: some.frontend });
    t.teardown(() => client.close());
    const cancelled = t.throwsAsync<LatidoError>(client.call('nobody', 'x'));
    await until('the call', async () => {
      const listed = await fetch(`http://${some.http}/api/jobs?type=nobody`);
      return ((await listed.json()) as JobPage).jobs.length === 1;
    });
    t.is((await cancel(some.http)).code, 0);
    t.is((await cancelled).code, 'CANCELLED');
  },
);

test.serial(
  'jobs that are open are listed with what they wait for, at every level, and cancelled by id and by filter',
  async (t) => {
    const site = await Site.start(t);
    const { client } = site;
    await client.submit('B', 'x', { id: 'later', delayMs: 100_000 });
    await client.submit('B', 'x', { id: 'first', key: 'k' });
    await client.submit('B', 'x', { id: 'second', key: 'k' });
    await client.submit('B', 'memory', { id: 'kept', level: 'memory' });
    const cancelled = t.throwsAsync<LatidoError>(client.call('C', 'plain'));
    const page = await until('all five', async () => {
      const found = await site.get<JobPage>('/api/jobs?state=waiting');
      return found.jobs.length === 5 && found;
    });
    const plain = page.jobs.find(({ type }) => type === 'C')!;
    const seen = page.jobs.map(({ id, level, waitsFor }) => [id, level, waitsFor]);
    t.deepEqual(seen.slice(0, 3), [
      ['later', 'disk', 'delay'],
      ['first', 'disk', 'worker'],
      ['second', 'disk', 'key'],
    ]);
    t.deepEqual(
      seen.slice(3).toSorted((x, y) => (x[0] === 'kept' ? -1 : y[0] === 'kept' ? 1 : 0)),
      [
        ['kept', 'memory', 'worker'],
        [plain.id, 'memory', 'worker'],
      ],
    );
    t.is((await site.get<JobView>(`/api/jobs/${plain.id}`)).body?.text, 'plain');
    t.is(await (await fetch(`http://${site.broker.http}/api/jobs/kept/body`)).text(), 'memory');
    const pages: string[] = [];
    for (let after: string | null = ''; after !== null; ) {
      const one: JobPage = await site.get<JobPage>(`/api/jobs?limit=1&after=${after}`);
      pages.push(...one.jobs.map(({ id }) => id));
      after = one.next;
    }
    t.deepEqual(
      pages,
      page.jobs.map(({ id }) => id),
    );
    t.regex(jobsText(page.jobs), /later +B +disk +waiting +\S+ +0 {2}delay until 20\d\d-/);
    t.deepEqual(await site.order('jobs', 'cancel', plain.id), [0, { done: 1 }]);
    t.is((await cancelled).code, 'CANCELLED');
    t.deepEqual(await site.order('jobs', 'cancel', 'first'), [0, { done: 1 }]);
    t.is((await site.get<JobView>('/api/jobs/second')).waitsFor, 'worker');
    const all = await site.order('jobs', 'cancel', '--type=B', '--state=waiting');
    t.deepEqual(all, [0, { done: 3, skipped: {}, stopped: null }]);
    const [code, said] = await site.order('jobs', 'cancel', 'first');
    t.deepEqual([code, said], [1, 'latido: The job has ended already.']);
    t.deepEqual((await site.get<JobPage>('/api/jobs?state=waiting')).jobs, []);
    const ended = (await site.get<JobPage>('/api/jobs?state=done')).jobs;
    t.deepEqual(
      ended.map(({ ending }) => ending),
      ['cancelled', 'cancelled', 'cancelled'],
    );
  },
);

test.serial(
  'a backup under load is whole, and a broker that is started with it has what was accepted before it',
  async (t) => {
    const site = await Site.start(t);
    await site.worker('w', 'upper');
    for (let i = 0; i < 50; i++) await site.client.submit('nobody', `${i}`, { id: `before-${i}` });
    let isOver = false;
    const load = (async () => {
      while (!isOver) {
        const jobs = Array.from({ length: 64 }, () => site.client.submit('upper', 'load'));
        await Promise.all((await Promise.all(jobs)).map((job) => job.answer()));
      }
    })();
    const copy = join(site.dir, '..', 'copy.db');
    t.deepEqual(await site.order('store', 'backup', copy), [0, { file: copy }]);
    t.deepEqual(await site.order('store', 'backup', copy), [1, `latido: ${copy} is there already`]);
    isOver = true;
    await load;
    t.is((await site.order('store', 'backup', join(site.dir, 'no', 'where')))[0], 2);
    const second = new Site(t);
    mkdirSync(second.dir);
    copyFileSync(copy, join(second.dir, 'latido.db'));
    const check = () => run('latido', ['store', 'check', `--data=${second.dir}`, '--json']);
    writeFileSync(join(second.dir, 'latido.db-wal'), 'of another store');
    t.regex((await check()).stdout, /-wal does not belong to the backup beside it/);
    rmSync(join(second.dir, 'latido.db-wal'));
    const checked = await check();
    t.is(checked.code, 0, checked.stdout);
    await second.startBroker();
    const { jobs } = await second.get<JobPage>('/api/jobs?type=nobody&state=waiting');
    t.is(jobs.length, 50);
  },
);

test.serial(
  'a check says how many jobs are in the table, and how many in the journal only',
  async (t) => {
    const data = unclean(t);
    const check = async () => {
      const { stdout } = await run('latido', ['store', 'check', `--data=${data}`]);
      return stdout.replace(data, 'it');
    };
    t.is(await check(), 'it is whole: 0 jobs in its table, 60 in its journal only\n');
    const disk = new Disk(data, FOR_EVER);
    let looks = 0;
    // A slice of 16 rows, then the process ends.
    disk.slice(1e9, () => ++looks > 1, true);
    disk.commit(0);
    disk.abandon();
    t.is(await check(), 'it is whole: 16 jobs in its table, 44 in its journal only\n');
  },
);
