import { Chat, type ChatSettings } from '../../../src/chat/chat.ts';
import type { Broker } from '../../../src/core/broker.ts';
import type { Settings } from '../../../src/core/state.ts';
import { FakeStore } from '../fake-store.ts';
import { World } from '../world.ts';
import type { ChatPeer } from './chat-peer.ts';
import { ChatPerson, RawPeer } from './chat-person.ts';
import { ChatWorker } from './chat-worker.ts';

const CHAT: ChatSettings = { roomCapacity: 3, roomsMax: 20, chatRate: 1000 };
const TURNS_MAX = 2000;
const RESTART_MS = 5;

/** A broker with its chat, people and workers, in virtual time. Without `isKept` there is no store. */
export class ChatWorld {
  readonly store: FakeStore | null;
  readonly peers: ChatPeer[] = [];
  readonly workers: ChatWorker[] = [];
  chat!: Chat;
  /** What is written stays on its way to the disk. */
  isSlow = false;
  #isOpen = true;
  readonly #world: World;

  constructor(
    isKept = true,
    chat: Partial<ChatSettings> = {},
    settings: Partial<Settings> = {},
    workers = 1,
  ) {
    this.store = isKept ? new FakeStore() : null;
    const all = { ...CHAT, ...chat };
    // Workers that are connected are never taken for stalled: they report when they answer, and not in between.
    const calm = { heartbeatMs: 1e9, ...settings };
    this.#world = new World(calm, 10_000, this.store, (broker) => {
      this.chat = new Chat(broker, all, (key) => `digest of ${key}`);
    });
    for (let i = 0; i < workers; i++) this.worker();
  }

  get now(): number {
    return this.#world.now;
  }

  get broker(): Broker {
    return this.#world.broker;
  }

  /** Comes in under this nick, with a key unless that is empty. */
  person(nick: string, key = '', instance = `${nick}-${this.peers.length}`): ChatPerson {
    const person = new ChatPerson(this, nick, key, instance);
    person.connect();
    this.settle();
    return person;
  }

  raw(name = `raw-${this.peers.length}`): RawPeer {
    const peer = new RawPeer(this, name);
    peer.connect();
    return peer;
  }

  worker(): ChatWorker {
    const worker = new ChatWorker(this.#world, `w${this.workers.length}`);
    this.workers.push(worker);
    return worker;
  }

  /** Turns pass until nothing more is on its way. Time stands still. */
  settle(): void {
    for (let turns = 0; this.turn(); turns++) {
      if (turns > TURNS_MAX) throw new Error('the chat does not come to rest');
    }
  }

  /** One turn; false when nothing has happened in it. */
  turn(): boolean {
    for (const peer of this.peers) if (peer instanceof ChatPerson) peer.session.tick(this.now);
    let isBusy = false;
    for (const peer of this.peers) isBusy = peer.arrive() || isBusy;
    for (const worker of this.workers) isBusy = worker.work() || isBusy;
    const next = this.#world.tick();
    isBusy ||= next <= this.now;
    if (!this.isSlow && this.#isOpen) isBusy = this.#commit() || isBusy;
    isBusy = this.#leave() || isBusy;
    return isBusy || this.peers.some(({ orders }) => orders.length > 0);
  }

  /** Time passes, stopping wherever something is due. */
  after(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      this.settle();
      const next = Math.min(this.#next(), until);
      if (next <= this.now) return;
      this.#world.now = next;
    }
  }

  /** The broker dies, and another one starts; nobody has a connection. */
  restart(): void {
    this.#world.now += RESTART_MS;
    for (const worker of this.workers) worker.undelivered();
    this.#world.restart();
    this.#isOpen = true;
    for (const peer of this.peers) peer.lost();
    for (const worker of this.workers) worker.isHere = false;
  }

  /** All who have no connection have one again, workers first, and nothing is left to do. */
  back(...peers: ChatPeer[]): void {
    for (const worker of this.workers) worker.back();
    const all = peers.length > 0 ? peers : this.peers;
    for (const peer of all) if (!peer.isConnected) peer.connect();
    this.settle();
  }

  slow(on: boolean): void {
    this.isSlow = on;
  }

  /** The store fails: what is not durable never was. */
  fail(): void {
    this.#isOpen = false;
    this.store!.fail();
    for (const peer of this.peers) peer.failed();
    for (const worker of this.workers) worker.undelivered();
    this.broker.storeFailed(this.now, 'STORE_FAILED');
  }

  /** It is open again, and has been read. */
  reopen(): void {
    this.store!.fail();
    this.#isOpen = true;
    this.#world.reopen();
    for (const worker of this.workers) worker.back();
    this.settle();
  }

  /** It is open, and half of it is read when it fails again. */
  readHalf(): void {
    this.store!.fail();
    const jobs = this.store!.open();
    for (const job of jobs) this.broker.restore(this.now, job);
  }

  /** What may leave the broker does. */
  #leave(): boolean {
    const isDurable = this.store === null || (!this.isSlow && this.#isOpen);
    for (const worker of this.workers) worker.left(isDurable);
    let isBusy = false;
    for (const peer of this.peers) isBusy = peer.flush(isDurable) || isBusy;
    return isBusy;
  }

  #commit(): boolean {
    const { store } = this;
    if (store === null) return false;
    const isBusy = !store.isSettled || store.asked.length > 0;
    store.commit();
    this.broker.state.durable = this.broker.state.recorded;
    this.#world.tell();
    return isBusy;
  }

  #next(): number {
    let next = this.#world.tick();
    for (const peer of this.peers) {
      if (peer instanceof ChatPerson && peer.isConnected) {
        next = Math.min(next, peer.session.tick(this.now));
      }
    }
    return next;
  }
}
