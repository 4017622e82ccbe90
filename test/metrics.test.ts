import test from 'ava';
import { DesiredWorkers } from '../src/broker/metrics/desired-workers.ts';
import { Metrics } from '../src/broker/metrics/metrics.ts';
import { Ending } from '../src/core/job.ts';
import { NOTHING } from '../src/core/slab.ts';
import { publication } from './support/publishing.ts';
import { ShownBroker, shown } from './support/shown-broker.ts';

const SCRAPE_MS_MAX = 25;

test('the counters of a type are what happened to its jobs', async (t) => {
  const broker = await shown(t);
  const worker = broker.worker('w', ['A']);
  broker.submit('A', 3);
  broker.answer(worker);
  broker.answer(worker, Ending.FAILED);
  broker.answer(worker);
  broker.cancel(broker.submit('B', 2));
  broker.submit('C', 1, 500);
  broker.pass(600);
  const seen = await broker.metrics();
  t.is(seen.get('latido_jobs_submitted_total{type="A"}'), 3);
  t.is(seen.get('latido_jobs_ended_total{type="A",end="ok"}'), 2);
  t.is(seen.get('latido_jobs_ended_total{type="A",end="failed"}'), 1);
  t.is(seen.get('latido_jobs_ended_total{type="A",end="dead"}'), 0);
  t.is(seen.get('latido_jobs_ended_total{type="B",end="cancelled"}'), 1);
  t.is(seen.get('latido_jobs_ended_total{type="C",end="expired"}'), 1);
  t.is(seen.get('latido_jobs_waiting{type="A"}'), 0);
  t.is(seen.get('latido_jobs_waiting{type="B"}'), 1);
  t.is(seen.get('latido_attempts_total{type="A",cause="dispatch"}'), 3);
});

test('an attempt that is lost is counted with its cause, and so is the job that dies of it', async (t) => {
  const broker = await shown(t);
  broker.submit('A');
  for (let attempt = 1; attempt <= 3; attempt++) {
    const worker = broker.worker(`w${attempt}`, ['A']);
    broker.pass(1);
    broker.start(worker, 0.5);
    broker.gone(worker);
  }
  const slow = broker.worker('slow', ['B']);
  broker.submit('B');
  broker.start(slow, 1);
  broker.pass(30_200);
  const seen = await broker.metrics();
  t.is(seen.get('latido_attempts_total{type="A",cause="worker-gone"}'), 3);
  t.is(seen.get('latido_jobs_ended_total{type="A",end="dead"}'), 1);
  t.is(seen.get('latido_attempts_total{type="B",cause="answer-timeout"}'), 1);
  t.is(seen.get('latido_worker_events_total{event="joined"}'), 4);
  t.is(seen.get('latido_worker_events_total{event="gone"}'), 3);
  t.is(seen.get('latido_workers{type="B",state="stalled"}'), 1);
});

test('the histograms hold each job once, in seconds, in the bucket of its time', async (t) => {
  const broker = await shown(t);
  broker.submit('A', 2);
  broker.pass(200);
  const worker = broker.worker('w', ['A']);
  broker.pass(0);
  broker.answer(worker);
  broker.pass(800);
  broker.answer(worker);
  const seen = await broker.metrics();
  const wait = 'latido_dispatch_wait_seconds';
  t.is(seen.get(`${wait}_sum{type="A"}`), 0.4);
  t.is(seen.get(`${wait}_bucket{type="A",le="0.1024"}`), 0);
  t.is(seen.get(`${wait}_bucket{type="A",le="0.2048"}`), 2);
  const answer = 'latido_answer_seconds';
  t.is(seen.get(`${answer}_sum{type="A"}`), 1.2);
  t.is(seen.get(`${answer}_count{type="A"}`), 2);
  t.is(seen.get(`${answer}_bucket{type="A",le="0.2048"}`), 1);
  t.is(seen.get(`${answer}_bucket{type="A",le="0.8192"}`), 1);
  t.is(seen.get(`${answer}_bucket{type="A",le="1.6384"}`), 2);
  t.is(seen.get(`${answer}_bucket{type="A",le="+Inf"}`), 2);
});

