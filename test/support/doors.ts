import { Broker } from '../../src/core/broker.ts';
import type { Job } from '../../src/core/job.ts';
import type { Worker } from '../../src/core/worker.ts';
import { classicClients } from '../../src/wire/dialects/classic-client.ts';
import { classicWorkers } from '../../src/wire/dialects/classic-worker.ts';
import { majordomoClients } from '../../src/wire/dialects/majordomo-client.ts';
import { majordomoWorkers } from '../../src/wire/dialects/majordomo-worker.ts';
import { nativeClients } from '../../src/wire/dialects/native-client.ts';
import { nativeWorkers } from '../../src/wire/dialects/native-worker.ts';
import { pppWorkers } from '../../src/wire/dialects/ppp-worker.ts';
import { type Dialect, Door, type DoorHost, Traffic } from '../../src/wire/door.ts';
import { audit } from './audit.ts';
import { FakeStore } from './fake-store.ts';
import { Hostile, type Side } from './hostile.ts';
import { Random } from './random.ts';

const SETTINGS = {
  answerTimeoutMs: 300,
  heartbeatMs: 50,
  attemptsMax: 2,
  clientGraceMs: 200,
  workerGraceMs: 100,
  adoptMs: 500,
  waitingJobsMax: 50,
  waitingBytesMax: 100_000,
  workerBytesMax: 10_000,
  typesMax: 4,
  channelsMax: 100,
  unreceivedBytesMax: 20_000,
  keepAnswersMs: 2000,
  bodyBytesMax: 5000,
  connectionsMax: 12,
  defaultType: 'H',
  mdpHeartbeatMs: 100,
};
const INSTANCE = 'ab'.repeat(16);
const STARTED_AT = 1000;
const PEERS = [
  ['frontend', 6],
  ['backend', 6],
  ['ppp', 1],
] as const;

interface Peer {
  readonly side: Side;
  readonly door: Door;
  readonly routingId: Buffer;
  hostile: Hostile;
}

/**
 * The broker's doors and its core without sockets and in virtual time, and thirteen peers that mean no good. Each seed has settings of
 * its own, some a store that fails now and then.
 */
export class BesiegedDoors {
  readonly traffic = new Traffic();
  readonly #random: Random;
  readonly #broker: Broker;
  readonly #doors: Record<Side, Door>;
  readonly #peers: Peer[] = [];
  readonly #store: FakeStore | null;
  #commits = 0;
  #now = STARTED_AT;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#store = seed % 4 === 0 ? new FakeStore() : null;
    const settings = {
      ...SETTINGS,
      mdpOrdered: seed % 2 === 0,
      mdpDedupeMs: seed % 3 === 0 ? 500 : 0,
      mdpExpiresMs: seed % 5 === 0 ? 1000 : 0,
    };
    const store = this.#store ?? undefined;
    this.#broker = new Broker(this.#now, seed, settings, { worker() {} }, store);
    if (this.#store !== null) this.#open(this.#store);
    const door = (side: Side, dialects: readonly Dialect[]) =>
      new Door(this.#broker, this.#host(side), settings, this.traffic, dialects);
    const majordomo = [majordomoClients(), majordomoWorkers];
    this.#doors = {
      frontend: door('frontend', [nativeClients, classicClients, ...majordomo]),
      backend: door('backend', [nativeWorkers, classicWorkers, ...majordomo]),
      ppp: door('ppp', [pppWorkers]),
    };
    for (const [side, count] of PEERS) for (let n = 0; n < count; n++) this.#join(side, n);
  }

