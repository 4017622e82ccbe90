/** The SDK in programs that do what they should not, or do it where nothing is as it should be. */

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { LatidoError, Worker } from '../src/index.ts';
import { cluster } from './support/sdk-cluster.ts';

const BYTES = Uint8Array.of(1, 255);
const PROGRAM = fileURLToPath(new URL('support/throwing-program.ts', import.meta.url));

test('what the functions of a program throw is an error of the program: its jobs and connections go on', async (t) => {
  const { broker, end } = await cluster({ other: () => '' });
  const args = [PROGRAM, broker.frontend, broker.backend];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 20_000 });
  t.deepEqual(JSON.parse(stdout), {
    heard: ['answer', 'answer', 'answer'],
    uncaught: [
      'chat',
      'client',
      'load',
      'onAccept',
      'onDelivery',
      'onPart',
      'onProgress',
      'worker',
    ],
  });
  await end();
});

test('bytes are a body in whatever they come', async (t) => {
  const { client, end } = await cluster({ echo: (job) => job.body, buffer: () => BYTES.buffer });
  const shared = new SharedArrayBuffer(2);
  new Uint8Array(shared).set(BYTES);
  const words = new Uint16Array(BYTES.buffer.slice(0));
  for (const body of [BYTES, BYTES.buffer, shared, words, new DataView(BYTES.buffer)])
    t.deepEqual([...(await client.call('echo', body)).bytes], [...BYTES], body.constructor.name);
  t.is((await client.call('echo', new DataView(BYTES.buffer, 1, 0))).bytes.length, 0);
  t.deepEqual([...(await client.call('buffer', '')).bytes], [...BYTES]);
  await end();
});

const UNREADABLE = new Proxy(
  {},
  {
    get() {
      throw new Error('not for you');
    },
  },
);

test('whatever a handler throws is told, and its worker goes on', async (t) => {
  const thrown = [
    [null, 'null'],
    [Object.create(null), 'The handler threw something that cannot be shown.'],
    [UNREADABLE, 'The handler threw something that cannot be shown.'],
    [Object.assign(new Error('x'), { message: 10n }), /^Error: 10$/],
    [{ message: 'of another realm', code: 'EOTHER' }, 'of another realm'],
    [{ no: 'message' }, '[object Object]'],
    [new Error('x'.repeat(2 ** 21)), `${'x'.repeat(10_000)}…`],
  ] as const;
  const { client, end } = await cluster({
    now: (job) => {
      throw thrown[job.json() as number]?.[0];
    },
    later: (job) => Promise.reject(thrown[job.json() as number]?.[0]),
  });
  for (const type of ['now', 'later']) {
    for (const [at, [, message]] of thrown.entries()) {
      const error = await t.throwsAsync(client.call(type, at), {
        instanceOf: LatidoError,
        message,
      });
      t.is(error?.code, 'FAILED');
      if (at === 4) t.like(error?.details, { code: 'EOTHER' });
    }
  }
  await end();
});

test('an address that nobody can connect to is named, and keeps no program running', async (t) => {
  const index = fileURLToPath(new URL('../src/index.ts', import.meta.url));
  const addresses = ['tcp://127.0.0.1:*', 'tcp://*:9998', 'tcp://127.0.0.1:0', 'tcp://a_b!:9998'];
  const program = `
    import { Client, Worker } from '${index}';
    for (const broker of ${JSON.stringify(addresses)}) {
      try { new Client({ broker }); } catch ({ message }) { console.log(message); }
      try { await new Worker({ broker }).handle('A', () => {}).start(); } catch ({ message }) { console.log(message); }
    }`;
  const args = ['--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 10_000 });
  for (const address of addresses) {
    const named = stdout.split('\n').filter((line) => line.includes(`got '${address}'`));
    t.is(named.length, 2, stdout);
    for (const line of named) t.regex(line, /^option 'broker' must be an address/);
  }
});

test('a worker that has nothing in hand leaves at once, whether there is a broker or not', async (t) => {
  const { broker, end } = await cluster({ other: () => '' });
  const idle = new Worker({ broker: broker.backend }).handle('A', () => 'done');
  await idle.start();
  await end();
  await within(2000, idle.drain());
  const alone = new Worker({ broker: broker.backend }).handle('A', () => 'done');
  const started = alone.start();
  await within(2000, alone.drain());
  await t.throwsAsync(started, { instanceOf: LatidoError, code: 'CLOSED', message: /worker/ });
});

async function within(ms: number, promise: Promise<void>): Promise<void> {
  const signal = AbortSignal.timeout(ms);
  await Promise.race([promise, once(signal, 'abort').then(() => Promise.reject(signal.reason))]);
}