test('refusals, drops and answers that come too late are counted', async (t) => {
  const broker = await shown(t);
  const worker = broker.worker('w', ['A']);
  broker.broker.answer(broker.now, worker, 5, 5, Ending.OK, NOTHING, 0, 0);
  broker.drops.set('record length', 2);
  t.is((await broker.metrics()).get('latido_refusals_total{code="BUSY"}'), 0);
  broker.submit('B', 1001);
  broker.broker.drain(broker.now, 1000);
  broker.submit('B');
  const seen = await broker.metrics();
  t.is(seen.get('latido_refusals_total{code="BUSY"}'), 1);
  t.is(seen.get('latido_refusals_total{code="CLOSING"}'), 1);
  t.is(seen.get('latido_drops_total{reason="record length"}'), 2);
  t.is(seen.get('latido_stale_answers_total'), 1);
});

test('what is published where somebody subscribes is counted, and each delivery of it', async (t) => {
  const broker = await shown(t);
  const worker = broker.worker('w', ['A']);
  const [first] = [broker.subscribe('news'), broker.subscribe('news'), broker.subscribe('other')];
  broker.submit('A', 2);
  const news = publication('news', 'x');
  broker.answer(worker, Ending.OK, [news, news, publication('nobody', 'x')]);
  broker.answer(worker, Ending.FAILED, [news]);
  broker.unsubscribe(first!);
  const seen = await broker.metrics();
  t.is(seen.get('latido_published_total'), 2);
  t.is(seen.get('latido_deliveries_total'), 4);
  t.is(seen.get('latido_channels'), 2);
  t.is(seen.get('latido_subscriptions'), 2);
});

test('each worker has a label of its own: its name, and its instance where others have that name', async (t) => {
  const broker = await shown(t);
  broker.start(broker.worker('a"b', ['A'], 8), 0.25);
  broker.worker('twin', ['A'], 4, 'feedbeef'.repeat(4));
  broker.worker('twin', ['A'], 4, '');
  broker.worker('', ['A', 'B'], 4, '');
  const seen = await broker.metrics();
  t.is(seen.get('latido_worker_load{worker="a\\"b",type="A"}'), 0.25);
  t.is(seen.get('latido_worker_capacity{worker="a\\"b",type="A"}'), 8);
  t.is(seen.get('latido_worker_load{worker="twin-feedbeef",type="A"}'), 0);
  t.is(seen.get('latido_worker_inflight{worker="twin-1",type="A"}'), 0);
  t.is(seen.get('latido_worker_load{worker="native-1",type="A,B"}'), 0);
  t.is(seen.get('latido_workers{type="A",state="alive"}'), 4);
});

test('over 1,000 workers are counted, not listed one by one', async (t) => {
  const broker = await shown(t);
  for (let i = 0; i < 1001; i++) broker.worker(`w${i}`, ['A']);
  const seen = await broker.metrics();
  t.is(seen.get('latido_workers_unlisted'), 1001);
  t.deepEqual(
    [...seen.keys()].filter((line) => line.startsWith('latido_worker_load{')),
    [],
  );
  t.is(seen.get('latido_workers{type="A",state="alive"}'), 1001);
});

test('the state of a type and how long its oldest job has waited are shown', async (t) => {
  const broker = await shown(t);
  broker.submit('A', 2);
  broker.pass(1500);
  broker.submit('A');
  broker.pass(500);
  const type = broker.broker.state.type('A')!;
  broker.broker.operator.types.pause(type);
  const seen = await broker.metrics();
  t.is(seen.get('latido_oldest_waiting_seconds{type="A"}'), 2);
  t.is(seen.get('latido_type_paused{type="A"}'), 1);
  t.is(seen.get('latido_type_draining{type="A"}'), 0);
  t.is(seen.get('latido_desired_workers{type="A"}'), 1);
});

