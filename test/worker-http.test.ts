import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { metricSections } from '../src/broker/metrics/table.ts';
import { Client } from '../src/index.ts';
import { until } from './support/poll.ts';
import { program, quietPort } from './support/processes.ts';
import { run } from './support/programs.ts';
import { hasPromtool, promtool } from './support/promtool.ts';
import { cluster } from './support/sdk-cluster.ts';

const handler = `--handler=${fileURLToPath(new URL('./support/handlers.ts', import.meta.url))}`;
const FREE = ['--frontend=tcp://127.0.0.1:*', '--backend=tcp://127.0.0.1:*', '--http=127.0.0.1:0'];
/** What has lines only when it has happened. */
const SELDOM = ['latido_drops_total'];

test('a worker with --http tells Prometheus what its handlers did, and whether it is joined', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'latido-metrics-'));
  const broker = program('broker', [...FREE, '--memory=false', `--data=${data}`]);
  const { frontend, backend, http: brokerHttp } = await broker.ready;
  const types = ['--type=upper', '--type=fails', '--type=late', '--capacity=4', '--name=one'];
  const worker = program('worker', [
    `--broker=${backend}`,
    ...types,
    handler,
    '--http=127.0.0.1:0',
  ]);
  const client = new Client({ broker: frontend! });
  t.teardown(async () => {
    await client.close();
    await Promise.all([broker.kill(), worker.kill()]);
    rmSync(data, { recursive: true });
  });
  const { http } = await worker.ready;
  await client.call('upper', 'x');
  await client.call('late', '30');
  await t.throwsAsync(client.call('fails', 'x'), { message: 'no such picture' });
  const late = client.call('late', '60000');
  late.catch(() => {});
  const told = async (line: string) => (await textOf(http!)).includes(`\n${line}\n`);
  await until('the job that runs', () => told('latido_handler_running{type="late"} 1'));
  const text = await textOf(http!);
  for (const line of [
    'latido_handler_ends_total{type="upper",end="ok"} 1',
    'latido_handler_ends_total{type="upper",end="failed"} 0',
    'latido_handler_ends_total{type="fails",end="failed"} 1',
    'latido_handler_seconds_count{type="late"} 1',
    'latido_handler_seconds_bucket{type="late",le="0.0256"} 0',
    'latido_handler_seconds_bucket{type="late",le="13.1072"} 1',
    'latido_own_capacity 4',
    'latido_joined 1',
  ]) {
    t.true(text.includes(`\n${line}\n`), line);
  }
  const both = `${await textOf(brokerHttp!)}\n${text}`;
  const names = metricSections.flatMap(({ metrics }) => Object.keys(metrics));
  const silent = names.filter((name) => !new RegExp(`^${name}(_count)?[ {]`, 'm').test(both));
  t.deepEqual(silent, SELDOM);
  if (hasPromtool) {
    for (const page of [await textOf(brokerHttp!), text]) {
      t.deepEqual(promtool(['check', 'metrics'], page), { status: 0, said: '' });
    }
  } else t.log('not checked by promtool: it is not installed (Debian: prometheus)');
  t.is(await statusOf(http!, '/healthz'), 200);
  t.is(await statusOf(http!, '/readyz'), 200);
  t.is(await statusOf(http!, '/elsewhere'), 404);
  await broker.kill();
  await until('a worker that is not ready', async () => {
    return (await statusOf(http!, '/readyz')) === 503;
  });
  t.true(await told('latido_joined 0'));
});

test('of several processes each has the next port for its HTTP side', async (t) => {
  const port = await quietPort();
  const nobody = `--broker=tcp://127.0.0.1:${await quietPort()}`;
  const args = [nobody, '--type=upper', handler, '--processes=2', `--http=127.0.0.1:${port}`];
  const workers = program('worker', args);
  t.teardown(async () => {
    workers.signal('SIGTERM');
    await workers.ended;
  });
  for (const each of [port, port + 1]) {
    await until(`a worker at ${each}`, () => isHealthy(`127.0.0.1:${each}`));
    t.is(await statusOf(`127.0.0.1:${each}`, '/readyz'), 503);
  }
  const { stderr, code } = await run('worker', args);
  t.regex(stderr, new RegExp(`another program listens on 127.0.0.1:${port}`));
  t.is(code, 1);
});

test('an HTTP side that other machines can reach, or that has no ports for all, ends a worker with 2', async (t) => {
  const cases: [string[], RegExp][] = [
    [['--http=0.0.0.0:0'], /'http' is 0\.0\.0\.0:0, which other machines can reach.*--insecure/],
    [['--http=127.0.0.1:65535', '--processes=2'], /no ports for 2 processes/],
  ];
  const ends = cases.map(([args]) => run('worker', ['--type=upper', handler, ...args]));
  for (const [at, { code, stderr }] of (await Promise.all(ends)).entries()) {
    t.regex(stderr, cases[at]![1]);
    t.is(code, 2);
  }
});

test("a worker's figures count what its handlers do from the first question on", async (t) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { worker, client, end } = await cluster({
    A: (job) => job.text(),
    B: async ({ signal }) => {
      await Promise.race([held, new Promise((_, reject) => (signal.onabort = reject))]);
    },
  });
  t.teardown(end);
  await client.call('A', 'uncounted');
  const [before] = worker.figures().handlers;
  t.like(before, { type: 'A', ok: 0, running: 0 });
  await client.call('A', 'x');
  const stop = new AbortController();
  const cancelled = client.call('B', 'x', { signal: stop.signal });
  const kept = client.call('B', 'x');
  await until('both', () => worker.figures().handlers[1]!.running === 2);
  stop.abort();
  await t.throwsAsync(cancelled);
  await until('its end', () => worker.figures().handlers[1]!.cancelled === 1);
  release();
  await kept;
  const { joined, capacity, handlers } = worker.figures();
  t.true(joined);
  t.is(capacity, 16);
  t.like(handlers[0], { ok: 1, failed: 0, cancelled: 0, running: 0 });
  t.like(handlers[1], { ok: 1, failed: 0, cancelled: 1, running: 0 });
  const { count, sum, buckets } = handlers[1]!.seconds;
  t.is(count, 2);
  t.true(sum > 0 && sum < 60);
  t.is(
    buckets.reduce((total, bucket) => total + bucket.count, 0),
    2,
  );
});

async function textOf(address: string): Promise<string> {
  return (await fetch(`http://${address}/metrics`)).text();
}

async function statusOf(address: string, path: string): Promise<number> {
  return (await fetch(`http://${address}${path}`)).status;
}

async function isHealthy(address: string): Promise<boolean> {
  try {
    return (await statusOf(address, '/healthz')) === 200;
  } catch {
    return false;
  }
}
