import type { Client } from '../../src/core/client.ts';
import { type KeptSubmit, plainSubmit, type Submit } from '../../src/core/intake.ts';
import { plainKept } from '../../src/wire/kept-options.ts';
import { ClientRecorder, type SeenAnswer } from './recorder.ts';
import type { World } from './world.ts';

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
    const submit = { ...plainSubmit(call), ...options, call, repeat };
    world.broker.submit(world.now, this.core, world.type(type), submit, slab, 0, length);
  }

  /** Hands in a kept job, at level disk unless said otherwise; its call number. */
  keep(type: string, body: string, kept: Partial<KeptSubmit>): number {
    return this.submit(type, body, { kept: { ...plainKept(), level: 1, follow: true, ...kept } });
  }

  cancel(call: number): void {
    this.#world.broker.cancel(this.#world.now, this.core, call);
  }

  /** Subscribes to a channel, (again, behind what it has seen); its call number. */
  subscribe(channel: string, name = '', since: number | null = null): number {
    const { broker, now } = this.#world;
    const call = this.#nextCall++;
    broker.channels.subscribe(now, this.core, call, channel, name, since);
    return call;
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
