import { Keeping } from '../../../src/broker/keeping.ts';
import { Turn } from '../../../src/broker/turn.ts';
import { Broker } from '../../../src/core/broker.ts';
import type { Client } from '../../../src/core/client.ts';
import { Clock } from '../../../src/core/clock.ts';
import { MemoryStore } from '../../../src/store/memory.ts';
import type { StoreEvents } from '../../../src/store/store.ts';
import { classicClients } from '../../../src/wire/dialects/classic-client.ts';
import { classicWorkers } from '../../../src/wire/dialects/classic-worker.ts';
import { nativeClients } from '../../../src/wire/dialects/native-client.ts';
import { nativeWorkers } from '../../../src/wire/dialects/native-worker.ts';
import { pageClients } from '../../../src/wire/dialects/page-client.ts';
import { type Dialect, Door, type DoorHost, Traffic } from '../../../src/wire/door.ts';
import { audit } from '../audit.ts';
import { MAJORDOMO_SETTINGS } from '../door-settings.ts';
import { Verdict } from '../judge.ts';
import { AdoptWindow } from './adopt-window.ts';
import type { Link } from './link.ts';
import { Mourning } from './mourning.ts';
import type { Scene } from './scene.ts';
import { SimStore } from './sim-store.ts';
import type { Happening } from './timeline.ts';
import type { LoopOwner } from './virtual-loop.ts';

const AUDIT_EVERY = 16;
/** What is understood at each of its doors. */
const DIALECTS: readonly (readonly Dialect[])[] = [
  [nativeClients, classicClients],
  [nativeWorkers, classicWorkers],
  [pageClients],
];
/** The wall clock when a world begins. */
const WALL = 1_700_000_000_000;

/** The broker's process: the real core, doors and turns, and a store that fails. */
export class BrokerProcess implements LoopOwner {
  /** It runs; serving, once its store is open. */
  isAlive = false;
  isUp = false;
  isFrozen = false;
  epoch = 0;
  turns = 0;
  core!: Broker;
  traffic!: Traffic;
  /** Null when it keeps nothing. */
  store: SimStore | null = null;
  adopts = new AdoptWindow();
  timeOrigin = WALL;
  readonly links = new Map<string, Link>();
  readonly #world: Scene;
  #turn!: Turn;
  #doors!: readonly Door[];
  /** Clients of who lives in it. */
  #residents: ReadonlySet<Client> = new Set();
  #inbox: (() => void)[] = [];
  #bornAt = 0;
  /** Time it was frozen in this life, and how often. */
  #frozenMs = 0;
  #freezes = 0;
  #frozenAt = 0;

  constructor(world: Scene) {
    this.#world = world;
  }