test('of workers their state, what they did and the steps of their loads are shown', async (t) => {
  const broker = await shown(t);
  const loads = { calm: 0.1, busy: 0.21, full: 1, over: 1.01 };
  const workers = Object.entries(loads).map(([name, load]) => {
    const worker = broker.worker(name, ['A']);
    broker.start(worker, load);
    return worker;
  });
  for (const ending of [Ending.FAILED, Ending.OK]) {
    broker.submit('A');
    broker.pass(30);
    broker.answer(workers[0]!, ending);
    broker.start(workers[0]!, loads.calm);
  }
  broker.broker.leave(workers[1]!);
  const seen = await broker.metrics();
  const steps = ['0.2', '0.4', '0.6', '0.8', '1', 'more'];
  t.deepEqual(
    steps.map((load) => seen.get(`latido_workers_by_load{type="A",load="${load}"}`)),
    [1, 1, 0, 0, 1, 1],
  );
  t.is(seen.get('latido_worker_state{worker="calm",type="A"}'), 0);
  t.is(seen.get('latido_worker_state{worker="busy",type="A"}'), 1);
  t.is(seen.get('latido_worker_jobs_total{worker="calm",type="A"}'), 1);
  t.is(seen.get('latido_worker_failures_total{worker="calm",type="A"}'), 1);
  t.is(seen.get('latido_service_seconds_count{type="A"}'), 2);
  t.is(seen.get('latido_service_seconds_sum{type="A"}'), 0.06);
});

test('the workers that a type needs are what came in the last minute, by the time it takes', (t) => {
  const counts = { submitted: 0, service: { sum: 0, count: 0 } };
  const members: { capacity: number }[] = [];
  const type = { waiting: 0, dispatched: 0, counts, fleet: { members } };
  const desired = new DesiredWorkers(0, 0.5);
  let now = 0;
  const pass = (seconds: number, jobsPerSecond: number, serviceMs: number) => {
    for (let second = 0; second < seconds; second++) {
      now += 1000;
      counts.submitted += jobsPerSecond;
      counts.service.count += jobsPerSecond;
      counts.service.sum += jobsPerSecond * serviceMs * 10;
      desired.sample(now, [type]);
    }
    return desired.of(type);
  };
  t.is(desired.of(type), 0);
  t.is(
    pass(10, 40, 250),
    20,
    '40 a second of 0.25 s each, half used: also when the minute is not over',
  );
  t.is(pass(120, 80, 250), 40);
  t.is(pass(30, 0, 250), 20, 'half of the minute');
  members.push({ capacity: 2 }, { capacity: 8 });
  t.is(desired.of(type), 4);
  t.is(pass(31, 0, 250), 0, 'a minute without jobs');
  type.waiting = 1;
  t.is(desired.of(type), 1);
  type.waiting = 0;
  type.dispatched = 1;
  t.is(desired.of(type), 1);
});

test('a loop that was held up is seen in the next scrape, and in the one after that', async (t) => {
  const metrics = new Metrics(new ShownBroker(), () => 0);
  t.teardown(() => metrics.close());
  await new Promise((resolve) => setTimeout(resolve, 60));
  const until = performance.now() + 150;
  while (performance.now() < until);
  await new Promise((resolve) => setTimeout(resolve, 60));
  for (let scrape = 0; scrape < 2; scrape += 1) {
    const text = (await metrics.page()).toString();
    const worst = Number(/^latido_event_loop_lag_max_seconds (\S+)/m.exec(text)![1]);
    t.true(worst > 0.1 && worst < 5, `${worst}`);
  }
});

test('a scrape of 1,000 workers and 100 types holds the loop up for milliseconds', async (t) => {
  const broker = new ShownBroker();
  for (let i = 0; i < 1000; i++) broker.worker(`w${i}`, [`t${i % 100}`, `t${(i + 1) % 100}`]);
  const metrics = new Metrics(broker, () => broker.now);
  t.teardown(() => metrics.close());
  const times: number[] = [];
  for (let i = 0; i < 15; i++) {
    for (let type = 0; type < 100; type++) broker.submit(`t${type}`);
    const from = performance.now();
    await metrics.page();
    times.push(performance.now() - from);
  }
  const best = Math.min(...times);
  t.log(`best ${best.toFixed(1)} ms, first ${times[0]!.toFixed(1)} ms`);
  t.true(best < SCRAPE_MS_MAX, `${best} ms`);
});
