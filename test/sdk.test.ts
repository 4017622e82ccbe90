/** The public SDK on real sockets: against a scripted broker, and against the real one. */

import { execFile } from 'node:child_process';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import test from 'ava';
import { Client, type Handler, LatidoError, type PeerEvent, Worker } from '../src/index.ts';
import { FakeBroker, u32 } from './support/fake-broker.ts';
import { until } from './support/poll.ts';
import { cluster } from './support/sdk-cluster.ts';

const WELCOME = { verb: 'WELCOME', a: 1, b: 250, body: u32(1_000_000) } as const;

interface Jobs {
  resize: { input: { width: number }; answer: { pixels: number } };
}

test('a call is answered with bytes, text or JSON, and any number may be in flight', async (t) => {
  const { client, end } = await cluster({
    echo: (job) => job.body,
    double: async (job) => ({
      twice: (job.json() as number) * 2,
      id: job.id,
      attempt: job.attempt,
    }),
    nothing: () => undefined,
  });
  t.is((await client.call('echo', 'héllo')).text(), 'héllo');
  t.deepEqual((await client.call('echo', Buffer.from([0, 255]))).bytes, Buffer.from([0, 255]));
  const { twice, id, attempt } = (await client.call('double', 21)).json();
  t.is(twice, 42);
  t.is(attempt, 1);
  t.regex(id, /^[0-9a-f]{32}-\d+$/);
  t.is((await client.call('nothing', '')).bytes.length, 0);
  const large = Buffer.alloc(1_000_000, 'x');
  t.true(large.equals((await client.call('echo', large)).bytes));
  const bodies = Array.from({ length: 2000 }, (_, i) => `body ${i}`);
  const answers = await Promise.all(bodies.map((body) => client.call('echo', body)));
  t.deepEqual(
    answers.map((answer) => answer.text()),
    bodies,
  );
  await end();
});

test('parts and progress come before the answer, in order', async (t) => {
  const { client, end } = await cluster({
    parts: async (job) => {
      job.part('one');
      await sleep(5);
      job.progress(0.5, 'half');
      job.part({ two: 2 });
      return 'end';
    },
  });
  const stream = client.stream('parts', '');
  const parts: unknown[] = [];
  for await (const part of stream) parts.push(part.progress ?? part.text());
  t.deepEqual(parts, ['one', { fraction: 0.5, note: 'half' }, '{"two":2}']);
  t.is((await stream.answer).text(), 'end');
  const seen: unknown[] = [];
  await client.call('parts', '', {
    onPart: (part) => seen.push(part.text()),
    onProgress: (progress) => seen.push(progress.fraction),
    onAccept: (level) => seen.push(`level ${level}`),
  });
  t.deepEqual(seen, ['level 0', 'one', 0.5, '{"fraction":0.5,"note":"half"}', '{"two":2}']);
  await end();
});

test('what goes wrong is a LatidoError whose code says what', async (t) => {
  const { client, end } = await cluster({
    throws: () => {
      throw Object.assign(new Error('no such picture'), { code: 'ENOENT' });
    },
    rejects: () => Promise.reject(new Error('later')),
    text: () => {
      throw 'just text';
    },
    circular: () => {
      const loop: Record<string, unknown> = {};
      loop.self = loop;
      return loop;
    },
    hangs: () => new Promise(() => {}),
  });
  const codeOf = async (type: string, options = {}) => {
    const error = await t.throwsAsync<LatidoError>(client.call(type, '', options), {
      instanceOf: LatidoError,
    });
    return error;
  };
  const failed = await codeOf('throws');
  t.deepEqual(
    [failed.code, failed.message, failed.details],
    ['FAILED', 'no such picture', { code: 'ENOENT', message: 'no such picture' }],
  );
  t.is((await codeOf('rejects')).message, 'later');
  t.is((await codeOf('text')).message, 'just text');
  t.regex((await codeOf('circular')).message, /circular/);
  t.is((await codeOf('hangs', { timeoutMs: 30 })).code, 'EXPIRED');
  t.is((await codeOf('nobody serves', { timeoutMs: 30 })).code, 'EXPIRED');
  t.is((await codeOf('')).code, 'TYPE_INVALID');
  t.is(
    (await codeOf('throws', { priority: 101 })).message,
    "option 'priority' must be at most 100, got 101",
  );
  const dead = await codeOf('hangs', { answerTimeoutMs: 20 });
  t.is(dead.code, 'ATTEMPTS_EXHAUSTED');
  t.is((dead.details as { causes: unknown[] }).causes.length, 3);
  const open = t.throwsAsync<LatidoError>(client.call('hangs', ''), { message: /closed/ });
  await end();
  t.is((await open).code, 'CLOSED');
  t.is((await codeOf('hangs')).code, 'CLOSED');
});

