/** What is seen of a job by an SDK of OpenTelemetry, and what a job carries for it. */

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { context, createTraceState, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import test from 'ava';
import { Client, type Job, LatidoError, Worker } from '../src/index.ts';
import { encodeOptions, type Item, textItem } from '../src/wire/items.ts';
import { Flag, Tag, Verb } from '../src/wire/verbs.ts';
import { Cluster } from './support/cluster.ts';
import { FakeBroker, hearAll, u32 } from './support/fake-broker.ts';
import { OpenDoors, type Peer } from './support/open-doors.ts';
import { until } from './support/poll.ts';
import { Record } from './support/record.ts';
import { cluster } from './support/sdk-cluster.ts';
import { forgetSpans, register, type Seen, spansHere, spansIn } from './support/spans.ts';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const TRACE_ID = PARENT.split('-')[1]!;
const record = new Record();

/** What was active when a job was handed in, in another process: with a tracestate. */
const remote = trace.setSpanContext(ROOT_CONTEXT, {
  traceId: TRACE_ID,
  spanId: PARENT.split('-')[2]!,
  traceFlags: 1,
  traceState: createTraceState('vendor=told'),
  isRemote: true,
});

function named(spans: readonly Seen[], name: string): Seen {
  const found = spans.find((span) => span.name === name);
  if (found === undefined) throw new Error(`no span ${name}: ${JSON.stringify(spans)}`);
  return found;
}

/** Hands in a job with these options; its DISPATCH at a worker that is gone right after it. */
function handedOn(doors: OpenDoors, client: Peer, call: number, items: readonly Item[]) {
  client.batch.begin(Verb.SUBMIT, Flag.OPTIONS, 0, call, 0);
  client.batch.raw(encodeOptions(items));
  client.say();
  const worker = doors.peer('backend').ready(call, 'A', 1).record(Verb.RESUMED, 0, 0, 0).say();
  doors.turn();
  const dispatched = hearAll(worker.messages).find(({ verb }) => verb === 'DISPATCH')!;
  worker.ended();
  doors.turn();
  const textOf = (tag: number) => dispatched.options.get(tag)?.toString() ?? '';
  return [textOf(Tag.TRACE), textOf(Tag.TRACE_STATE)];
}

function doorsWithClient() {
  const doors = new OpenDoors();
  const client = doors.peer('frontend').hello(1).type('A');
  return { doors, client: client.say() };
}

test.serial('each attempt is told the trace of its job, as it was handed in', (t) => {
  const { doors, client } = doorsWithClient();
  const items = [textItem(Tag.TRACE, PARENT), textItem(Tag.TRACE_STATE, 'a=1,b=2')];
  t.deepEqual(handedOn(doors, client, 1, items), [PARENT, 'a=1,b=2']);
  const again = doors.peer('backend').ready(9, 'A', 1).record(Verb.RESUMED, 0, 0, 0).say();
  doors.turn();
  const [second] = hearAll(again.messages).filter(({ verb }) => verb === 'DISPATCH');
  t.is(second!.options.get(Tag.ATTEMPT)!.readUInt16LE(), 2);
  t.is(second!.options.get(Tag.TRACE)!.toString(), PARENT);
  t.is(second!.options.get(Tag.TRACE_STATE)!.toString(), 'a=1,b=2');
});

test.serial('what is no trace is left out and counted, and its job is done without it', (t) => {
  const wrong = [
    '',
    PARENT.slice(1),
    `${PARENT}0`,
    PARENT.toUpperCase(),
    PARENT.replace('00-', 'ff-'),
    PARENT.replace(TRACE_ID, '0'.repeat(32)),
    PARENT.replace('b7ad6b7169203331', '0'.repeat(16)),
    PARENT.replace('-01', '_01'),
  ];
  const { doors, client } = doorsWithClient();
  for (const [at, parent] of wrong.entries()) {
    t.deepEqual(handedOn(doors, client, at + 1, [textItem(Tag.TRACE, parent)]), ['', ''], parent);
    doors.broker.cancel(doors.now, [...doors.broker.state.clients][0]!, at + 1);
  }
  t.is(doors.traffic.drops.get('trace'), wrong.length);
  const parent = textItem(Tag.TRACE, PARENT);
  for (const [at, state] of ['', 'x'.repeat(513), 'a=\n', 'ä=1'].entries()) {
    const items = [textItem(Tag.TRACE_STATE, state), parent];
    t.deepEqual(handedOn(doors, client, 100 + at, items), [PARENT, ''], state);
    doors.broker.cancel(doors.now, [...doors.broker.state.clients][0]!, 100 + at);
  }
  const longest = 'x'.repeat(512);
  const items = [parent, textItem(Tag.TRACE_STATE, longest)];
  t.deepEqual(handedOn(doors, client, 200, items), [PARENT, longest]);
});

test.serial(
  'without an SDK nothing of a trace is sent, and the API is not even loaded',
  async (t) => {
    const broker = await FakeBroker.open();
    const client = new Client({ broker: broker.address });
    await broker.next('HELLO');
    await broker.say(7, 0, { verb: 'WELCOME', a: 5, b: 250, body: u32(100_000) });
    const calls = [client.call('A', 'x'), client.call('A', 'x', { id: 'kept' })];
    t.is((await broker.next('SUBMIT')).record.options.size, 0);
    const { options } = (await broker.next('SUBMIT')).record;
    t.deepEqual([...options.keys()], [Tag.ID, Tag.FOLLOW]);
    await client.close();
    await Promise.allSettled(calls);
    broker.close();
    const alone = fileURLToPath(new URL('./support/without-sdk.ts', import.meta.url));
    const { broker: real, end } = await cluster({ B: () => '' });
    const addresses = [real.frontend, real.backend];
    const { stdout } = await promisify(execFile)(process.execPath, [alone, ...addresses]);
    t.deepEqual(JSON.parse(stdout), { answer: 'null ""', loaded: [] });
    await end();
  },
);

test.serial(
  'a handler can read the trace of its job, whether its broker has an SDK or not',
  async (t) => {
    const seen = ({ traceparent, tracestate }: Job) => ({ traceparent, tracestate });
    const { client, end } = await cluster({ A: seen });
    t.deepEqual((await client.call('A', '')).json(), { traceparent: null, tracestate: '' });
    const unregister = register();
    await context.with(remote, async () => {
      const told = (await client.call('A', '')).json() as ReturnType<typeof seen>;
      const { spanId } = named(spansHere(), 'submit A');
      t.deepEqual(told, { traceparent: `00-${TRACE_ID}-${spanId}-01`, tracestate: 'vendor=told' });
    });
    const names = spansHere().map(({ name }) => name);
    t.false(names.includes('dispatch A'), 'this broker began without an SDK');
    unregister();
    forgetSpans();
    await end();
  },
);

test.serial('from the call over each attempt to the handler: one trace', async (t) => {
  const unregister = register();
  const tracer = trace.getTracer('test');
  let inner = '';
  const handler = async (job: Job) => {
    await Promise.resolve();
    inner = trace.getActiveSpan()!.spanContext().spanId;
    if (job.text() === 'outer') await client.call('B', 'inner');
    return 'done';
  };
  const { client, end } = await tracer.startActiveSpan('start-up', (span) => {
    span.end();
    return cluster({ A: handler, B: () => 'done' });
  });
  forgetSpans();
  await context.with(remote, () => client.call('A', 'outer'));
  const spans = await until('the spans', () => {
    const all = spansHere();
    return all.length === 6 && all;
  });
  const chain = ['submit A', 'dispatch A', 'process A', 'submit B', 'dispatch B', 'process B'];
  let parent = PARENT.split('-')[2]!;
  for (const name of chain) {
    const span = named(spans, name);
    t.is(span.parent, parent, name);
    t.deepEqual([span.traceId, span.state, span.error], [TRACE_ID, 'vendor=told', null]);
    t.is(span.attributes['messaging.destination.name'], name.slice(-1));
    parent = span.spanId;
  }
  const [submit, dispatch, processed] = chain.map((name) => named(spans, name)) as Seen[];
  t.deepEqual(
    [submit!.kind, dispatch!.kind, processed!.kind],
    ['PRODUCER', 'PRODUCER', 'CONSUMER'],
  );
  t.is(processed!.spanId, inner, 'the span is active while its handler runs');
  const id = submit!.attributes['messaging.message.id'];
  t.regex(String(id), /^[0-9a-f]{32}-1$/);
  t.is(processed!.attributes['messaging.message.id'], id);
  t.is(dispatch!.attributes['messaging.message.id'], id);
  t.is(submit!.attributes['latido.attempts'], 1);
  t.is(processed!.attributes['latido.attempt'], 1);
  forgetSpans();
  await client.call('B', '');
  const [root] = spansHere().filter(({ name }) => name === 'submit B');
  t.is(root!.parent, null);
  t.not(named(spansHere(), 'process B').traceId, TRACE_ID);
  unregister();
  forgetSpans();
  await end();
});

test.serial('an error is told by the spans of handler, attempt and call', async (t) => {
  const unregister = register();
  const fail = async () => {
    throw Object.assign(new Error('no paper'), { code: 'PAPER' });
  };
  const wait = (job: Job) =>
    new Promise((_, reject) => {
      job.signal.addEventListener('abort', () => reject(new Error('told to stop')));
    });
  const { client, end } = await cluster({ A: fail, B: wait });
  await t.throwsAsync(client.call('A', ''), { instanceOf: LatidoError, message: 'no paper' });
  const failed = await until('the spans', () => {
    const all = spansHere();
    return all.length === 3 && all;
  });
  t.deepEqual(
    ['process A', 'dispatch A', 'submit A'].map((name) => {
      const { error, attributes, events } = named(failed, name);
      return [error, attributes['error.type'], events];
    }),
    [
      ['no paper', 'PAPER', ['exception']],
      ['failed', 'failed', []],
      ['no paper', 'FAILED', ['exception']],
    ],
  );
  forgetSpans();
  await t.throwsAsync(client.call('B', '', { timeoutMs: 50 }));
  const expired = await until('the spans', () => {
    const all = spansHere();
    return all.length === 3 && all;
  });
  t.is(named(expired, 'submit B').attributes['error.type'], 'EXPIRED');
  t.is(named(expired, 'dispatch B').error, 'withdrawn');
  t.is(named(expired, 'process B').error, 'told to stop');
  unregister();
  forgetSpans();
  await end();
});

test.serial(
  'a worker that is killed and a broker that starts again do not lose the trace',
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'latido-spans-'));
    t.teardown(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
    const file = join(folder, 'spans.ndjson');
    const sdk = new URL('./support/spans.ts', import.meta.url).href;
    const environment = { NODE_OPTIONS: `--import=${sdk}`, LATIDO_TEST_SPANS: file };
    const data = ['--memory=false', `--data=${join(folder, 'data')}`, '--adopt-ms=200'];
    const all = await Cluster.startWith(t, environment, ...data);
    const unregister = register();
    const first = await all.worker('k1', { environment });
    const before = all.broker.pid;
    const job = { job: 'traced', wait: 400 };
    const handle = await context.with(remote, () =>
      all.client().submit('A', job, { id: 'traced' }),
    );
    await until('it runs', () => record.starts('traced').length === 1);
    await first.kill();
    await until('it is given up', () => spansIn(file).length === 1);
    await all.broker.kill();
    await all.startBroker();
    const second = await all.worker('k2', { environment });
    await handle.answer();
    unregister();
    const spans = await until('the spans', () => {
      const known = spansIn(file);
      return known.length === 3 && known;
    });
    const [submit, answer] = spansHere();
    t.deepEqual([submit!.name, submit!.kind, submit!.traceId], ['submit A', 'PRODUCER', TRACE_ID]);
    t.deepEqual([answer!.name, answer!.kind], ['answer', 'CLIENT']);
    t.is(answer!.attributes['messaging.message.id'], 'traced');
    const attempts = spans.filter(({ name }) => name === 'dispatch A');
    t.deepEqual(
      attempts.map(({ pid, parent, traceId, error, attributes }) => {
        return [
          pid,
          parent,
          traceId,
          error,
          attributes['latido.attempt'],
          attributes['latido.worker'],
        ];
      }),
      [
        [before, submit!.spanId, TRACE_ID, 'worker-gone', 1, 'k1'],
        [all.broker.pid, submit!.spanId, TRACE_ID, null, 2, 'k2'],
      ],
    );
    const processed = named(spans, 'process A');
    t.is(processed.pid, second.pid);
    t.is(processed.parent, attempts[1]!.spanId);
    t.deepEqual([processed.traceId, processed.state], [TRACE_ID, 'vendor=told']);
    t.is(processed.attributes['latido.attempt'], 2);
    forgetSpans();
  },
);

