/** Kept jobs through the SDK, against a broker that says what the test has it say. */

import test from 'ava';
import {
  Client,
  type Handle,
  LatidoError,
  PermanentError,
  type SubmitOptions,
  Worker,
} from '../src/index.ts';
import { Flag, Level, Status, Tag } from '../src/wire/verbs.ts';
import { FakeBroker, type Heard, type Said, u32 } from './support/fake-broker.ts';

const SESSION = 7;
const welcome: Said = { verb: 'WELCOME', a: 5, b: 250, body: u32(100_000) };
const GENERATED = /^@[0-9A-HJKMNP-TV-Z]{26}$/;

/** A client that a broker has welcomed. */
async function connected() {
  const broker = await FakeBroker.open();
  const client = new Client({ broker: broker.address });
  await broker.next('HELLO');
  await broker.say(SESSION, 0, welcome);
  const end = async () => {
    await client.close();
    broker.close();
  };
  return { broker, client, end };
}

type Connected = Awaited<ReturnType<typeof connected>>;

/** Has the job accepted; what was said of it, and its handle. */
async function accepted(
  { broker, client }: Connected,
  options?: SubmitOptions,
  level: number = Level.DISK,
) {
  const submitting = client.submit('A', 'x', options);
  const { record } = await broker.next('SUBMIT');
  await broker.say(SESSION, 0, { verb: 'ACCEPT', a: record.a, status: level });
  return { record, handle: await submitting };
}

const textOf = (record: Heard, tag: number) => record.options.get(tag)?.toString();

test('a submit resolves when its job is on disk, with an id that carries its time', async (t) => {
  const all = await connected();
  const { record, handle } = await accepted(all);
  t.is(record.body, 'x');
  t.is(textOf(record, Tag.ID), handle.id);
  t.regex(handle.id, GENERATED);
  t.deepEqual(record.options.get(Tag.LEVEL), Buffer.from([Level.DISK]));
  t.false(record.options.has(Tag.FOLLOW));
  t.is(handle.level, 'disk');
  const other = await accepted(all, { level: 'memory' }, Level.MEMORY);
  t.false(other.record.options.has(Tag.LEVEL));
  t.is(other.handle.level, 'memory');
  t.true(other.handle.id > handle.id);
  await all.end();
});

test('what is said of a job reaches the broker as options', async (t) => {
  const all = await connected();
  const deadline = 2 ** 41 + 5;
  const { record } = await accepted(all, {
    id: 'order-4711',
    priority: -3,
    delayMs: 1500,
    deadline: new Date(deadline),
    attemptsMax: 7,
    backoff: { kind: 'exponential', ms: 100, maxMs: 9000, jitter: 0.5 },
    key: 'account 42',
    answerTimeoutMs: 250,
  });
  const { options } = record;
  t.is(record.b, 250);
  t.is(textOf(record, Tag.ID), 'order-4711');
  t.is(options.get(Tag.PRIORITY)!.readInt8(), -3);
  const delayMs = options.get(Tag.DELAY)!.readUInt32LE();
  t.true(delayMs > 500 && delayMs <= 1500, 'what is left of it');
  t.is(options.get(Tag.DEADLINE)!.readBigUInt64LE(), BigInt(deadline));
  t.is(options.get(Tag.ATTEMPTS)!.readUInt16LE(), 7);
  const backoff = options.get(Tag.BACKOFF)!;
  t.deepEqual([...backoff.subarray(0, 2)], [1, 50]);
  t.deepEqual([backoff.readUInt32LE(2), backoff.readUInt32LE(6)], [100, 9000]);
  t.is(textOf(record, Tag.KEY), 'account 42');
  t.false(options.has(Tag.AT));
  const { record: later } = await accepted(all, { at: deadline });
  t.is(later.options.get(Tag.AT)!.readBigUInt64LE(), BigInt(deadline));
  t.false(later.options.has(Tag.DELAY));
  await all.end();
});

