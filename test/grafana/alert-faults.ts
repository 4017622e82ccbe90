/** Each fault is really made, and its alert really fires: with a real Prometheus, and all times of the rules divided by 20. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { alertsFile } from '../../grafana/src/alerts-file.ts';
import { AlertWatch } from '../support/alert-watch.ts';
import { Cluster } from '../support/cluster.ts';
import { canWatch, Fault, Shim } from '../support/disk/shim.ts';
import { mountedDisk } from '../support/disk/small-disk.ts';
import { Submits } from '../support/disk/submits.ts';
import { Load, outcomeOf } from '../support/load.ts';
import { after, until } from '../support/poll.ts';
import { hasPrometheus, Prometheus } from '../support/prometheus.ts';

const DIVISOR = 20;
const TOKEN = 'a-token-of-these-tests';
/** The longest window of the rules. */
const WELL_MS = (900 / DIVISOR) * 1000;
const FROZEN_MS = 2500;
const FLUSH_MS = 400;
/** A disk with more free than the alert asks for, until the filler is on it. */
const DISK_MEGABYTES = 1100;
const FILLER_BYTES = 150e6;

const isHere = hasPrometheus();
const prometheus = new Prometheus();
let watch: AlertWatch;
let starting: Promise<unknown> = Promise.resolve();

test.before(async () => {
  if (!isHere) return;
  await prometheus.start(alertsFile(DIVISOR));
  watch = new AlertWatch(prometheus);
});

test.after.always(async () => {
  if (!isHere) return;
  watch?.close();
  await prometheus.stop();
});

/** A test for a machine that has a Prometheus. */
function tested(title: string, body: (t: ExecutionContext) => Promise<void>): void {
  test(title, async (t) => {
    t.timeout(200_000);
    if (isHere) return body(t);
    t.log('skipped: Prometheus is not installed (Debian: prometheus)');
    t.pass();
  });
}

tested(
  'a broker that is well has no alert, while a worker dies, jobs fail and a type is paused',
  async (t) => {
    const cluster = await watchedWith(t, { LATIDO_ADMIN_TOKEN: TOKEN }, ...stored(t));
    await cluster.workers(['w1', 'w2'], { capacity: 4 });
    void outcomeOf(cluster.client(), 'Paused', { job: 'p' });
    await until('a type is paused', () => pause(cluster, 'Paused'));
    const calls = new Load(cluster.client(), 'A', 4, { wait: 20 });
    const failing = new Load(cluster.client(), 'A', 1, { wait: 50, fail: 1 });
    const submits = new Load(cluster.client(), 'A', 2, { wait: 20 }, { level: 'disk' });
    await after(WELL_MS / 2);
    await (await cluster.worker('w3')).kill();
    await after(WELL_MS / 2);
    t.deepEqual(watch.seen(cluster.http), []);
    await Promise.all([calls, failing, submits].map((load) => load.stop()));
  },
);

tested('alerts tell of jobs that nobody does, that wait, that die, that time out', async (t) => {
  const cluster = await watched(t, ...stored(t));
  const client = cluster.client();
  for (const type of ['Slow', 'Fails', 'Hangs', 'Blocks']) await cluster.worker(type, { type });
  const ended: Promise<unknown>[] = [];
  for (let i = 0; i < 12; i += 1)
    ended.push(outcomeOf(client, 'Slow', { job: `s${i}`, wait: 4000 }));
  ended.push(outcomeOf(client, 'Nobody', { job: 'n' }));
  ended.push(outcomeOf(client, 'Blocks', { job: 'b', block: 20_000 }));
  ended.push(new Load(client, 'Hangs', 2, { wait: 9000 }, { answerTimeoutMs: 200 }).stop());
  const once = { attemptsMax: 2, backoff: { kind: 'fixed', ms: 50 } } as const;
  await client.submit('Fails', { job: 'f', fail: 9 }, once);
  const alerts = [
    'LatidoAnswerTimeouts Hangs',
    'LatidoDeadLettersGrow Fails',
    'LatidoDeadLettersGrow Hangs',
    'LatidoJobsWaitTooLong Slow',
    'LatidoNoWorker Nobody',
    'LatidoWorkerStalled Blocks',
  ];
  await Promise.all(alerts.map((alert) => watch.fires(cluster.http, alert)));
  t.deepEqual(watch.seen(cluster.http), alerts);
});

tested('an alert tells of a worker that is killed again and again', async (t) => {
  const cluster = await watched(t, '--memory');
  let isSeen = false;
  const seen = watch.fires(cluster.http, 'LatidoWorkersFlap').finally(() => {
    isSeen = true;
  });
  while (!isSeen) await (await cluster.worker('w')).kill();
  await seen;
  t.deepEqual(watch.seen(cluster.http), ['LatidoWorkersFlap']);
});

