/** job.publish and client.subscribe on real sockets. */

import { fileURLToPath } from 'node:url';
import test from 'ava';
import { startBroker } from '../src/broker/server.ts';
import { Listener } from '../src/client/listener.ts';
import { ListeningSession } from '../src/client/listening.ts';
import { Client, type LatidoError, type Subscription, Worker } from '../src/index.ts';
import { brokerOptions, optionsFrom } from '../src/options.ts';
import { Tag } from '../src/wire/verbs.ts';
import { hearAll, say, u64 } from './support/fake-broker.ts';
import { until } from './support/poll.ts';
import { quietPort } from './support/processes.ts';
import { startTestBroker, startTestWorker } from './support/programs.ts';
import { cluster } from './support/sdk-cluster.ts';
import { SESSION, welcome } from './support/told.ts';
import { Wire } from './support/wire.ts';

const handlers = fileURLToPath(new URL('./support/handlers.ts', import.meta.url));

/** The texts of the next so many deliveries; with a `!` where something was missed. */
async function take(subscription: Subscription, count: number): Promise<string[]> {
  const texts: string[] = [];
  for await (const delivery of subscription) {
    texts.push(`${delivery.text()}${delivery.missed ? '!' : ''}`);
    if (texts.length === count) break;
  }
  return texts;
}

test('what a handler publishes reaches every subscriber once, and whom it names alone', async (t) => {
  const { client, end } = await cluster({
    say: (job) => {
      job.publish('news', job.body);
      job.publish('news', { to: 'ana' }, { only: ['ana'] });
      job.publish('news', 'to others', { but: ['ana', job.client] });
      job.publish('news', Buffer.alloc(100_000, 'x'), { only: [job.client] });
      return 'said';
    },
  });
  const ana = await client.subscribe('news', { as: 'ana' });
  const bea = await client.subscribe('news', { as: 'bea' });
  const own = await client.subscribe('news');
  const heard: string[] = [];
  const cleo = await client.subscribe('news', { onDelivery: (each) => heard.push(each.text()) });
  t.deepEqual([ana.name, own.name, own.channel], ['ana', cleo.name, 'news']);
  t.regex(own.name, /^[0-9a-f]{32}$/);
  t.is((await client.call('say', 'one')).text(), 'said');
  await client.call('say', 'two');
  t.deepEqual(await take(ana, 4), ['one', '{"to":"ana"}', 'two', '{"to":"ana"}']);
  t.deepEqual(await take(bea, 4), ['one', 'to others', 'two', 'to others']);
  const large = 'x'.repeat(100_000);
  t.deepEqual(await take(own, 4), ['one', large, 'two', large]);
  t.deepEqual(heard, ['one', large, 'two', large]);
  ana.end();
  t.is(await ana.ended, null);
  t.deepEqual(await take(ana, 1), []);
  await end();
  t.deepEqual([await bea.ended, await take(bea, 1)], [null, []]);
});

test('a delivery is bytes, text or JSON, and its bytes are yours to keep', async (t) => {
  const { client, end } = await cluster({
    say: (job) => {
      job.publish('news', { n: 1 });
      job.publish('news', Buffer.from([1, 2, 3]));
      return '';
    },
  });
  const subscription = await client.subscribe('news');
  await client.call('say', '');
  const taken = subscription[Symbol.asyncIterator]();
  const [first, second] = [(await taken.next()).value!, (await taken.next()).value!];
  t.deepEqual([first.json(), second.seq - first.seq], [{ n: 1 }, 1]);
  const { body } = second;
  t.is(second.body, body);
  await client.call('say', '');
  t.deepEqual(body, Buffer.from([1, 2, 3]));
  await end();
});