test('a wrong option is named with its value, and nothing is handed in', async (t) => {
  const all = await connected();
  const wrong = { id: '@mine' };
  for (const promise of [all.client.submit('A', 'x', wrong), all.client.call('A', 'x', wrong)]) {
    const error = await t.throwsAsync(promise, { instanceOf: LatidoError });
    t.like(error, { code: 'OPTION_INVALID' });
    t.regex(error!.message, /^option 'id' must be .*, got '@mine'$/);
  }
  t.like(await t.throwsAsync(all.client.attach('a b').answer()), { code: 'OPTION_INVALID' });
  t.like(await t.throwsAsync(all.client.attach('').cancel()), { code: 'OPTION_INVALID' });
  const { record } = await accepted(all);
  t.is(record.a, 1);
  await all.end();
});

test('the answer of a job can be asked for many times, by any client that knows its id', async (t) => {
  const { broker, client, end } = await connected();
  const handle: Handle<{ sum: number }> = client.attach('@01ARZ3NDEKTSV4RRFFQ69G5FAV');
  t.is(handle.level, null);
  for (const sum of [1, 2]) {
    const asking = handle.answer();
    const { record } = await broker.next('ATTACH');
    t.is(textOf(record, Tag.ID), handle.id);
    t.is(record.options.size, 1);
    const flags = Flag.KEPT;
    await broker.say(SESSION, 0, {
      verb: 'ANSWER',
      flags,
      a: record.a,
      b: 3,
      body: `{"sum":${sum}}`,
    });
    const answer = await asking;
    t.deepEqual([answer.json().sum, answer.attempts], [sum, 3]);
  }
  const unknown = handle.answer();
  const { record } = await broker.next('ATTACH');
  await broker.say(SESSION, 0, { verb: 'REFUSE', a: record.a, b: 12, body: 'no such job' });
  t.like(await t.throwsAsync(unknown), { code: 'JOB_UNKNOWN', message: 'no such job' });
  await end();
});

test('waiting for an answer ends by its timeout or its signal, and the job goes on', async (t) => {
  const { broker, client, end } = await connected();
  const handle = client.attach('order-1');
  const late = await t.throwsAsync(handle.answer({ timeoutMs: 30 }));
  t.like(late, { code: 'EXPIRED', details: { timeoutMs: 30 } });
  t.is(late!.message, 'no answer came within 30 ms; the job goes on');
  const { record } = await broker.next('ATTACH');
  t.is((await broker.next('CANCEL')).record.a, record.a);
  const stop = new AbortController();
  const waiting = handle.answer({ signal: stop.signal });
  const { record: second } = await broker.next('ATTACH');
  stop.abort('enough');
  t.like(await t.throwsAsync(waiting), { code: 'CANCELLED', details: 'enough' });
  t.is((await broker.next('CANCEL')).record.a, second.a);
  await end();
});

test('a job is cancelled by its id, unless it has ended', async (t) => {
  const { broker, client, end } = await connected();
  const cancelling = client.attach('order-1').cancel();
  const { record } = await broker.next('REVOKE');
  t.is(textOf(record, Tag.ID), 'order-1');
  await broker.say(SESSION, 0, { verb: 'ACCEPT', a: record.a, status: 1 });
  await t.notThrowsAsync(cancelling);
  const again = client.attach('order-1').cancel();
  const { record: second } = await broker.next('REVOKE');
  await broker.say(SESSION, 0, { verb: 'REFUSE', a: second.a, b: 13 });
  t.like(await t.throwsAsync(again), { code: 'JOB_ENDED' });
  await end();
});