test.serial('a call that is said again in a new session is still part of its trace', async (t) => {
  const unregister = register();
  const broker = await FakeBroker.open();
  const client = new Client({ broker: broker.address });
  await broker.next('HELLO');
  await broker.say(7, 0, { verb: 'WELCOME', a: 5, b: 250, body: u32(100_000) });
  const calls = context.with(remote, () => [
    client.call('A', 'x', { priority: -2, timeoutMs: 60_000 }),
    client.call('A', 'x', { level: 'disk' }),
  ]);
  const once = [(await broker.next('SUBMIT')).record, (await broker.next('SUBMIT')).record];
  await broker.say(7, 0, { verb: 'WHO' });
  await broker.next('HELLO');
  await broker.say(8, 0, { verb: 'WELCOME', a: 5, b: 250, body: u32(100_000) });
  for (const { options } of once) {
    const { record: again } = await broker.next('SUBMIT');
    t.is(again.flags & Flag.REPEAT, Flag.REPEAT);
    t.regex(String(options.get(Tag.TRACE)), new RegExp(`^00-${TRACE_ID}-`));
    t.deepEqual(again.options.get(Tag.TRACE), options.get(Tag.TRACE));
    t.is(String(again.options.get(Tag.TRACE_STATE)), 'vendor=told');
    t.deepEqual(again.options.get(Tag.PRIORITY), options.get(Tag.PRIORITY));
  }
  t.is(once[0]!.options.get(Tag.PRIORITY)!.readInt8(), -2);
  await client.close();
  await Promise.allSettled(calls);
  unregister();
  forgetSpans();
  broker.close();
});

test.serial('a worker whose broker says nothing of a trace begins one with each job', async (t) => {
  const unregister = register();
  const broker = await FakeBroker.open();
  const worker = new Worker({ broker: broker.address, name: 'w' }).handle('A', () => 'done');
  const started = worker.start();
  await broker.next('READY');
  await broker.say(7, 0, { verb: 'WELCOME', a: 5, b: 250, body: u32(100_000) });
  await started;
  const client = { verb: 'CLIENT', a: 3, body: Buffer.alloc(16, 7) } as const;
  const cut = [textItem(Tag.TRACE, PARENT.slice(1))];
  await broker.say(7, 0, client, { verb: 'DISPATCH', a: 1, b: 2, fixed: [3, 40], options: cut });
  await broker.next('ANSWER');
  const span = named(spansHere(), 'process A');
  t.is(span.parent, null);
  t.is(span.attributes['latido.worker'], 'w');
  t.is(span.attributes['messaging.message.id'], `${'07'.repeat(16)}-40`);
  await worker.close();
  unregister();
  forgetSpans();
  broker.close();
});