test('a handler that throws, that publishes what cannot be, or too much, publishes nothing', async (t) => {
  const names = Array.from({ length: 10_001 }, (_, n) => `n${n}`);
  const options = [
    { only: ['a'], but: ['b'] },
    { only: names },
    { but: ['x'.repeat(65)] },
    { seq: -1 },
    { seq: 2 ** 53 },
  ];
  const { client, end } = await cluster({
    throws: (job) => {
      job.publish('news', 'never');
      throw new Error('no');
    },
    rejects: async (job) => {
      job.publish('news', 'never');
      await Promise.reject(new Error('no'));
    },
    invalid: (job) => job.publish('a\nb', ''),
    options: (job) => job.publish('news', '', options[Number(job.text())]),
    large: (job) => job.publish('news', Buffer.alloc(17 * 1024 * 1024)),
    many: (job) => {
      for (let n = 0; n <= 10_000; n++) job.publish('news', '');
    },
    late: (job) => {
      setImmediate(() => job.publish('news', 'too late'));
    },
    last: (job) => job.publish('news', 'last'),
  });
  const subscription = await client.subscribe('news');
  const failure = async (type: string, body = '') => {
    const error = await t.throwsAsync<LatidoError>(client.call(type, body));
    return (error.details as { code: string }).code;
  };
  t.deepEqual([await failure('throws'), await failure('rejects')], ['FAILED', 'FAILED']);
  t.is(await failure('invalid'), 'CHANNEL_INVALID');
  for (const n of options.keys()) t.is(await failure('options', `${n}`), 'OPTION_INVALID');
  t.is(await failure('large'), 'BODY_TOO_LARGE');
  t.is(await failure('many'), 'OPTION_INVALID');
  await client.call('late', '');
  await client.call('last', '');
  t.deepEqual(await take(subscription, 1), ['last']);
  await end();
});

test('a job whose worker is killed publishes once, by the worker that ends it', async (t) => {
  const broker = await startTestBroker();
  t.teardown(() => broker.program.kill('SIGKILL'));
  const args = ['--type=publishes', `--handler=${handlers}`];
  const first = await startTestWorker(broker.backend, ...args);
  t.teardown(() => first.kill('SIGKILL'));
  const client = new Client({ broker: broker.frontend });
  t.teardown(() => client.close());
  const heard: string[] = [];
  await client.subscribe('news', { onDelivery: (each) => heard.push(each.text()) });
  const call = client.call('publishes', '');
  await first.line('stderr', /^started/);
  first.kill('SIGKILL');
  const second = await startTestWorker(broker.backend, ...args);
  t.teardown(() => second.kill('SIGKILL'));
  t.is((await call).attempts, 2);
  t.deepEqual(heard, ['attempt 2']);
});

test('what was published while a worker was cut off is delivered once when it is back', async (t) => {
  const { broker, client, end } = await cluster({ other: () => '' });
  const wire = await Wire.to(broker.backend);
  const finish = new AbortController();
  let starts = 0;
  const worker = new Worker({ broker: wire.address, capacity: 2 }).handle('slow', async (job) => {
    starts++;
    job.publish('news', `${job.text()} ${job.attempt}`);
    await new Promise((resolve) => finish.signal.addEventListener('abort', resolve));
    return 'done';
  });
  await worker.start();
  const heard: string[] = [];
  await client.subscribe('news', { onDelivery: (each) => heard.push(each.text()) });
  const calls = [client.call('slow', 'one'), client.call('slow', 'two')];
  await until('both run', () => starts === 2);
  wire.cut();
  finish.abort();
  await until('the cut', () => wire.open === 0);
  wire.mend();
  await Promise.all(calls);
  t.deepEqual(heard.toSorted(), ['one 1', 'two 1']);
  await worker.drain();
  t.is(heard.length, 2);
  wire.close();
  await end();
});

