import { Broker } from '../../src/core/broker.ts';
import type { KeptStore } from '../../src/core/kept-store.ts';
import type { Settings } from '../../src/core/state.ts';
import type { Worker } from '../../src/core/worker.ts';
import { Batch, NO_SESSION, type Session } from '../../src/wire/batch.ts';
import { classicClients } from '../../src/wire/dialects/classic-client.ts';
import { classicWorkers } from '../../src/wire/dialects/classic-worker.ts';
import { majordomoClients } from '../../src/wire/dialects/majordomo-client.ts';
import { majordomoWorkers } from '../../src/wire/dialects/majordomo-worker.ts';
import { nativeClients } from '../../src/wire/dialects/native-client.ts';
import { nativeWorkers } from '../../src/wire/dialects/native-worker.ts';
import { pppWorkers } from '../../src/wire/dialects/ppp-worker.ts';
import { Door, type DoorHost, type DoorSettings, Traffic } from '../../src/wire/door.ts';
import { encodeOptions, textItem } from '../../src/wire/items.ts';
import { isNative, Reader } from '../../src/wire/reader.ts';
import { Flag, Tag, Verb } from '../../src/wire/verbs.ts';
import { MAJORDOMO_SETTINGS } from './door-settings.ts';

const SETTINGS: Settings & DoorSettings = {
  answerTimeoutMs: 30_000,
  heartbeatMs: 1000,
  attemptsMax: 3,
  clientGraceMs: 5000,
  workerGraceMs: 1000,
  adoptMs: 5000,
  waitingJobsMax: 2_000_000,
  waitingBytesMax: 1024 ** 3,
  workerBytesMax: 64 * 1024 ** 2,
  typesMax: 256,
  channelsMax: 100,
  unreceivedBytesMax: 64 * 1024 ** 2,
  keepAnswersMs: 86_400_000,
  bodyBytesMax: 16 * 1024 ** 2,
  ...MAJORDOMO_SETTINGS,
  connectionsMax: 100,
  defaultType: 'A',
};

export type Side = 'frontend' | 'backend' | 'ppp';

/** The broker's doors and its core, without sockets: what is said to them, and what they say. */
export class OpenDoors {
  now = 10_000;
  readonly epoch: number;
  readonly traffic = new Traffic();
  readonly broker: Broker;
  readonly #doors: Record<Side, Door>;
  readonly #peers = new Map<string, Peer>();

  /** `startedMs` ago the broker began. */
  constructor(
    settings: Partial<Settings & DoorSettings> = {},
    startedMs = 10_000,
    store?: KeptStore,
    epoch = 1_000_000,
  ) {
    this.epoch = epoch;
    const all = { ...SETTINGS, ...settings };
    this.broker = new Broker(this.now - startedMs, this.epoch, all, { worker() {} }, store);
    const door = (dialects: ConstructorParameters<typeof Door>[4]) =>
      new Door(this.broker, this.#host(), all, this.traffic, dialects);
    const majordomo = [majordomoClients(), majordomoWorkers];
    this.#doors = {
      frontend: door([nativeClients, classicClients, ...majordomo]),
      backend: door([nativeWorkers, classicWorkers, ...majordomo]),
      ppp: door([pppWorkers]),
    };
  }

