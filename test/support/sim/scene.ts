import type { Broker } from '../../../src/core/broker.ts';
import type { Client } from '../../../src/core/client.ts';
import type { WorkerEvent } from '../../../src/core/outbox.ts';
import type { Settings } from '../../../src/core/state.ts';
import type { Worker } from '../../../src/core/worker.ts';
import type { ProcessClaim } from '../../../src/wire/door.ts';
import { FakeStore } from '../fake-store.ts';
import { Verdict } from '../judge.ts';
import { BrokerProcess } from './broker-process.ts';
import { Chance } from './chance.ts';
import { strike } from './faults.ts';
import { type Ends, Link } from './link.ts';
import type { Peer } from './peer.ts';
import type { FaultKind } from './plan.ts';
import { Timeline } from './timeline.ts';
import { takeOver } from './virtual-loop.ts';

/** What every simulated world has: drawn once, from its seed. */
export interface ScenePlan {
  readonly settings: Settings;
  /** How long things are done and faults happen. */
  readonly restlessMs: number;
  /** Messages take from a little to about this long. */
  readonly delayMs: number;
  /** A lost connection is tried again after one to two times this. */
  readonly reconnectMs: number;
  readonly faults: readonly FaultKind[];
  /** Mean time between two faults. */
  readonly faultEveryMs: number;
  /** The broker has no store. */
  readonly keepsNothing: boolean;
  /** A commit takes up to this. */
  readonly commitMs: number;
}

/** Who sees what the broker takes in and gives out, and what befalls it. */
export interface Onlooker {
  beforeBroker(link: Link, frames: Uint8Array[]): void;
  afterBroker(link: Link, frames: Uint8Array[]): void;
  fromBroker(link: Link, frames: Uint8Array[]): void;
  /** All that a turn has written has left. */
  endTurn(): void;
  /** The broker has noticed the end of a connection. */
  lost(link: Link): void;
  watched(worker: Worker, event: WorkerEvent): void;
  /** The broker is about to say that this worker is gone, and may. */
  isRightlyGone(instance: string): void;
  storeFailed(): void;
  brokerDied(): void;
}

/** One broker and its peers, made of the real code, in virtual time. */
export abstract class Scene<P extends ScenePlan = ScenePlan> implements Ends {
  readonly chance: Chance;
  readonly plan: P;
  readonly timeline = new Timeline();
  readonly broker: BrokerProcess;
  /** What survives the broker. */
  readonly disk = new FakeStore();
  /** Everything that happened, when that was asked for. */
  readonly lines: string[] | null;
  abstract readonly witness: Onlooker;
  abstract readonly clients: readonly (Peer & { close(): void })[];
  abstract readonly workers: readonly (Peer & { drain(): void })[];
  /** Workers by their process id. */
  protected readonly processes = new Map<number, Peer>();
  protected readonly names = new Map<string, string>();
  /** Everybody says goodbye: nobody is started any more. */
  protected isLeaving = false;
  #peers = new Map<Link, Peer>();
  #broken: Error | null = null;

  constructor(seed: number, planFrom: (chance: Chance) => P, traced: boolean) {
    this.lines = traced ? [] : null;
    this.chance = new Chance(seed);
    this.plan = planFrom(this.chance);
    this.broker = new BrokerProcess(this);
  }

  /** Lives from the first start to the last goodbye; throws a `Verdict` when a promise is broken. */
  async live(): Promise<void> {
    const putBack = takeOver(this.broker);
    try {
      await this.course();
    } finally {
      putBack();
    }
  }

  /** A new broker has been made: who lives in it moves in. Returns those of its clients that are not its guests. */
  moveIn(_core: Broker): ReadonlySet<Client> {
    return new Set();
  }

  /** A client dies, and another is started in its place. */
  abstract replaceClient(client: Peer): void;
  abstract killWorker(worker: Peer): void;

  /** A promise was kept or broken in the broker: what waits for it happens next. */
  stir(): void {
    this.timeline.isStirred = true;
  }

  /** Something of the broker's own went wrong that nobody else would hear of. */
  broke(error: Error): void {
    this.#broken ??= error;
  }

  trace(line: () => string): void {
    this.lines?.push(`${this.timeline.now.toFixed(2).padStart(10)} ${line()}`);
  }

  newLink(peer: Peer): Link {
    const link = new Link(peer.side, this, this.timeline, this.chance, this.plan.delayMs);
    this.broker.links.set(link.key, link);
    this.#peers.set(link, peer);
    return link;
  }

  peerOf(link: Link): Peer | null {
    return this.#peers.get(link) ?? null;
  }

  /** Of a worker or client, by its instance in hex. */
  nameOf(instance: string): string {
    return this.names.get(instance) ?? instance;
  }

  toBroker(link: Link, frames: Uint8Array[]): void {
    if (this.broker.links.has(link.key)) this.broker.message(link, frames);
  }

  toPeer(link: Link, frames: Uint8Array[]): void {
    this.#peers.get(link)?.receive(frames);
  }

  endedAtBroker(link: Link): void {
    if (this.broker.links.has(link.key)) this.broker.ended(link);
  }

  endedAtPeer(link: Link): void {
    this.#peers.get(link)?.lost(link);
  }

  /** Whether the broker can see that this process lives, as `src/broker/proof-of-life.ts` looks. */
  lives({ host, pid }: ProcessClaim, silent: boolean): boolean {
    const worker = this.processes.get(pid);
    if (host !== 'here' || worker === undefined || worker.isDead || worker.isFrozen) return false;
    return worker.isPaused || !silent;
  }

  /** The broker dies and is started again after a while. */
  restartBroker(): void {
    const { broker, chance, timeline } = this;
    broker.crash();
    timeline.after(chance.ms(1, 300), () => broker.start());
  }

  /** All that happens. */
  protected abstract course(): Promise<void>;

  /** Who is still waited for, a few words each. */
  protected abstract leftovers(): readonly string[];

  /** Lets the world go on until the faults are over. */
  protected async runRestless(): Promise<void> {
    const until = this.timeline.now + this.plan.restlessMs;
    await this.timeline.run(() => this.check(this.timeline.now >= until), until);
  }

  /** Lets the world go on until `over`, which must be within so much time. */
  protected async wait(what: string, ms: number, over: () => boolean): Promise<void> {
    const limit = this.timeline.now + ms;
    if (await this.timeline.run(() => this.check(over()), limit)) return;
    throw new Verdict(`after ${ms} ms ${what}: ${this.leftovers().join(', ')}`);
  }

  protected check(isOver: boolean): boolean {
    if (this.#broken !== null) throw this.#broken;
    return isOver;
  }

  protected planFaults(): void {
    const { chance, plan, timeline } = this;
    if (plan.faults.length === 0) return;
    let at = 0;
    for (;;) {
      at += chance.ms(0, 2 * plan.faultEveryMs);
      if (at >= plan.restlessMs) return;
      timeline.at(at, () => strike(this, chance.pick(plan.faults)));
    }
  }
}