tested(
  'alerts tell of a broker that is full, frozen, killed, started again, stopped',
  async (t) => {
    const cluster = await watched(t, '--memory', '--waiting-jobs-max=10', '--drain-ms=60000');
    await cluster.worker('w');
    const client = cluster.client();
    for (let i = 0; i < 30; i += 1) void outcomeOf(client, 'A', { job: `flood${i}`, wait: 200 });
    await watch.fires(cluster.http, 'LatidoRefusals BUSY');
    t.deepEqual(watch.seen(cluster.http), ['LatidoRefusals BUSY']);

    cluster.broker.signal('SIGSTOP');
    await after(FROZEN_MS);
    cluster.broker.signal('SIGCONT');
    await watch.fires(cluster.http, 'LatidoEventLoopHeldUp');

    await watch.ends(cluster.http, 'LatidoBrokerDown');
    await cluster.broker.kill();
    await watch.fires(cluster.http, 'LatidoBrokerDown');
    await cluster.startBroker();
    await watch.fires(cluster.http, 'LatidoBrokerRestarted');
    await watch.ends(cluster.http, 'LatidoBrokerDown');

    void outcomeOf(client, 'A', { job: 'long', wait: 60_000 });
    await cluster.seen('w', 'alive');
    cluster.broker.signal('SIGTERM');
    await watch.fires(cluster.http, 'LatidoBrokerNotReady');
    t.deepEqual(watch.seen(cluster.http), [
      'LatidoBrokerDown',
      'LatidoBrokerNotReady',
      'LatidoBrokerRestarted',
      'LatidoEventLoopHeldUp',
      'LatidoRefusals BUSY',
    ]);
  },
);

tested('alerts tell of a disk that is slow, nearly full, and then fails', async (t) => {
  if (!canWatch()) {
    t.log('skipped: disks fail only where there are Linux and gcc');
    t.pass();
    return;
  }
  const shim = new Shim();
  const { path, isMounted } = mountedDisk(t, DISK_MEGABYTES);
  const data = `--data=${join(path, 'data')}`;
  const cluster = await watchedWith(t, shim.failing(path), '--memory=false', data);
  await cluster.worker('w', { capacity: 4 });
  const submits = new Submits(cluster.client());
  let isOver = false;
  const going = (async () => {
    while (!isOver) await submits.one();
  })();
  shim.fault(Fault.FLUSH_IS_SLOW, FLUSH_MS);
  if (isMounted) writeFileSync(join(path, 'filler'), Buffer.alloc(FILLER_BYTES));
  else t.log('skipped: a nearly full disk, as no disk can be mounted here');
  await watch.fires(cluster.http, 'LatidoCommitSlow');
  if (isMounted) await watch.fires(cluster.http, 'LatidoDiskNearlyFull');

  shim.fault(Fault.WRITE_IS_FULL);
  await watch.fires(cluster.http, 'LatidoStoreFailed');
  shim.fault(Fault.NONE);
  await watch.ends(cluster.http, 'LatidoStoreFailed');
  isOver = true;
  await going;
  const full = isMounted ? ['LatidoDiskNearlyFull'] : [];
  t.deepEqual(watch.seen(cluster.http), ['LatidoCommitSlow', ...full, 'LatidoStoreFailed']);
});

test.after('every rule could be worked out, and every alert says what it means', async (t) => {
  if (!isHere) return;
  t.deepEqual(await prometheus.wrongRules(), []);
  const texts = watch.texts();
  t.deepEqual(
    texts.filter((text) => /error|no value|\{\{|\}\}| {2}/i.test(text)),
    [],
  );
});

/** A broker that Prometheus reads; they start one after the other, as there may be few processors. */
function watched(t: ExecutionContext, ...args: string[]): Promise<Cluster> {
  return watchedWith(t, {}, ...args);
}

function watchedWith(
  t: ExecutionContext,
  environment: Readonly<Record<string, string>>,
  ...args: string[]
): Promise<Cluster> {
  const started = starting.then(async () => {
    const cluster = await Cluster.startWith(t, environment, ...args);
    await prometheus.watch(cluster.http);
    return cluster;
  });
  starting = started.catch(() => {});
  return started;
}

/** Whether it worked: not before a job of the type has come. */
async function pause({ http }: Cluster, type: string): Promise<boolean> {
  const { ok } = await fetch(`http://${http}/api/types/${type}/pause`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: '{}',
  });
  return ok;
}

/** Has the broker keep its data in a directory of this test. */
function stored(t: ExecutionContext): string[] {
  const path = mkdtempSync(join(tmpdir(), 'latido-alerts-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return ['--memory=false', `--data=${join(path, 'data')}`];
}
