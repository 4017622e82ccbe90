/** Clocks that are set while everything runs, and a broker that is frozen with durable jobs. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import type { Client, Handle } from '../src/index.ts';
import type { Outcomes } from './support/busy-client.ts';
import { Clocks, canSetClocks } from './support/clock/clocks.ts';
import { Cluster } from './support/cluster.ts';
import { KeptLoad } from './support/kept-load.ts';
import { Load, outcomeOf } from './support/load.ts';
import { after, sharedClock, until } from './support/poll.ts';
import { Record } from './support/record.ts';

const record = new Record();
const busyClient = fileURLToPath(new URL('./support/busy-client.ts', import.meta.url));
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** How long a clock stands before it is set again. */
const STANDS_MS = 400;
const SPAN_MS = 1000;
/** How much later than it was to something may come, on a busy machine. */
const LATE_MS = 2500;

/** A directory of this test's own, gone at its end. */
function directory(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'latido-clock-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

/** Nobody was taken for dead, slow or absent. */
async function nobodyIsMissed(t: ExecutionContext, cluster: Cluster): Promise<void> {
  for (const event of ['gone', 'back', 'stalled'])
    t.is(await cluster.metric('latido_worker_events_total', event), 0, event);
  t.is(await cluster.metric('latido_client_events_total', 'gone'), 0);
}

function takes(t: ExecutionContext, what: string, tookMs: number): void {
  t.true(tookMs > SPAN_MS - 5 && tookMs < SPAN_MS + LATE_MS, `${what} took ${tookMs} ms`);
}

/** A delay, a backoff, a deadline and a timeout of `SPAN_MS` each: they take that long. */
async function timed(t: ExecutionContext, client: Client, name: string): Promise<void> {
  const [delayed, failing] = [`${name}-delayed`, `${name}-failing`];
  const askedAt = sharedClock();
  const tookMs = async (ends: Promise<unknown>) => {
    await t.throwsAsync(ends, { code: 'EXPIRED' });
    return sharedClock() - askedAt;
  };
  const backoff = { kind: 'fixed', ms: SPAN_MS, jitter: 0 } as const;
  const [, , deadline, timeout] = await Promise.all([
    client.call('A', { job: delayed }, { level: 'disk', delayMs: SPAN_MS }),
    client.call('A', { job: failing, fail: 1 }, { level: 'disk', backoff }),
    tookMs(
      client.call(
        'A',
        { job: `${name}-overdue` },
        { level: 'disk', delayMs: 60_000, deadline: Date.now() + SPAN_MS },
      ),
    ),
    tookMs(client.call('A', { job: `${name}-long`, wait: 30_000 }, { timeoutMs: SPAN_MS })),
  ]);
  takes(t, 'a delay', record.starts(delayed)[0]!.at - askedAt);
  takes(t, 'a backoff', record.starts(failing)[1]!.at - record.notes(failing, 'fail')[0]!.at);
  takes(t, 'a deadline', deadline);
  takes(t, 'a timeout', timeout);
}

/** The clocks of those processes are set a day on, right, a day back and right again, and nothing comes of it. */
async function isUnharmed(t: ExecutionContext, clocks: Clocks, names: string[], cluster: Cluster) {
  const { answered } = (await cluster.status()).types[0]!;
  const spans = timed(t, cluster.client(), names.join('+'));
  for (const ms of [DAY_MS, 0, -DAY_MS, 0]) {
    for (const name of names) clocks.set(name, ms);
    await after(STANDS_MS);
  }
  await spans;
  await until('jobs are done', async () => {
    const { types } = await cluster.status();
    return types[0]!.answered > answered + 50;
  });
}

async function remembered(t: ExecutionContext, client: Client, job: Handle, answer: string) {
  t.is((await client.attach(job.id).answer()).text(), answer);
}

test.serial(
  'clocks that are set a day on and back while all runs hurt no timeout, delay, backoff, deadline or id, and nobody is taken for dead',
  async (t) => {
    if (!canSetClocks()) {
      t.log('skipped: clocks are set only where there are Linux and gcc');
      t.pass();
      return;
    }
    const clocks = new Clocks();
    const path = directory(t);
    const file = join(path, 'outcomes.json');
    const keeps = ['--memory=false', `--data=${join(path, 'data')}`];
    const cluster = await Cluster.startWith(
      t,
      clocks.environment('broker'),
      ...keeps,
      `--keep-answers-ms=${HOUR_MS}`,
    );
    for (const name of ['w1', 'w2'])
      await cluster.worker(name, { capacity: 8, environment: clocks.environment(name) });
    const environment = clocks.environment('client');
    // Wrong from the start: its ids would be older than answers are kept.
    clocks.set('client', -DAY_MS);
    const busy = await cluster.ownWith(environment, busyClient, cluster.frontend, file);
    const client = cluster.client();
    const first = await client.submit('A', { job: 'first' });
    const answer = (await first.answer()).text();
    const all = ['broker', 'w1', 'w2', 'client'];
    for (const names of [['broker'], ['w1'], ['client'], all]) {
      await isUnharmed(t, clocks, names, cluster);
      await remembered(t, client, first, answer);
    }
    t.is(await cluster.metric('latido_refusals_total'), 0);
    await nobodyIsMissed(t, cluster);
    busy.signal('SIGTERM');
    await busy.ended;
    const { calls, kept }: Outcomes = JSON.parse(readFileSync(file, 'utf8'));
    t.true(calls.length > 200 && kept.length > 50, `${calls.length} calls, ${kept.length} kept`);
    t.deepEqual(record.wrongs(calls), []);
    t.deepEqual(record.keptWrongs(kept), []);
  },
);

test.serial(
  'a broker that is frozen for 3 s under durable load charges no attempt and takes nobody for gone',
  async (t) => {
    const data = join(directory(t), 'data');
    const cluster = await Cluster.start(t, '--memory=false', `--data=${data}`);
    await cluster.workers(['z1', 'z2'], { capacity: 8 });
    const [client, other] = [cluster.client(), cluster.client()];
    const durable = { level: 'disk', answerTimeoutMs: 2500, attemptsMax: 1 } as const;
    // Its answer timeout passes while the broker is frozen, and it runs on after that.
    const long = outcomeOf(client, 'A', { job: 'long', wait: 4000 }, durable);
    const load = new Load(client, 'A', 8, { wait: 100 }, durable);
    const kept = ['', 'frozen-key'].map((key) => new KeptLoad(client, other, key));
    await until('the load runs', () => load.outcomes.length > 20);
    cluster.broker.signal('SIGSTOP');
    await after(3000);
    cluster.broker.signal('SIGCONT');
    const done = load.outcomes.length;
    await until('the load goes on', () => load.outcomes.length > done + 30);
    t.deepEqual(record.wrongs([...(await load.stop()), await long]), []);
    const outcomes = await Promise.all(kept.map((each) => each.stop()));
    t.deepEqual(record.keptWrongs(outcomes.flat()), []);
    await nobodyIsMissed(t, cluster);
  },
);
