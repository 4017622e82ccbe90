import type { Offer } from '../../src/core/adoption.ts';
import { Broker } from '../../src/core/broker.ts';
import type { Client } from '../../src/core/client.ts';
import type { Submit } from '../../src/core/intake.ts';
import { Ending } from '../../src/core/job.ts';
import { NOTHING, type Slab } from '../../src/core/slab.ts';
import type { Settings } from '../../src/core/state.ts';
import type { Type } from '../../src/core/type.ts';
import type { Worker } from '../../src/core/worker.ts';
import {
  ClientRecorder,
  type Held,
  type SeenAnswer,
  WatchRecorder,
  WorkerRecorder,
} from './recorder.ts';

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
  unreceivedBytesMax: 1_000_000,
};

/** A broker with its clients and workers in virtual time: tests say what happens, and look at what was said. */
export class World {
  now: number;
  broker: Broker;
  readonly settings: Settings;
  /** What the outboxes and the watcher were told, one line each. */
  readonly log: string[] = [];
  readonly clients: TestClient[] = [];
  readonly workers: TestWorker[] = [];
  /** When the present broker started. */
  startedAt = 0;
  #epoch = 1_000_000;

  /** Starts late enough for the adopt window to be over, unless a `start` is given. */
  constructor(settings: Partial<Settings> = {}, start = 10_000) {
    this.settings = { ...SETTINGS, ...settings };
    this.now = start;
    this.broker = new Broker(0, this.#epoch, this.settings, new WatchRecorder(this.log));
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
    this.broker = new Broker(this.now, this.#epoch, this.settings, new WatchRecorder(this.log));
    for (const peer of [...this.clients, ...this.workers]) peer.cut();
  }

  /** Lines said since the last call, in order. */
  said(): string[] {
    return this.log.splice(0);
  }

  /** A frame's worth of bytes, as it comes in. */
  slab(text: string): { slab: Slab; length: number } {
    if (text === '') return { slab: NOTHING, length: 0 };
    const bytes = new TextEncoder().encode(text);
    return { slab: this.broker.state.slabs.frame(this.now, bytes), length: bytes.length };
  }
}

interface Hello {
  types: readonly string[];
  capacity: number;
  reports: boolean;
  instance: string;
}
const HELLO = { capacity: 1, reports: true };

interface Call {
  readonly type: string;
  readonly body: string;
  readonly options: Partial<Submit>;
}

/** A client that remembers its calls, as the protocol asks of it. */
export class TestClient {
  readonly name: string;
  seen: ClientRecorder;
  core: Client;
  connected = true;
  /** Calls with no answer yet. */
  readonly open = new Map<number, Call>();
  readonly #world: World;
  readonly #instance: string;
  #nextCall = 1;

  constructor(world: World, name: string, instance: string) {
    this.#world = world;
    this.name = name;
    this.#instance = instance;
    this.seen = new ClientRecorder(name, world.log);
    this.core = world.broker.hello(instance, name, 'native', this.seen);
  }

  /** Whether it is connected and the broker knows it. */
  get present(): boolean {
    return this.connected && this.#world.broker.state.clients.has(this.core);
  }

  /** Hands in a job; its call number. */
  submit(type: string, body = '', options: Partial<Submit> = {}): number {
    const call = options.call ?? this.#nextCall;
    this.#nextCall = Math.max(this.#nextCall, call + 1);
    this.open.set(call, { type, body, options });
    if (this.present) this.say(call);
    return call;
  }

  /** Says the SUBMIT of a call, (again). */
  say(call: number, repeat = false): void {
    const world = this.#world;
    const { type, body, options } = this.open.get(call)!;
    const { slab, length } = world.slab(body);
    const submit = { ...SUBMIT, ...options, call, repeat };
    world.broker.submit(world.now, this.core, world.type(type), submit, slab, 0, length);
  }

  cancel(call: number): void {
    this.#world.broker.cancel(this.#world.now, this.core, call);
  }

  answerOf(call: number): SeenAnswer | undefined {
    return this.seen.answers.get(call);
  }

  /** Acknowledges what was answered in this session, and forgets those calls. */
  received(count = this.seen.answered): void {
    if (this.present) this.#world.broker.received(this.core, count);
    this.settle();
  }

  /** Calls that were answered or refused are open no more. */
  settle(): void {
    for (const call of this.seen.answers.keys()) this.open.delete(call);
    for (const call of this.seen.refusals.keys()) this.open.delete(call);
  }

  away(): void {
    this.connected = false;
    this.#world.broker.clientAway(this.#world.now, this.core);
  }

  gone(): void {
    this.connected = false;
    this.#world.broker.clientGone(this.#world.now, this.core);
  }

  /** Comes back and repeats what it has no answer to, or only some of it. */
  back(calls?: number[]): void {
    this.hello();
    for (const call of calls ?? [...this.open.keys()].sort((x, y) => x - y)) this.say(call, true);
    this.resumed();
  }

  hello(): void {
    this.settle();
    this.connected = true;
    this.seen.answered = 0;
    this.core = this.#world.broker.hello(this.#instance, this.name, 'native', this.seen);
  }

  resumed(): void {
    this.#world.broker.resumed(this.#world.now, this.core);
  }

  /** Its connection is gone, and the broker does not know it. */
  cut(): void {
    this.connected = false;
  }
}

const SUBMIT: Submit = {
  call: 0,
  timeoutMs: 0,
  repeat: false,
  acceptWanted: false,
  priority: 0,
  expiresMs: 0,
};

/** A worker that holds what it was given until it is told to do something with it. */
export class TestWorker {
  readonly name: string;
  connected = true;
  seen: WorkerRecorder;
  core!: Worker;
  readonly hello: Hello;
  readonly #world: World;

  constructor(world: World, name: string, hello: Omit<Hello, 'instance'> & Partial<Hello>) {
    this.#world = world;
    this.name = name;
    this.hello = { instance: name, ...hello };
    this.seen = new WorkerRecorder(name, world.broker.state.runs.epoch, world.log);
    this.ready([]);
  }

  /** Whether the present broker knows it. */
  get known(): boolean {
    return this.#world.broker.state.workers.has(this.core);
  }

  /** Labels of the jobs it holds, in order of dispatch. */
  get holds(): string[] {
    return this.seen.held.map(({ label }) => label);
  }

  ready(offers: Offer[]): boolean {
    const world = this.#world;
    this.connected = true;
    this.seen.told = this.seen.dispatched = 0;
    this.seen.epoch = world.broker.state.runs.epoch;
    const hello = { ...this.hello, name: this.name, dialect: 'native' };
    const worker = world.broker.ready(world.now, hello, this.seen, offers);
    if (worker !== null) this.core = worker;
    return worker !== null;
  }

  /** Load, and how many dispatches it has seen and started: all, unless said otherwise. */
  report(load: number, seen = this.seen.told, started = this.seen.dispatched): void {
    const { broker, now } = this.#world;
    const first = this.seen.dispatched - started;
    const held = this.seen.held;
    for (let i = 0; i < held.length - first; i++) held[i]!.started = true;
    broker.report(now, this.core, load, seen, started);
  }

  /** Ends a job it holds: at once, or when it is connected again. */
  answer(label = this.holds[0]!, body = '', ending: Ending = Ending.OK): void {
    const held = this.find(label);
    if (!this.connected) {
      held.ended = { ending, body };
      return;
    }
    this.seen.held.splice(this.seen.held.indexOf(held), 1);
    this.say(held, ending, body);
  }

  /** Says ANSWER under the token of what it holds or held. */
  say(held: Held, ending: Ending = Ending.OK, body = ''): void {
    const { broker, now } = this.#world;
    const { slab, length } = this.#world.slab(body);
    const { index, generation } = held.token;
    broker.answer(now, this.core, index, generation, ending, slab, 0, length);
  }

  part(label: string, text: string): void {
    const { index, generation } = this.find(label).token;
    const bytes = new TextEncoder().encode(text);
    this.#world.broker.part(this.core, index, generation, false, bytes, 0, bytes.length);
  }

  handBack(label: string): void {
    const held = this.find(label);
    this.seen.held.splice(this.seen.held.indexOf(held), 1);
    const { index, generation } = held.token;
    this.#world.broker.handBack(this.#world.now, this.core, index, generation);
  }

  leave(): void {
    this.#world.broker.leave(this.core);
  }

  /** Its connection ended, its process lives. */
  away(): void {
    this.connected = false;
    this.#world.broker.workerAway(this.#world.now, this.core);
  }

  /** It is killed. */
  gone(): void {
    const known = this.known;
    this.connected = false;
    this.seen.held.length = 0;
    if (known) this.#world.broker.workerGone(this.#world.now, this.core);
  }

  /** It is taken for dead, and is not: what it holds it still holds. */
  lost(): void {
    this.connected = false;
    this.#world.broker.workerGone(this.#world.now, this.core);
  }

  /** Connects (again) and offers what it holds, or only some of it. */
  back(labels = this.holds): void {
    const offered = this.seen.held.filter(({ label }) => labels.includes(label));
    const ended = offered.filter((held) => held.ended !== null);
    const running = offered.filter((held) => held.ended === null);
    this.seen.held.splice(0, this.seen.held.length, ...running);
    this.ready([...ended, ...running].map((held) => this.#offer(held)));
  }

  find(label: string): Held {
    const held = this.seen.held.find((one) => one.label === label);
    if (held === undefined) throw new Error(`${this.name} does not hold ${label}`);
    return held;
  }

  cut(): void {
    this.connected = false;
  }

  #offer(held: Held): Offer {
    const { token, clientInstance, call, started } = held;
    const offer: Offer = { token, clientInstance, call, started, ended: null };
    if (held.ended === null) return offer;
    const { slab, length } = this.#world.slab(held.ended.body);
    const { ending } = held.ended;
    offer.ended = { ending: ending as Ending, slab, offset: 0, length };
    return offer;
  }
}