  start(): void {
    const { chance, plan, timeline, witness } = this.#world;
    this.isAlive = true;
    this.epoch = chance.u32();
    // Some run over the end of the stamps that jobs carry.
    const age = chance.yes(0.2) ? 214_748_364 - chance.int(0, 3000) : chance.int(0, 1_000_000);
    this.#bornAt = timeline.now - age - chance.fraction();
    this.timeOrigin = WALL + this.#bornAt;
    this.#frozenMs = this.#freezes = 0;
    const clock = new Clock(this.monotonic(), Turn.readEveryMs, plan.settings.heartbeatMs);
    const keeping = plan.keepsNothing ? null : this.#keeping();
    const store = this.store ?? new MemoryStore();
    const watcher = { worker: witness.watched.bind(witness) };
    const now = clock.read(this.monotonic());
    this.adopts = new AdoptWindow();
    this.core = new Broker(now, this.epoch, plan.settings, watcher, keeping ?? undefined);
    this.#residents = this.#world.moveIn(this.core);
    this.traffic = new Traffic();
    const mourning = new Mourning(this.#world);
    this.#doors = DIALECTS.map((dialects) => this.#door(dialects, mourning));
    this.#turn = new Turn(this.core, clock, store, this.#doors, () => {
      keeping?.ask();
      this.#turned();
    });
    this.#world.trace(() => `broker starts, epoch ${this.epoch}`);
    if (keeping === null) this.#serve();
    else this.#open(keeping);
  }

  /** The core's time. */
  now(): number {
    return this.#turn.now();
  }

  /** Wall-clock milliseconds. */
  wall(): number {
    return WALL + this.#world.timeline.now;
  }

  monotonic(): number {
    return this.#world.timeline.now - this.#bornAt;
  }

  soonMs(): number {
    const { chance } = this.#world;
    return chance.yes(0.3) ? chance.ms(0, 0.4) : 0;
  }

  stir(): void {
    this.#world.stir();
  }

  /**
   * By how much time can have passed for the core at most: that in which this process ran, and as much of each freeze as may not
   * be noticed. Judged by this and not by the core's own word.
   */
  patience(): number {
    const unnoticed = Turn.readEveryMs + this.#world.plan.settings.heartbeatMs;
    return this.monotonic() - this.#frozenMs + this.#freezes * unnoticed;
  }

  /** It dies: what it had not sent is lost, and all that it knew. */
  crash(): void {
    const { chance } = this.#world;
    this.#world.trace(() => 'broker is killed');
    this.isAlive = this.isUp = this.isFrozen = false;
    this.#inbox = [];
    this.#turn.stop();
    this.store?.lose();
    this.store = null;
    for (const link of this.links.values())
      link.cut({ upMs: 0, downMs: chance.ms(0, 3), brokerMs: 0, peerMs: chance.ms(0, 8) });
    this.links.clear();
    this.#world.witness.brokerDied();
  }

  freeze(ms: number): void {
    if (this.isFrozen) return;
    this.#world.trace(() => `broker is frozen for ${Math.round(ms)} ms`);
    this.isFrozen = true;
    this.#frozenAt = this.monotonic();
    const { epoch } = this;
    this.#world.timeline.after(ms, () => {
      if (this.epoch === epoch) this.thaw();
    });
  }

  /** What is due and what has arrived meanwhile may come in either order. */
  thaw(): void {
    if (!this.isFrozen) return;
    this.isFrozen = false;
    this.#frozenMs += this.monotonic() - this.#frozenAt;
    this.#freezes++;
    this.#world.trace(() => 'broker goes on');
    if (this.#world.chance.yes(0.5)) this.#turn.end();
    const inbox = this.#inbox;
    this.#inbox = [];
    for (const one of inbox) one();
    this.#turn.end();
  }

  drain(ms: number): void {
    this.#world.trace(() => `broker drains for ${Math.round(ms)} ms`);
    this.core.drain(this.now(), ms);
    this.#turn.soon();
  }

  /** Something was fed to the core: the turn ends soon. */
  soon(): void {
    this.#turn.soon();
  }

  message(link: Link, frames: Uint8Array[]): void {
    if (!this.isUp) return;
    this.#take(() => {
      const { witness } = this.#world;
      witness.beforeBroker(link, frames);
      this.#turn.take(this.#doors[link.side]!, link.routingId, frames);
      witness.afterBroker(link, frames);
    });
  }

  ended(link: Link): void {
    if (!this.isUp) return;
    this.#take(() => {
      link.isLost = true;
      this.#world.witness.lost(link);
      this.#world.trace(() => `broker: ${this.#world.peerOf(link)?.name} disconnected`);
      this.#doors[link.side]!.ended(this.now(), link.routingId);
      this.#turn.soon();
    });
  }

  /** In this life of the broker only, and not while it is frozen. */
  later(ms: number, something: () => void): Happening {
    const { epoch } = this;
    return this.#world.timeline.after(ms, () => {
      if (this.isAlive && this.epoch === epoch) this.#take(something);
    });
  }

  /** Counts again what the core keeps count of. */
  audit(): void {
    const { inventory, state } = this.core;
    const adopting = this.now() <= this.adopts.until + 1;
    const drained = state.draining || this.store !== null;
    const clients = this.#residents;
    const options = { adopting, ticked: true, drained, inventory, clients };
    const wrong = audit(state, options);
    if (wrong.length > 0) throw new Verdict(`the core's counts: ${wrong.join('; ')}`);
    const fresh = [...state.clients]
      .flatMap((client) => client.calls.all())
      .filter((job) => job.open && job.run === null && job.attempts === 0).length;
    // One of each type may have come in because a worker was free that is so no more.
    if (fresh > state.settings.waitingJobsMax + state.types.size)
      throw new Verdict(`${fresh} jobs wait`);
  }

  #keeping(): Keeping {
    const { witness } = this.#world;
    const events: StoreEvents = {
      durable: (commit) => this.#turn.durable(commit),
      forgot: (to) => this.core.forgot(to),
      failed: (code, reason) => {
        this.adopts.hold(this.now());
        keeping.failed(code, reason);
        witness.storeFailed();
      },
    };
    this.store = new SimStore(this.#world, this.#world.disk, events, () => this.#opened());
    const keeping = new Keeping(this.store, () => {});
    return keeping;
  }

  /** What the store holds is read now: from here on jobs wait for their workers. */
  #opened(): void {
    this.#world.trace(() => 'the store is open');
    this.adopts.open(this.now(), this.#world.plan.settings.adoptMs);
  }

  #open(keeping: Keeping): void {
    const { epoch } = this;
    keeping.start(this.core, this.#turn).then(
      () => {
        if (this.isAlive && this.epoch === epoch) this.#take(() => this.#serve());
      },
      (error) => this.#world.broke(error),
    );
  }

  #serve(): void {
    this.isUp = true;
    this.adopts.open(this.now(), this.#world.plan.settings.adoptMs);
    this.#turn.end();
  }

  #turned(): void {
    this.turns++;
    this.#world.witness.endTurn();
    if (this.turns % AUDIT_EVERY === 0) this.audit();
  }

  #take(input: () => void): void {
    if (this.isFrozen) this.#inbox.push(input);
    else input();
  }

  #door(dialects: readonly Dialect[], mourning: Mourning): Door {
    const { chance, plan } = this.#world;
    const settings = {
      heartbeatMs: plan.settings.heartbeatMs,
      bodyBytesMax: 100_000,
      connectionsMax: 100,
      defaultType: 'A',
      ...MAJORDOMO_SETTINGS,
    };
    const host: DoorHost = {
      send: (routingId, frames) => this.#send(routingId, frames),
      newSession: () => ({ low: chance.u32() || 1, high: chance.u32() }),
      workerLost: (now, worker, claim) => mourning.lost(now, worker, claim),
    };
    return new Door(this.core, host, settings, this.traffic, dialects);
  }

  #send(routingId: Uint8Array, frames: Uint8Array[]): void {
    const link = this.links.get(Buffer.from(routingId).toString('latin1'));
    if (link === undefined) return;
    if (frames.length === 0) {
      link.close();
      return;
    }
    this.#world.witness.fromBroker(link, frames);
    link.down(frames);
  }
}
