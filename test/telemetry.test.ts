/** What an SDK of OpenTelemetry sees of a job. */

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { context, trace } from '@opentelemetry/api';
import test from 'ava';
import { Client, type Job, LatidoError } from '../src/index.ts';
import { Tag } from '../src/wire/verbs.ts';
import { Cluster } from './support/cluster.ts';
import { FakeBroker, u32 } from './support/fake-broker.ts';
import { until } from './support/poll.ts';
import { Record } from './support/record.ts';
import { cluster } from './support/sdk-cluster.ts';
import {
  forgetSpans,
  named,
  PARENT,
  register,
  remote,
  type Seen,
  spansHere,
  spansIn,
  TRACE_ID,
} from './support/spans.ts';

const record = new Record();

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
    const held = { ...environment, LATIDO_TEST_SPANS_HELD: 'true' };
    const second = await all.worker('k2', { environment: held });
    await handle.answer();
    unregister();
    t.false(
      spansIn(file).some(({ name }) => name === 'process A'),
      'its SDK holds it back',
    );
    second.signal('SIGTERM');
    await second.ended;
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
