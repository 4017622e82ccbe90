import type { Offer } from '../../src/core/adoption.ts';
import type { Publication } from '../../src/core/channels.ts';
import { Ending } from '../../src/core/job.ts';
import type { Worker } from '../../src/core/worker.ts';
import { type Held, WorkerRecorder } from './recorder.ts';
import type { World } from './world.ts';

/** What a worker says of itself. */
export interface Hello {
  types: readonly string[];
  capacity: number;
  reports: boolean;
  instance: string;
}
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
  answer(
    label = this.holds[0]!,
    body = '',
    ending: Ending = Ending.OK,
    published: readonly Publication[] | null = null,
  ): void {
    const held = this.find(label);
    if (!this.connected) {
      held.ended = { ending, body, published };
      return;
    }
    this.seen.held.splice(this.seen.held.indexOf(held), 1);
    this.say(held, ending, body, published);
  }

  /** Ends the first job it holds, and publishes that with the answer. */
  publish(...published: readonly Publication[]): void {
    this.answer(this.holds[0], '', Ending.OK, published);
  }

  /** Says ANSWER under the token of what it holds or held. */
  say(
    held: Held,
    ending: Ending = Ending.OK,
    body = '',
    published: readonly Publication[] | null = null,
  ): void {
    const { broker, now } = this.#world;
    const { slab, length } = this.#world.slab(body);
    const { index, generation } = held.token;
    const { core } = this;
    broker.answer(now, core, index, generation, ending, slab, 0, length, false, published);
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
    const { token, clientInstance, call, fence, started } = held;
    const offer: Offer = { token, clientInstance, call, fence, started, ended: null };
    if (held.ended === null) return offer;
    const { slab, length } = this.#world.slab(held.ended.body);
    const { ending, published = null } = held.ended;
    const kind = ending as Ending;
    offer.ended = { ending: kind, permanent: false, slab, offset: 0, length, published };
    return offer;
  }
}