test('a signal cancels a running job: its handler is told, and the caller at once', async (t) => {
  let starts = 0;
  let stops = 0;
  const { client, end } = await cluster({
    waits: (job) => {
      starts++;
      return new Promise(() => job.signal.addEventListener('abort', () => stops++));
    },
  });
  const cancel = new AbortController();
  const call = client.call('waits', '', { signal: cancel.signal });
  await until('the start', () => starts === 1);
  cancel.abort('enough');
  const error = await t.throwsAsync<LatidoError>(call);
  t.deepEqual([error.code, error.details], ['CANCELLED', 'enough']);
  await until('the stop', () => stops === 1);
  const late = client.call('waits', '', { signal: cancel.signal });
  t.is((await t.throwsAsync<LatidoError>(late)).code, 'CANCELLED');
  await end();
});

test('an answer kept by the program does not change when more is received', async (t) => {
  const { client, end } = await cluster({ echo: (job) => job.body });
  const [first] = await Promise.all([client.call('echo', 'first'), client.call('echo', 'other')]);
  const { bytes } = first!;
  t.is(bytes, first!.bytes);
  await client.call('echo', 'later!');
  t.is(Buffer.from(bytes).toString(), 'first');
  await end();
});

test('a worker that drains finishes what runs, and the rest is done by others', async (t) => {
  let starts = 0;
  const finish = new AbortController();
  const first: Handler = (job) => {
    starts++;
    return new Promise((resolve) => {
      finish.signal.addEventListener('abort', () => resolve(`first ${job.attempt}`));
    });
  };
  const { broker, client, worker, end } = await cluster({ slow: first }, 2);
  const calls = Array.from({ length: 6 }, () => client.call('slow', ''));
  await until('two starts', () => starts === 2);
  const drained = worker.drain();
  const other = new Worker({ broker: broker.backend });
  await other.handle('slow', (job) => `second ${job.attempt}`).start();
  await Promise.all(calls.slice(2));
  finish.abort();
  await drained;
  const answers = (await Promise.all(calls)).map((answer) => answer.text());
  t.deepEqual(answers, ['first 1', 'first 1', ...new Array(4).fill('second 1')]);
  await other.drain();
  await end();
});

test('a client finds a broker that was away: its open call is repeated, not made anew', async (t) => {
  const events: string[] = [];
  const first = await FakeBroker.open();
  const client = new Client({
    broker: first.address,
    onEvent: ({ kind }: PeerEvent) => events.push(kind),
  });
  const answer = client.call('A', 'body');
  await first.next('HELLO');
  await first.say(1, 0, WELCOME);
  const { record } = await first.next('SUBMIT');
  first.close();
  const second = await FakeBroker.open(first.address);
  await second.next('HELLO');
  await second.say(2, 0, WELCOME);
  const again = await second.next('SUBMIT');
  t.is(again.record.a, record.a);
  t.is(again.record.flags, 4);
  t.is(again.message.session, 2);
  await second.say(2, 0, { verb: 'ANSWER', a: record.a, b: 1, body: 'here' });
  t.is((await answer).text(), 'here');
  t.deepEqual(events, ['connected', 'disconnected', 'connected']);
  const bye = second.next('BYE');
  await client.close();
  await bye;
  second.close();
});