test('a client that was cut off is given what it missed, once and in order', async (t) => {
  const { broker, client, end } = await cluster({
    say: (job) => job.publish('news', job.body),
  });
  const wire = await Wire.to(broker.frontend);
  const events: string[] = [];
  const reader = new Client({ broker: wire.address, onEvent: ({ kind }) => events.push(kind) });
  const news = await reader.subscribe('news');
  for (let round = 0; round < 3; round++) {
    await client.call('say', `${round} before`);
    wire.cut();
    await client.call('say', `${round} meanwhile`);
    await until('the cut', () => events.filter((kind) => kind === 'disconnected').length > round);
    await client.call('say', `${round} away`);
    wire.mend();
    await until(
      'it is back',
      () => events.filter((kind) => kind === 'connected').length > round + 1,
    );
    await client.call('say', `${round} back`);
  }
  const rounds = [0, 1, 2].map((n) =>
    ['before', 'meanwhile', 'away', 'back'].map((at) => `${n} ${at}`),
  );
  t.deepEqual(await take(news, 12), rounds.flat());
  await reader.close();
  wire.close();
  await end();
});

test('after a restart of the broker a subscription goes on, and says that something may be missed', async (t) => {
  const [front, back] = [await quietPort(), await quietPort()];
  const at = { frontend: `tcp://127.0.0.1:${front}`, backend: `tcp://127.0.0.1:${back}` };
  const start = () =>
    startBroker(optionsFrom(brokerOptions, { ...at, http: 'off', memory: true }), () => {});
  let broker = await start();
  const worker = new Worker({ broker: at.backend });
  await worker.handle('say', (job) => job.publish('news', job.body)).start();
  const client = new Client({ broker: at.frontend });
  const news = await client.subscribe('news');
  await client.call('say', 'one');
  await broker.close();
  // An address that was just left is free again a moment later.
  broker = await until('the address', () => start().catch(() => null));
  await client.call('say', 'two');
  await client.call('say', 'three');
  t.deepEqual(await take(news, 3), ['one', 'two!', 'three']);
  await client.close();
  await worker.close();
  await broker.close();
});

test('a subscription that cannot be had is rejected with the code that says why', async (t) => {
  const { broker, client, end } = await cluster({ other: () => '' });
  const codeOf = async (subscribing: Promise<unknown>) =>
    (await t.throwsAsync<LatidoError>(subscribing)).code;
  t.is(await codeOf(client.subscribe('')), 'CHANNEL_INVALID');
  t.is(await codeOf(client.subscribe('x'.repeat(129))), 'CHANNEL_INVALID');
  t.is(await codeOf(client.subscribe('news', { as: 'a\tb' })), 'OPTION_INVALID');
  const lost = new Client({ broker: 'tcp://127.0.0.1:9', connectTimeoutMs: 100 });
  t.is(await codeOf(lost.subscribe('news')), 'NO_BROKER');
  const open = codeOf(lost.subscribe('news'));
  await lost.close();
  t.regex(await open, /^(?:CLOSED|NO_BROKER)$/);
  t.is(await codeOf(lost.subscribe('news')), 'CLOSED');
  t.truthy(broker);
  await end();
});

test('a subscription goes on in another session when the numbers of an instance are used up', (t) => {
  const [first, second] = [1, 2].map(
    (byte) => new ListeningSession({ instance: Buffer.alloc(16, byte) }),
  );
  const heard: number[] = [];
  const ear = { delivered: ({ seq }: { seq: number }) => heard.push(seq), ended: () => {} };
  const listener = new Listener('news', '', ear);
  for (const session of [first!, second!]) {
    session.connected(0);
    session.take(0);
    session.receive(0, say(SESSION, 0, welcome));
    session.take(0);
  }
  first!.subscribe(listener);
  const since = [[Tag.SINCE, u64(4)]] as const;
  const delivery = { verb: 'DELIVER', a: 1, fixed: [u64(5), u64(4)] } as const;
  first!.receive(0, say(SESSION, 0, { verb: 'ACCEPT', a: 1, options: since }, delivery));
  first!.take(0);
  for (const each of first!.releaseAll()) second!.subscribe(each);
  t.is(hearAll(first!.take(0))[0]!.verb, 'CANCEL');
  const [said] = hearAll(second!.take(0));
  t.is(said!.options.get(Tag.SINCE)!.readBigUInt64LE(), 5n);
  first!.receive(0, say(SESSION, 0, { ...delivery, fixed: [u64(6), u64(5)] }));
  t.deepEqual(heard, [5]);
});
