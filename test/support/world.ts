import { Broker } from '../../src/core/broker.ts';
import { NOTHING, type Slab } from '../../src/core/slab.ts';
import type { Settings } from '../../src/core/state.ts';
import type { Type } from '../../src/core/type.ts';
import type { FakeStore } from './fake-store.ts';
import { WatchRecorder } from './recorder.ts';
import { TestClient } from './test-client.ts';
import { type Hello, TestWorker } from './test-worker.ts';

const HELLO = { capacity: 1, reports: true };

/** What wall clock and core time differ by. */
const WALL = 1_700_000_000_000;
const INSTANCE = 'ab'.repeat(16);

const SETTINGS: Settings = {
  answerTimeoutMs: 1000,
  heartbeatMs: 100,
  attemptsMax: 3,
  clientGraceMs: 500,
  workerGraceMs: 300,
  adoptMs: 400,
  waitingJobsMax: 1000,
  waitingBytesMax: 1_000_000,
  workerBytesMax: 100_000,
  typesMax: 8,
  channelsMax: 100,
  unreceivedBytesMax: 1_000_000,
  keepAnswersMs: 86_400_000,
};

/** A broker with its clients and workers in virtual time: tests say what happens, and look at what was said. */
export class World {
  now: number;
  broker: Broker;
  readonly #store: FakeStore | null;
  readonly settings: Settings;
  /** What the outboxes and the watcher were told, one line each. */
  readonly log: string[] = [];
  readonly clients: TestClient[] = [];
  readonly workers: TestWorker[] = [];
  /** When the present broker started. */
  startedAt = 0;
  #epoch = 1_000_000;
  readonly #onBroker: (broker: Broker) => void;

  /** Starts late enough for the adopt window to be over, unless a `start` is given. Each broker is shown before it has read its store. */
  constructor(
    settings: Partial<Settings> = {},
    start = 10_000,
    store: FakeStore | null = null,
    onBroker: (broker: Broker) => void = () => {},
  ) {
    this.settings = { ...SETTINGS, ...settings };
    this.now = start;
    this.#store = store;
    this.#onBroker = onBroker;
    this.broker = this.#newBroker(0);
    this.tick();
  }

  client(name: string, instance = name): TestClient {
    const client = new TestClient(this, name, instance);
    this.clients.push(client);
    return client;
  }

  worker(name: string, types: string, hello: Partial<Hello> = {}): TestWorker {
    const worker = new TestWorker(this, name, { types: types.split(','), ...HELLO, ...hello });
    this.workers.push(worker);
    return worker;
  }

  type(name: string): Type {
    return this.broker.state.type(name)!;
  }

  tick(): number {
    return this.broker.tick(this.now);
  }

  /** Lets time pass, stopping wherever something is due. */
  after(ms: number): void {
    const until = this.now + ms;
    for (let next = this.tick(); next <= until; next = this.tick()) {
      if (next <= this.now) throw new Error(`tick at ${this.now} asks for ${next}`);
      this.now = next;
    }
    this.now = until;
    this.tick();
  }

  /** The broker dies and another one starts; the peers keep what they know. */
  restart(): void {
    this.startedAt = this.now;
    this.#epoch += 1_000_000;
    this.#store?.fail();
    this.broker = this.#newBroker(this.now);
    for (const peer of [...this.clients, ...this.workers]) peer.cut();
  }

  /** The store is opened, (again): it has what was committed. */
  reopen(): void {
    const { broker, now } = this;
    const store = this.#store!;
    broker.opened(INSTANCE, store.nextNumber, 1000);
    for (const job of store.open()) broker.restore(now, job);
    broker.restored(now);
  }

  /** What the core has asked the store is answered. */
  tell(): void {
    for (const id of this.#store!.asked.splice(0))
      this.broker.lookups.told(this.now, id, this.#store!.endedBy(id));
  }

  /** Lines said since the last call, in order. */
  said(): string[] {
    return this.log.splice(0);
  }

  #newBroker(now: number): Broker {
    const watcher = new WatchRecorder(this.log);
    const broker = new Broker(now, this.#epoch, this.settings, watcher, this.#store ?? undefined);
    broker.state.wallOffset = WALL;
    this.broker = broker;
    this.#onBroker(broker);
    if (this.#store !== null) this.reopen();
    return broker;
  }

  /** A frame's worth of bytes, as it comes in. */
  slab(text: string): { slab: Slab; length: number } {
    if (text === '') return { slab: NOTHING, length: 0 };
    const bytes = new TextEncoder().encode(text);
    return { slab: this.broker.state.slabs.frame(this.now, bytes), length: bytes.length };
  }
}
