import { fileURLToPath } from 'node:url';
import test from 'ava';
import { Dealer, Request } from 'zeromq';
import { Client } from '../src/index.ts';
import { Batch, NO_SESSION } from '../src/wire/batch.ts';
import { encodeOptions } from '../src/wire/items.ts';
import { Flag, Tag, Verb } from '../src/wire/verbs.ts';
import { Cluster } from './support/cluster.ts';
import { Load, outcomeOf } from './support/load.ts';
import { after, sharedClock, until } from './support/poll.ts';
import { type Outcome, Record } from './support/record.ts';

const record = new Record();
const classicWorker = fileURLToPath(new URL('./support/classic.ts', import.meta.url));
const KILLS = Math.min(20, Number(process.env.LATIDO_KILLS ?? 5));
/** Workers are back within the time they are waited for, however busy the machine is. */
const BACK_IN_TIME = '--adopt-ms=6000';

test.serial(
  'a broker that is frozen for 5 s under load takes nobody for gone and runs nothing twice',
  async (t) => {
    const cluster = await Cluster.start(t);
    await cluster.workers(['f1', 'f2'], { capacity: 8 });
    const client = cluster.client();
    // Its answer timeout passes while the broker is frozen, and it runs on after that.
    const long = outcomeOf(client, 'A', { job: 'long', wait: 6000 }, { answerTimeoutMs: 4000 });
    const load = new Load(client, 'A', 24, { wait: 100 });
    await until('the load runs', () => load.outcomes.length > 50);
    cluster.broker.signal('SIGSTOP');
    await after(5000);
    cluster.broker.signal('SIGCONT');
    const done = load.outcomes.length;
    await until('the load goes on', () => load.outcomes.length > done + 100);
    t.deepEqual(record.wrongs([...(await load.stop()), await long]), []);
    for (const event of ['gone', 'back', 'stalled'])
      t.is(await cluster.metric('latido_worker_events_total', event), 0, event);
    t.is(await cluster.metric('latido_client_events_total', 'gone'), 0);
  },
);

test.serial(
  'a broker that is killed and started again under load answers every call, and what its workers still run is not run again',
  async (t) => {
    const cluster = await Cluster.start(t, BACK_IN_TIME);
    await cluster.workers(['k1', 'k2'], { capacity: 8 });
    const client = cluster.client();
    const long = [1, 2, 3].map((n) => outcomeOf(client, 'A', { job: `long-${n}`, wait: 4000 }));
    await until('they run', () => [1, 2, 3].every((n) => record.starts(`long-${n}`).length > 0));
    const load = new Load(client, 'A', 24, { wait: 100 });
    await until('the load runs', () => load.outcomes.length > 50);
    await cluster.broker.kill();
    const crashes = [sharedClock()];
    await cluster.startBroker();
    const done = load.outcomes.length;
    await until('the load goes on', () => load.outcomes.length > done + 100);
    t.deepEqual(record.wrongs(await load.stop(), { crashes }), []);
    t.deepEqual(record.wrongs(await Promise.all(long)), []);
    t.true((await cluster.metric('latido_attempts_total', 'adopted')) >= 3);
  },
);

test.serial(`a broker that is killed ${KILLS} times under load leaves nobody behind`, async (t) => {
  const cluster = await Cluster.start(t, BACK_IN_TIME);
  const names = ['o1', 'o2', 'o3'];
  await cluster.workers(names, { capacity: 4 });
  const loads = [1, 2, 3].map(() => new Load(cluster.client(), 'A', 8, { wait: 30 }));
  const crashes: number[] = [];
  const done = () => loads.map(({ outcomes }) => outcomes.length);
  for (let kill = 0; kill < KILLS; kill++) {
    await cluster.broker.kill();
    crashes.push(sharedClock());
    await cluster.startBroker();
    const before = done();
    // Most of the time it dies while some are not back yet.
    if (kill % 4 !== 3) continue;
    await until('every client goes on', () => done().every((n, i) => n > before[i]! + 8));
  }
  for (const name of names) await cluster.seen(name, 'alive');
  await until('all clients are back', async () => (await cluster.status()).clients === 3);
  const outcomes = (await Promise.all(loads.map((load) => load.stop()))).flat();
  t.deepEqual(record.wrongs(outcomes, { crashes }), []);
  t.true(record.wrongs(outcomes).length <= 12, 'few answers die with their broker');
});

test.serial(
  'an answer that waits for its client to come back is confirmed to its worker only then, for the broker may die before',
  async (t) => {
    const cluster = await Cluster.start(t, BACK_IN_TIME);
    const [worker, client] = [new Dealer({ linger: 0 }), new Dealer({ linger: 0 })];
    t.teardown(() => [worker, client].map((socket) => socket.close()));
    worker.connect(cluster.backend);
    client.connect(cluster.frontend);
    await worker.send(offered('late', 7));
    const [welcome] = await worker.receive();
    t.is(welcome!.readUInt32LE(4), 0);
    await client.send(repeated('late', 7));
    for await (const [batch] of client) if (batch!.includes('late')) break;
    const [confirmation] = await worker.receive();
    t.is(confirmation!.readUInt32LE(4), 1);
  },
);