test('without a broker a call ends NO_BROKER after connectTimeoutMs', async (t) => {
  const client = new Client({ broker: 'tcp://127.0.0.1:9', connectTimeoutMs: 100 });
  const error = await t.throwsAsync<LatidoError>(client.call('A', ''));
  t.is(error.code, 'NO_BROKER');
  await client.close();
});

test('options that cannot be are named with their value', (t) => {
  const messageOf = (make: () => unknown) => t.throws<LatidoError>(make).message;
  t.is(
    messageOf(() => new Client({ broker: 'localhost' })),
    "option 'broker' must be an address like tcp://127.0.0.1:9998, got 'localhost'",
  );
  t.is(
    messageOf(() => new Worker({ capacity: 0 })),
    "option 'capacity' must be at least 1, got 0",
  );
  t.regex(
    messageOf(() => new Worker({ chaos: 'crash=2' })),
    /^option 'chaos' .* got 'crash=2'$/,
  );
  t.regex(
    messageOf(() => new Worker({ chaos: 'slow=0.5' })),
    /got 'slow=0.5'$/,
  );
  t.regex(
    messageOf(() => new Worker({ load: -1 })),
    /^option 'load' must be /,
  );
  t.regex(
    messageOf(() => new Worker().handle(' ', () => '')),
    /^option 'type' must be /,
  );
});

test('chaos fails, slows, stalls and hangs jobs as often as it was told to', async (t) => {
  const { broker, client, end } = await cluster({ sound: (job) => job.body });
  const start = async (type: string, chaos: string) => {
    const worker = new Worker({ broker: broker.backend, chaos }).handle(type, (job) => job.body);
    await worker.start();
    return worker;
  };
  const fails = await start('fails', 'fail=1');
  const slows = await start('slows', 'slow=1:60');
  const hangs = await start('hangs', 'hang=1');
  const failed = await t.throwsAsync<LatidoError>(client.call('fails', ''));
  t.is((failed.details as { code: string }).code, 'CHAOS');
  const from = performance.now();
  t.is((await client.call('slows', 'still done')).text(), 'still done');
  t.true(performance.now() - from >= 55);
  const stalls = await start('stalls', 'stall=1:60');
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  t.is((await client.call('stalls', 'done as well')).text(), 'done as well');
  t.true(delays.max >= 55e6);
  await t.throwsAsync(client.call('hangs', '', { timeoutMs: 50 }));
  await Promise.all([fails.drain(), slows.drain(), stalls.drain(), hangs.close()]);
  await end();
});

test('a program ends by itself after close, and after drain', async (t) => {
  const { broker, end } = await cluster({ echo: (job) => job.body });
  const program = `
    import { Client, Worker } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)};
    const worker = new Worker({ broker: '${broker.backend}' }).handle('A', (job) => job.body);
    await worker.start();
    const client = new Client({ broker: '${broker.frontend}' });
    console.log((await client.call('A', 'alive')).text());
    await client.close();
    await worker.drain();`;
  const args = ['--input-type=module', '-e', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 10_000 });
  t.is(stdout, 'alive\n');
  await end();
});

test('a map of job types is checked by the compiler', (t) => {
  t.is(typeof typed, 'function');
});

/** Never called: that it compiles, and that the marked lines do not, is the test. */
async function typed(client: Client<Jobs>, worker: Worker<Jobs>): Promise<number> {
  worker.handle('resize', (job) => ({ pixels: job.json().width ** 2 }));
  worker.handle('resize', async (job) => ({ pixels: job.json().width ** 2 }));
  // @ts-expect-error: the answer lacks its pixels
  worker.handle('resize', () => ({ width: 1 }));
  // @ts-expect-error: there is no such type
  worker.handle('rotate', () => ({ pixels: 1 }));
  // @ts-expect-error: the width is a number
  await client.call('resize', { width: '1' });
  // @ts-expect-error: there is no such type
  await client.call('rotate', { width: 1 });
  const answer = await client.call('resize', { width: 1 });
  // @ts-expect-error: there is no height in the answer
  answer.json().height;
  const streamed = await client.stream('resize', { width: 1 }).answer;
  return answer.json().pixels + streamed.json().pixels;
}
