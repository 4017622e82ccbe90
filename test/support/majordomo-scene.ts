import type { Settings } from '../../src/core/state.ts';
import type { DoorSettings } from '../../src/wire/door.ts';
import { Flag, Verb } from '../../src/wire/verbs.ts';
import { audit } from './audit.ts';
import type { FakeStore } from './fake-store.ts';
import { type Form, MdpClient, MdpWorker } from './majordomo.ts';
import { OpenDoors, type Peer, type Side } from './open-doors.ts';

const PULSE_MS = 200;
const INSTANCE = 'ab'.repeat(16);

/** A broker without sockets in virtual time, Majordomo's peers at its doors, and a disk that does nothing until it is let. */
export class MajordomoScene {
  readonly doors: OpenDoors;
  readonly #store: FakeStore | null;
  #commits = 0;
  #durable = 0;
  #instances = 10;

  /** With a store its jobs are restored. */
  constructor(
    settings: Partial<Settings & DoorSettings> = {},
    store: FakeStore | null = null,
    epoch?: number,
  ) {
    this.doors = new OpenDoors(settings, 10_000, store ?? undefined, epoch);
    this.#store = store;
    if (store !== null) this.reopen();
  }

  client(form?: Form, side?: Side): MdpClient {
    return new MdpClient(this.doors, form, side);
  }

  /** One that has said READY. */
  worker(form?: Form, service = 'A', side?: Side): MdpWorker {
    return new MdpWorker(this.doors, form, side).ready(service);
  }

  nativeWorker(type = 'A', capacity = 1): Peer {
    const worker = this.doors.peer('backend').ready(this.#instances++, type, capacity);
    return worker.record(Verb.RESUMED, 0, 0, 0).say();
  }

  /** One that hands in calls of that type from 0 on. */
  nativeClient(type: string, ...bodies: readonly (string | Uint8Array)[]): Peer {
    const client = this.doors
      .peer('frontend')
      .hello(this.#instances++)
      .type(type);
    for (const [n, body] of bodies.entries()) {
      client.record(Verb.SUBMIT, 0, n, 0, Buffer.from(body as string));
    }
    return client.say();
  }

  /** A native worker ends the job that it was given last. */
  answer(worker: Peer, body: string | Uint8Array, status = 0): void {
    this.#say(worker, Verb.ANSWER, status << 4, body);
  }

  /** A native worker says a piece of its answer, or how far it is. */
  part(worker: Peer, body: string | Uint8Array, isProgress = false): void {
    this.#say(worker, Verb.PART, isProgress ? Flag.PROGRESS : 0, body);
  }

  /** The turn ends: what it has recorded is on its way to the disk, and the core agrees with itself. */
  turn(): void {
    const { broker, now } = this.doors;
    broker.tick(now);
    if ((this.#store?.handOver() ?? 0) > 0) this.#commits++;
    this.doors.turn(this.#commits > this.#durable ? this.#commits : 0);
    const wrong = this.wrong();
    if (wrong.length > 0) throw new Error(wrong.join('; '));
  }

  /** Time goes by as in a broker where nothing arrives. */
  pass(ms: number): void {
    for (let left = ms; left > 0; left -= PULSE_MS) {
      this.doors.now += Math.min(left, PULSE_MS);
      this.doors.broker.tick(this.doors.now);
      this.doors.pulse();
      this.turn();
    }
  }

  /** What was recorded is durable, and what the store was asked is answered; then the turn ends. */
  land(): void {
    const store = this.#store!;
    this.turn();
    while (!store.isSettled || store.asked.length > 0) {
      while (store.underWay > 0) store.land();
      this.#durable = this.#commits;
      this.doors.durable(this.#commits);
      for (const id of store.asked.splice(0)) {
        const found = store.found(id);
        const isOpen = found?.state === 'waiting' || found?.state === 'dispatched';
        this.doors.broker.lookups.told(this.doors.now, id, isOpen ? 'open' : store.endedBy(id));
      }
      this.turn();
    }
  }

  /** The store fails: what is on its way never arrives. */
  fail(): void {
    this.#store!.fail();
    this.#durable = this.#commits;
    this.doors.failed();
    this.turn();
  }

  /** The store is opened. */
  reopen(): void {
    const store = this.#store!;
    const { broker, now } = this.doors;
    broker.opened(INSTANCE, store.nextNumber, store.nextFence);
    for (const job of store.open()) broker.restore(now, job);
    broker.restored(now);
  }

  dropped(reason: string): number {
    return this.doors.traffic.drops.get(reason) ?? 0;
  }

  get state() {
    return this.doors.broker.state;
  }

  /** Attempts' answers that were refused. */
  get stale(): number {
    return this.state.counts.stale;
  }

  /** What does not agree in the core. */
  wrong(): string[] {
    const { inventory } = this.doors.broker;
    return audit(this.state, {
      ticked: true,
      drained: true,
      adopting: this.#store !== null,
      inventory,
    });
  }

  #say(worker: Peer, verb: number, flags: number, body: string | Uint8Array): void {
    const { a, b } = worker.heard.get(Verb.DISPATCH)!.at(-1)!;
    worker.record(verb, flags, a, b, Buffer.from(body as string)).say();
  }
}
