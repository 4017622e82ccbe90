import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Client } from '../src/index.ts';
import { Cluster } from './support/cluster.ts';
import { KeptLoad } from './support/kept-load.ts';
import { Load } from './support/load.ts';
import { sharedClock, until } from './support/poll.ts';
import { Record } from './support/record.ts';

const record = new Record();
const KILLS = Number(process.env.LATIDO_KILLS ?? 5);

function directory(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'latido-durable-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

function start(t: ExecutionContext, ...args: string[]): Promise<Cluster> {
  return Cluster.start(t, '--memory=false', `--data=${directory(t)}`, '--adopt-ms=4000', ...args);
}

test.serial(
  'a submit outlives its client and its broker, and anybody can ask for its answer',
  async (t) => {
    const cluster = await start(t);
    const first = new Client({ broker: cluster.frontend });
    const { id, level } = await first.submit('A', { job: 'outlives' }, { id: 'order-1' });
    t.deepEqual([id, level], ['order-1', 'disk']);
    await first.close();
    await cluster.broker.kill();
    await cluster.startBroker();
    const client = cluster.client();
    await cluster.workers(['d1'], { capacity: 4 });
    const answer = await client.attach(id).answer();
    t.is(record.starts('outlives').length, 1);
    await cluster.broker.kill();
    await cluster.startBroker();
    t.deepEqual((await client.attach(id).answer()).text(), answer.text());
    const again = await client.submit('A', { job: 'outlives' }, { id });
    t.deepEqual((await again.answer()).text(), answer.text());
    t.is(record.starts('outlives').length, 1);
    cluster.broker.signal('SIGTERM');
    await cluster.broker.ended;
    t.regex(cluster.broker.said, /durable ones stay for the next start/);
  },
);

test.serial(
  'a job whose worker is still at it when the broker dies is not run again',
  async (t) => {
    const cluster = await start(t);
    await cluster.workers(['d2'], { capacity: 4 });
    const job = await cluster.client().submit('A', { job: 'still', wait: 3000 });
    await until('it runs', () => record.starts('still').length === 1);
    await cluster.broker.kill();
    await cluster.startBroker();
    await job.answer();
    t.is(record.starts('still').length, 1);
  },
);

test.serial(
  `a broker that is killed ${KILLS} times under durable load loses nothing it accepted`,
  async (t) => {
    t.timeout(KILLS * 20_000);
    const cluster = await start(t);
    await cluster.workers(['k1', 'k2', 'k3'], { capacity: 4 });
    // No time limit: a job whose worker is waited for at each start may wait for as long as the kills go on.
    const options = { level: 'disk', timeoutMs: 0 } as const;
    const loads = [1, 2, 3].map(() => new Load(cluster.client(), 'A', 8, { wait: 30 }, options));
    const crashes: number[] = [];
    const done = () => loads.map(({ outcomes }) => outcomes.length);
    for (let kill = 0; kill < KILLS; kill++) {
      await cluster.broker.kill();
      crashes.push(sharedClock());
      await cluster.startBroker();
      const before = done();
      if (kill % 4 !== 3) continue;
      await until('every client goes on', () => done().every((n, i) => n > before[i]! + 8));
    }
    const outcomes = (await Promise.all(loads.map((load) => load.stop()))).flat();
    t.deepEqual(record.wrongs(outcomes, { crashes }), []);
  },
);

test.serial(
  `jobs with keys, delays and failing handlers keep every promise while the broker is killed ${KILLS} times`,
  async (t) => {
    t.timeout(KILLS * 20_000);
    const cluster = await start(t);
    await cluster.workers(['p1', 'p2', 'p3'], { capacity: 4 });
    const other = cluster.client();
    const loads = ['', '', 'key-1', 'key-2'].map(
      (key) => new KeptLoad(cluster.client(), other, key),
    );
    const crashes: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const before = loads.map(({ outcomes }) => outcomes.length);
      await until('every client goes on', () =>
        loads.every(({ outcomes }, n) => outcomes.length > before[n]! + 4),
      );
      await cluster.broker.kill();
      crashes.push(sharedClock());
      await cluster.startBroker();
    }
    const outcomes = (await Promise.all(loads.map((load) => load.stop()))).flat();
    t.deepEqual(record.keptWrongs(outcomes, { crashes }), []);
  },
);