test.serial('a classic worker that is killed does not take its job with it', async (t) => {
  const cluster = await Cluster.start(t);
  const workers = await Promise.all(
    [300, 300].map(async (ms) => cluster.own(classicWorker, cluster.backend, String(ms))),
  );
  await until('they are there', async () => (await cluster.status()).workers.length === 2);
  const call = classicCall(cluster, 'classic-job');
  const { pid } = await until('it starts', () => record.starts('classic-job')[0]);
  const victim = workers.find((worker) => worker.pid === pid)!;
  const other = workers.find((worker) => worker.pid !== pid)!;
  const killedAt = sharedClock();
  victim.signal('SIGKILL');
  const outcome = await call;
  const second = record.starts('classic-job')[1]!;
  t.true(second.at - killedAt < 1000, `${second.at - killedAt} ms`);
  t.deepEqual(record.wrongs([outcome], { lost: [pid] }), []);
  t.is(outcome.answer, `classic-job by ${other.pid} in 1`);
  const more = Array.from({ length: 5 }, (_, n) => classicCall(cluster, `classic-${n}`));
  t.deepEqual(record.wrongs(await Promise.all(more)), []);
});

test.serial('classic and native peers do jobs for each other', async (t) => {
  const cluster = await Cluster.start(t, '--default-type=A');
  await cluster.worker('native', { capacity: 4 });
  const asked = { job: 'classic-to-native', wait: 10 };
  const outcome = await classicCall(cluster, JSON.stringify(asked));
  t.is(outcome.answer, `classic-to-native by ${record.starts(asked.job)[0]!.pid} in 1`);
  await cluster.own(classicWorker, cluster.backend, '10');
  await until('it is there', async () => (await cluster.status()).workers.length === 2);
  const body = JSON.stringify({ job: 'to-any', wait: 200 });
  const client = cluster.client();
  const answers = await Promise.all(Array.from({ length: 5 }, () => client.call('A', body)));
  t.true(answers.every((answer) => answer.text().includes(' by ')));
  const shares = (await cluster.status()).workers.map(({ done }) => done);
  t.true(
    shares.every((done) => done > 0),
    String(shares),
  );
});

test.serial('over its limits the broker refuses, and what it has accepted is done', async (t) => {
  const limits = ['--waiting-jobs-max=5', '--connections-max=3', '--body-bytes-max=10000'];
  const cluster = await Cluster.start(t, ...limits);
  const worker = await cluster.worker('small');
  const client = cluster.client();
  const running = outcomeOf(client, 'A', { job: 'running', wait: 1000 });
  await until('it runs', () => record.starts('running').length > 0);
  const jobs = Array.from({ length: 12 }, (_, n) => outcomeOf(client, 'A', { job: `over-${n}` }));
  const outcomes = await Promise.all([running, ...jobs]);
  const taken = outcomes.filter(({ error }) => error === null);
  t.is(taken.length, 6);
  t.deepEqual(record.wrongs(taken), []);
  t.true(outcomes.every(({ error }) => error === null || error.code === 'BUSY'));
  t.is(await cluster.metric('latido_refusals_total', '"BUSY"'), 7);
  await t.throwsAsync(client.call('A', 'x'.repeat(10_001)), { code: 'BODY_TOO_LARGE' });
  await outcomeOf(cluster.client(), 'A', { job: 'third' });
  const heard: string[] = [];
  const fourth = new Client({
    broker: cluster.frontend,
    connectTimeoutMs: 1500,
    onEvent: ({ kind, detail }) => heard.push(`${kind} ${detail}`),
  });
  t.teardown(() => fourth.close());
  await t.throwsAsync(fourth.call('A', 'x'), { code: 'NO_BROKER' });
  t.true(heard[0]?.startsWith('refused CONNECTIONS_MAX'), String(heard));
  await worker.kill();
  await until('there is room again', () => heard.includes('connected '));
});

/** What a worker says that comes with one answer of another epoch. */
function offered(answer: string, call: number): Uint8Array[] {
  const batch = new Batch();
  batch.begin(Verb.READY, Flag.OPTIONS, 0, 1, 0);
  const instance = Buffer.alloc(16, 1);
  batch.raw(
    encodeOptions([
      [Tag.INSTANCE, instance],
      [Tag.TYPE, Buffer.from('A')],
    ]),
  );
  batch.begin(Verb.OFFER, Flag.STARTED | Flag.ENDED, 0, 3, 4);
  const fixed = Buffer.alloc(28, 2);
  fixed.writeUInt32LE(call, 4);
  batch.raw(fixed);
  batch.body(Buffer.from(answer), 0, answer.length);
  batch.begin(Verb.RESUMED, 0, 0, 0, 0);
  return batch.take(NO_SESSION, 0)[0]!;
}

/** What its client says when it comes back. */
function repeated(body: string, call: number): Uint8Array[] {
  const batch = new Batch();
  batch.begin(Verb.HELLO, Flag.OPTIONS, 0, 0, 0);
  batch.raw(encodeOptions([[Tag.INSTANCE, Buffer.alloc(16, 2)]]));
  batch.begin(Verb.TYPE, 0, 0, 0, 0);
  batch.body(Buffer.from('A'), 0, 1);
  batch.begin(Verb.SUBMIT, Flag.REPEAT, 0, call, 0);
  batch.body(Buffer.from(body), 0, body.length);
  batch.begin(Verb.RESUMED, 0, 0, 0, 0);
  return batch.take(NO_SESSION, 0)[0]!;
}

/** A REQ socket's call, as a course writes it. */
async function classicCall(cluster: Cluster, job: string): Promise<Outcome> {
  const socket = new Request({ linger: 0 });
  socket.connect(cluster.frontend);
  await socket.send(job);
  const [answer] = await socket.receive();
  socket.close();
  return { job, answer: answer!.toString(), error: null };
}