test('a call at level disk waits for the answer of a job that the broker keeps', async (t) => {
  const { broker, client, end } = await connected();
  const levels: number[] = [];
  const calling = client.call('A', 'x', {
    level: 'disk',
    timeoutMs: 5000,
    onAccept: (level) => levels.push(level),
  });
  const { record } = await broker.next('SUBMIT');
  t.regex(textOf(record, Tag.ID)!, GENERATED);
  t.true(record.options.has(Tag.FOLLOW));
  t.true(record.options.has(Tag.EXPIRES));
  t.is(record.flags & Flag.ACCEPT, Flag.ACCEPT);
  const { a } = record;
  await broker.say(SESSION, 0, { verb: 'ACCEPT', a, status: 1 });
  await broker.say(SESSION, 0, { verb: 'ANSWER', flags: Flag.KEPT, a, b: 1, body: 'done' });
  t.is((await calling).text(), 'done');
  t.deepEqual(levels, [1]);
  const plain = client.call('A', 'x', { level: 'memory', priority: 2 });
  const { record: other } = await broker.next('SUBMIT');
  t.deepEqual([...other.options.keys()], [Tag.PRIORITY]);
  await broker.say(SESSION, 0, { verb: 'ANSWER', a: other.a, b: 1 });
  await plain;
  await end();
});

test('a submit that is given up before its accept says no more, and a refusal has its code', async (t) => {
  const { broker, client, end } = await connected();
  const stop = new AbortController();
  const given = client.submit('A', 'x', { signal: stop.signal });
  await broker.next('SUBMIT');
  stop.abort();
  t.like(await t.throwsAsync(given), { code: 'CANCELLED' });
  t.like(await t.throwsAsync(client.submit('A', 'x', { signal: stop.signal })), {
    code: 'CANCELLED',
  });
  const full = client.submit('A', 'x');
  const { record, message } = await broker.next('SUBMIT');
  t.is(record.a, 2);
  t.deepEqual(
    message.records.map(({ verb }) => verb),
    ['SUBMIT'],
  );
  await broker.say(SESSION, 0, { verb: 'REFUSE', a: 2, b: 9, body: 'full' });
  t.like(await t.throwsAsync(full), { code: 'DISK_FULL', message: 'full' });
  await end();
});

test('a handler is given id and fence of its job, and says when trying again does not help', async (t) => {
  const broker = await FakeBroker.open();
  const seen: unknown[] = [];
  const worker = new Worker({ broker: broker.address, capacity: 4 });
  worker.handle('A', (job) => {
    seen.push([job.id, job.fence]);
    if (job.text() === 'own') throw new PermanentError('no such account');
    const copy = Object.assign(new Error('a copy'), { name: 'PermanentError', code: 'GONE' });
    if (job.text() === 'copy') return Promise.reject(copy);
    throw new Error('try again');
  });
  const started = worker.start();
  await broker.next('READY');
  const fence = Buffer.alloc(8);
  fence.writeBigUInt64LE(2n ** 40n + 1n);
  const kept = { verb: 'DISPATCH', b: 1, fixed: [3, 100] } as const;
  await broker.say(
    SESSION,
    0,
    welcome,
    { verb: 'CLIENT', a: 3, body: Buffer.alloc(16, 7) },
    {
      ...kept,
      a: 1,
      options: [
        [Tag.ID, Buffer.from('order-1')],
        [Tag.FENCE, fence],
      ],
      body: 'own',
    },
    { ...kept, a: 2, options: [[Tag.ID, Buffer.from('order-2')]], body: 'copy' },
    { ...kept, a: 3, body: 'other' },
  );
  await started;
  const answers = new Map<number, Heard>();
  while (answers.size < 3) {
    const { record } = await broker.next('ANSWER');
    answers.set(record.a, record);
  }
  t.deepEqual(seen, [
    ['order-1', 2 ** 40 + 1],
    ['order-2', null],
    [`${'07'.repeat(16)}-100`, null],
  ]);
  const told = [1, 2, 3].map((a) => answers.get(a)!);
  t.deepEqual(
    told.map(({ flags }) => flags),
    [Flag.PERMANENT, Flag.PERMANENT, 0],
  );
  t.deepEqual(
    told.map(({ status }) => status),
    [Status.FAILED, Status.FAILED, Status.FAILED],
  );
  t.deepEqual(JSON.parse(told[1]!.body), { code: 'GONE', message: 'a copy' });
  await worker.close();
  broker.close();
});