  /** Something happens at a door; what the core holds must agree with itself after it. */
  step(): void {
    const random = this.#random;
    const peer = random.pick(this.#peers);
    const what = random.below(40);
    if (what === 0) this.#end(peer);
    else if (what === 1) peer.door.slow(this.#now, peer.routingId);
    else if (what === 2) this.#now += random.below(400);
    else peer.door.receive(this.#now, peer.routingId, peer.hostile.message());
    if (random.below(3) === 0) this.#turn();
  }

  /** All leave, and what is kept is taken back. Returns what is left of them: nothing, if all is well. */
  end(): string {
    for (const peer of this.#peers) this.#end(peer);
    if (this.#broker.state.storeRefusal === 'STORE_FAILED') this.#open(this.#store!);
    this.#land();
    this.#takeBack();
    this.#land();
    const until = this.#now + 2 * SETTINGS.answerTimeoutMs + SETTINGS.keepAnswersMs;
    while (this.#now < until) {
      this.#now += SETTINGS.heartbeatMs;
      this.#broker.tick(this.#now);
    }
    const { state } = this.#broker;
    const { clients, workers, runs, waiting, jobs, slabs } = state;
    const left = { clients: clients.size, workers: workers.size, runs: runs.size, waiting, jobs };
    const { size: channels, subscriptions } = this.#broker.channels;
    const { connections } = this.traffic;
    const open = this.#store?.open().length ?? 0;
    const all = { ...left, bytes: slabs.heldBytes, connections, channels, subscriptions, open };
    return Object.entries(all)
      .filter(([, count]) => count !== 0)
      .map(([what, count]) => `${count} ${what}`)
      .join(', ');
  }

  #turn(): void {
    this.#broker.tick(this.#now);
    if (this.#random.below(5) === 0) for (const door of this.#all) door.pulse(this.#now);
    if ((this.#store?.handOver() ?? 0) > 0) this.#commits++;
    const waitFor = this.#store?.isSettled === false ? this.#commits : 0;
    for (const door of this.#all) door.flush(waitFor);
    if (this.#store !== null) this.#disk(this.#store);
    const { inventory } = this.#broker;
    const adopting = this.#store !== null || this.#now <= STARTED_AT + SETTINGS.adoptMs;
    const drained = this.#store !== null;
    const all = audit(this.#broker.state, { ticked: true, adopting, drained, inventory });
    // A worker that comes again with less room than it holds jobs has itself to blame.
    const wrong = all.filter((each) => !each.endsWith('has more than its capacity'));
    if (wrong.length > 0) throw new Error(wrong.join('; '));
  }

  /** Most of the time what was recorded becomes durable; sometimes the store fails, or is there again. */
  #disk(store: FakeStore): void {
    const what = this.#random.below(30);
    if (this.#broker.state.storeRefusal !== null) {
      if (what < 5) this.#open(store);
    } else if (what === 0) {
      store.fail();
      for (const door of this.#all) door.failed();
      this.#broker.storeFailed(this.#now, 'STORE_FAILED');
    } else if (what < 20) {
      this.#land();
    }
    this.#broker.tick(this.#now);
  }

  #open(store: FakeStore): void {
    this.#broker.opened(INSTANCE, store.nextNumber, store.nextFence);
    for (const job of store.open()) this.#broker.restore(this.#now, job);
    this.#broker.restored(this.#now);
  }

  #land(): void {
    const store = this.#store;
    if (store === null) return;
    store.commit();
    this.#broker.state.durable = this.#broker.state.recorded;
    for (const door of this.#all) door.durable(this.#commits);
    for (const id of store.asked.splice(0)) {
      const found = store.found(id);
      const isOpen = found?.state === 'waiting' || found?.state === 'dispatched';
      this.#broker.lookups.told(this.#now, id, isOpen ? 'open' : store.endedBy(id));
    }
  }

  #takeBack(): void {
    const open: Job[] = [];
    this.#broker.inventory.scan({ client: 0, at: 0 }, Number.POSITIVE_INFINITY, (job) => {
      if (job.open) open.push(job);
      return true;
    });
    for (const job of open) this.#broker.operator.cancel(this.#now, job);
  }

  get #all(): readonly Door[] {
    return Object.values(this.#doors);
  }

  #join(side: Side, n: number): void {
    const routingId = Buffer.from(`${side}${n}`);
    const hostile = new Hostile(this.#random, side);
    this.#peers.push({ side, door: this.#doors[side], routingId, hostile });
  }

  #end(peer: Peer): void {
    peer.door.ended(this.#now, peer.routingId);
    peer.hostile = new Hostile(this.#random, peer.side);
  }

  #host(side: string): DoorHost {
    const random = this.#random;
    return {
      send: (routingId, frames) => {
        const key = Buffer.from(routingId).toString();
        const peer = this.#peers.find((each) => each.routingId.toString() === key);
        if (!key.startsWith(side) || peer === undefined) throw new Error(`sent to nobody: ${key}`);
        peer.hostile.hear(frames);
      },
      newSession: () => ({ low: random.below(2 ** 32) || 1, high: random.below(2 ** 32) }),
      workerLost: (now: number, worker: Worker) => {
        if (random.below(2) === 0) this.#broker.workerGone(now, worker);
        else this.#broker.workerAway(now, worker);
      },
    };
  }
}
