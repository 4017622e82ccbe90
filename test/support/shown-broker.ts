import type { ExecutionContext } from 'ava';
import { type RunningHttp, startHttp } from '../../src/broker/http/http.ts';
import type { MeasuredVitals } from '../../src/broker/metrics/metrics.ts';
import { Broker } from '../../src/core/broker.ts';
import type { Publication } from '../../src/core/channels.ts';
import type { Client } from '../../src/core/client.ts';
import { Deaf } from '../../src/core/deaf.ts';
import { Ending } from '../../src/core/job.ts';
import type { WorkerOutbox } from '../../src/core/outbox.ts';
import type { Run } from '../../src/core/run.ts';
import { NOTHING } from '../../src/core/slab.ts';
import type { Worker } from '../../src/core/worker.ts';

const SETTINGS = {
  answerTimeoutMs: 30_000,
  heartbeatMs: 250,
  attemptsMax: 3,
  clientGraceMs: 5000,
  workerGraceMs: 3000,
  adoptMs: 0,
  waitingJobsMax: 1000,
  waitingBytesMax: 1_000_000,
  workerBytesMax: 1_000_000,
  typesMax: 256,
  channelsMax: 100,
  unreceivedBytesMax: 1_000_000,
  keepAnswersMs: 86_400_000,
};

/** A core in virtual time with an HTTP side on a free port: what is done to it must be seen there. */
export class ShownBroker implements MeasuredVitals {
  now = 1000;
  readonly broker = new Broker(this.now, 7, SETTINGS, { worker: () => {} });
  readonly name = 'shown';
  readonly version = '1.2.3';
  readonly startedAt = this.now;
  readonly targetUse = 0.5;
  readonly drops = new Map<string, number>();
  isReady = true;
  http: RunningHttp | null = null;
  readonly #client: Client;
  readonly #runs = new Map<Worker, Run[]>();
  #call = 0;

  constructor() {
    this.#client = this.broker.hello('', 'c', 'classic', new Deaf());
  }

  ready(): boolean {
    return this.isReady;
  }

  *connections(): Iterable<readonly ['client' | 'worker', string]> {
    for (const { dialect } of this.broker.state.clients) yield ['client', dialect];
    for (const { dialect } of this.broker.state.workers) yield ['worker', dialect];
  }

  worker(name: string, types: readonly string[], capacity = 4, instance?: string): Worker {
    const runs: Run[] = [];
    const number = this.broker.state.counts.workersJoined.toString(16).padStart(8, '0');
    const hello = { instance: instance ?? number.repeat(4), name, dialect: 'native' };
    const outbox = outboxOf(runs);
    const more = { types, capacity, reports: true };
    const worker = this.broker.ready(this.now, { ...hello, ...more }, outbox, [])!;
    this.#runs.set(worker, runs);
    return worker;
  }

  /** Hands in so many jobs, and returns the call number of the last. */
  submit(typeName: string, jobs = 1, expiresMs = 0): number {
    const type = this.broker.state.type(typeName)!;
    const options = {
      timeoutMs: 0,
      repeat: false,
      acceptWanted: false,
      priority: 0,
      expiresMs,
      trace: null,
      kept: null,
    };
    for (let i = 0; i < jobs; i++) {
      const submit = { call: ++this.#call, ...options };
      this.broker.submit(this.now, this.#client, type, submit, NOTHING, 0, 0);
    }
    this.broker.tick(this.now);
    return this.#call;
  }

  cancel(call: number): void {
    this.broker.cancel(this.now, this.#client, call);
    this.broker.tick(this.now);
  }

  /** Says that all that the worker was given has started, and answers the oldest of it. */
  answer(
    worker: Worker,
    ending: Ending = Ending.OK,
    published: readonly Publication[] | null = null,
  ): void {
    this.start(worker, 0);
    const { broker, now } = this;
    const { index, generation } = this.#runs.get(worker)!.shift()!;
    broker.answer(now, worker, index, generation, ending, NOTHING, 0, 0, false, published);
    this.broker.tick(this.now);
  }

  /** The call is the subscription's number. */
  subscribe(channel: string): number {
    const call = ++this.#call;
    this.broker.channels.subscribe(this.now, this.#client, call, channel, '', null);
    return call;
  }

  unsubscribe(call: number): void {
    this.broker.channels.unsubscribe(this.#client, call);
    this.broker.tick(this.now);
  }

  start(worker: Worker, load: number): void {
    this.broker.report(this.now, worker, load, worker.dispatched, worker.dispatched);
  }

  gone(worker: Worker): void {
    this.broker.workerGone(this.now, worker);
    this.broker.tick(this.now);
  }

  pass(ms: number): void {
    this.now += ms;
    this.broker.tick(this.now);
  }

  async serve(): Promise<this> {
    this.http = await startHttp('127.0.0.1:0', this, () => this.now);
    return this;
  }

  get url(): string {
    return `http://${this.http!.address}`;
  }

  /** What /metrics says: each line's name and labels, and its value. */
  async metrics(): Promise<Map<string, number>> {
    return parsed(await this.metricsText());
  }

  async metricsText(): Promise<string> {
    return (await fetch(`${this.url}/metrics`)).text();
  }
}

/** One that is served until the test ends. */
export async function shown(t: ExecutionContext): Promise<ShownBroker> {
  const broker = await new ShownBroker().serve();
  t.teardown(() => broker.http!.close());
  return broker;
}

function outboxOf(runs: Run[]): WorkerOutbox {
  const nothing = () => {};
  const dispatch = (run: Run) => void runs.push(run);
  return {
    dispatch,
    cancel: nothing,
    stale: nothing,
    adopt: nothing,
    again: nothing,
    closing: nothing,
    leave: nothing,
  };
}

function parsed(text: string): Map<string, number> {
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const at = line.lastIndexOf(' ');
    values.set(line.slice(0, at), Number(line.slice(at + 1)));
  }
  return values;
}