  /** Somebody who connects there. */
  peer(side: Side): Peer {
    const peer = new Peer(this, `${side}-${this.#peers.size}`, this.#doors[side]);
    this.#peers.set(peer.key, peer);
    return peer;
  }

  /** The turn ends; what reveals records waits for that commit. */
  turn(waitFor = 0): void {
    this.broker.tick(this.now);
    for (const door of Object.values(this.#doors)) door.flush(waitFor);
  }

  /** What comes several times a second. */
  pulse(): void {
    for (const door of Object.values(this.#doors)) door.pulse(this.now);
  }

  durable(commit: number): void {
    this.broker.state.durable = this.broker.state.recorded;
    for (const door of Object.values(this.#doors)) door.durable(commit);
  }

  /** A peer does not read. */
  slow(peer: Peer): void {
    const [side] = peer.key.split('-');
    this.#doors[side as Side].slow(this.now, Buffer.from(peer.key));
  }

  /** The store has failed. */
  failed(): void {
    for (const door of Object.values(this.#doors)) door.failed();
    this.broker.storeFailed(this.now, 'STORE_FAILED');
  }

  #host(): DoorHost {
    let sessions = 0;
    return {
      send: (routingId, frames) => {
        this.#peers.get(Buffer.from(routingId).toString())!.hear(frames);
      },
      newSession: () => ({ low: ++sessions, high: 0 }),
      workerLost: (now: number, worker: Worker) => this.broker.workerGone(now, worker),
    };
  }
}

/** One that speaks any dialect, and counts what it hears in the native one. */
export class Peer {
  readonly key: string;
  readonly batch = new Batch();
  readonly messages: Uint8Array[][] = [];
  session: Session = NO_SESSION;
  /** The records heard, by verb. */
  readonly heard: Map<number, Reader[]> = new Map();
  readonly #doors: OpenDoors;
  readonly #door: Door;

  constructor(doors: OpenDoors, key: string, door: Door) {
    this.key = key;
    this.#doors = doors;
    this.#door = door;
  }

  hello(instance: number): this {
    this.session = NO_SESSION;
    this.batch.begin(Verb.HELLO, Flag.OPTIONS, 0, 0, 0);
    this.batch.raw(encodeOptions([[Tag.INSTANCE, Buffer.alloc(16, instance)]]));
    return this;
  }

  ready(instance: number, type: string, capacity: number): this {
    this.session = NO_SESSION;
    this.batch.begin(Verb.READY, Flag.OPTIONS, 0, capacity, 0);
    const items = [[Tag.INSTANCE, Buffer.alloc(16, instance)] as const, textItem(Tag.TYPE, type)];
    this.batch.raw(encodeOptions(items));
    return this;
  }

  type(name: string): this {
    return this.record(Verb.TYPE, 0, 0, 0, Buffer.from(name));
  }

  record(verb: number, flags: number, a: number, b: number, body?: Uint8Array): this {
    this.batch.begin(verb, flags, 0, a, b);
    if (body !== undefined) this.batch.body(body, 0, body.length);
    return this;
  }

  /** OFFER of a job of the client with that instance, under a token of another epoch. */
  offer(a: number, flags: number, client: number, call: number, body?: Uint8Array): this {
    this.record(Verb.OFFER, flags, a, 1);
    const fixed = Buffer.alloc(28, client);
    fixed.writeUInt32LE(7, 0);
    fixed.writeUInt32LE(call, 4);
    fixed.writeUInt32LE(1, 24);
    this.batch.raw(fixed);
    if (body !== undefined) this.batch.body(body, 0, body.length);
    return this;
  }

  /** Says what was written, under the session that it knows. */
  say(ack = 0): this {
    for (const frames of this.batch.take(this.session, ack)) this.frames(frames);
    return this;
  }

  frames(frames: Uint8Array[]): void {
    this.#door.receive(this.#doors.now, Buffer.from(this.key), frames);
  }

  ended(): void {
    this.#door.ended(this.#doors.now, Buffer.from(this.key));
  }

  hear(frames: Uint8Array[]): void {
    this.messages.push(frames);
    if (!isNative(frames[0])) return;
    for (const reader = new Reader(frames); reader.next(); ) {
      if (reader.verb === Verb.WELCOME) {
        this.session = { low: reader.sessionLow, high: reader.sessionHigh };
      }
      this.#note(Object.assign(Object.create(Reader.prototype), reader));
    }
  }

  #note(reader: Reader): void {
    const list = this.heard.get(reader.verb);
    if (list === undefined) this.heard.set(reader.verb, [reader]);
    else list.push(reader);
  }

  /** How many records of this verb it has heard. */
  count(verb: number): number {
    return this.heard.get(verb)?.length ?? 0;
  }
}
