import type { ProcessClaim } from '../../../src/wire/door.ts';
import { FakeStore } from '../fake-store.ts';
import { Verdict } from '../judge.ts';
import { BrokerProcess } from './broker-process.ts';
import { Chance } from './chance.ts';
import { ClientPeer } from './client-peer.ts';
import { heal, strike } from './faults.ts';
import type { KeptErrand } from './kept-errand.ts';
import { type Ends, Link } from './link.ts';
import type { Peer } from './peer.ts';
import { type Plan, planFrom } from './plan.ts';
import { Timeline } from './timeline.ts';
import { takeOver } from './virtual-loop.ts';
import { Witness } from './witness.ts';
import { type WorkerKind, WorkerPeer } from './worker-peer.ts';

/** When nothing goes wrong any more, everything must be answered within this. */
const ANSWERED_WITHIN_MS = 600_000;
const SETTLED_WITHIN_MS = 20_000;

/** Clients, workers and one broker, made of the real code, in virtual time: what its seed says happens. */
export class World implements Ends {
  readonly chance: Chance;
  readonly plan: Plan;
  readonly timeline = new Timeline();
  readonly broker: BrokerProcess;
  /** What survives the broker. */
  readonly disk = new FakeStore();
  readonly witness: Witness;
  readonly clients: ClientPeer[] = [];
  /** Every kept job that somebody has handed in. */
  readonly keptErrands: KeptErrand[] = [];
  readonly workers: WorkerPeer[] = [];
  /** Everything that happened, when that was asked for. */
  readonly lines: string[] | null;
  readonly #everyClient: ClientPeer[] = [];
  #peers = new Map<Link, Peer>();
  #processes = new Map<number, WorkerPeer>();
  #names = new Map<string, string>();
  #made = 0;
  #leaving = false;
  #broken: Error | null = null;

  constructor(seed: number, traced = false) {
    this.lines = traced ? [] : null;
    this.chance = new Chance(seed);
    this.plan = planFrom(this.chance);
    this.witness = new Witness(this);
    this.broker = new BrokerProcess(this);
  }

  /** Lives from the first start to the last goodbye; throws a `Verdict` when a promise is broken. */
  async live(): Promise<void> {
    const putBack = takeOver(this.broker);
    try {
      await this.#live();
    } finally {
      putBack();
    }
  }

  /** A promise was kept or broken in the broker: what waits for it happens next. */
  stir(): void {
    this.timeline.isStirred = true;
  }

  /** Something of the broker's own went wrong that nobody else would hear of. */
  broke(error: Error): void {
    this.#broken ??= error;
  }

  async #live(): Promise<void> {
    const { plan, timeline } = this;
    this.trace(() => JSON.stringify(plan));
    this.broker.start();
    for (let i = 0; i < plan.workers; i++) this.#addWorker(this.#kind(i));
    for (let i = 0; i < plan.clients; i++) this.#addClient();
    this.#planJobs();
    this.#planFaults();
    await timeline.run(() => this.#check(timeline.now >= plan.restlessMs), plan.restlessMs);
    heal(this);
    await this.#wait('calls wait for an answer', ANSWERED_WITHIN_MS, () => this.#open() === 0);
    await this.#wait('jobs are left', SETTLED_WITHIN_MS, () => this.#leftovers().length === 0);
    this.#poisonHasEnded();
    await this.#askAgain();
    await this.#leave();
  }

  #check(isOver: boolean): boolean {
    if (this.#broken !== null) throw this.#broken;
    return isOver;
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
    return this.#names.get(instance) ?? instance;
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
    const worker = this.#processes.get(pid);
    if (host !== 'here' || worker === undefined || worker.isDead || worker.isFrozen) return false;
    return worker.isPaused || !silent;
  }

  /** The client dies, and another is started in its place. */
  replaceClient(client: ClientPeer): void {
    if (!client.isDead) client.die();
    const at = this.clients.indexOf(client);
    if (at < 0) return;
    this.clients.splice(at, 1);
    if (!this.#leaving) this.#addClient();
  }

  killWorker(worker: WorkerPeer): void {
    if (worker.isDead) return;
    worker.die();
    this.#workerEnded(worker);
  }

  /** The broker dies and is started again after a while. */
  restartBroker(): void {
    const { broker, chance, timeline } = this;
    broker.crash();
    timeline.after(chance.ms(1, 300), () => broker.start());
  }

  #addClient(): void {
    const client = new ClientPeer(this, `c${++this.#made}`, () => this.replaceClient(client));
    this.clients.push(client);
    this.#everyClient.push(client);
    this.#names.set(client.id, client.name);
  }

  #addWorker(kind: WorkerKind): void {
    const worker = new WorkerPeer(this, kind, ++this.#made, () => this.#workerEnded(worker));
    this.workers.push(worker);
    this.#processes.set(worker.pid, worker);
    this.#names.set(worker.id, worker.name);
  }

  /** A supervisor starts it again. */
  #workerEnded(worker: WorkerPeer): void {
    const { chance, timeline } = this;
    timeline.after(chance.ms(10, 300), () => {
      const at = this.workers.indexOf(worker);
      if (at < 0 || this.#leaving) return;
      this.workers.splice(at, 1);
      this.#addWorker(worker.kind);
    });
  }

  /** Each type has a worker. */
  #kind(number: number): WorkerKind {
    const { chance, plan } = this;
    const types = plan.types.filter(
      (_, i) => i % plan.workers === number || plan.workers === 1 || chance.yes(0.4),
    );
    return {
      name: `w${number}`,
      types: types.length > 0 ? types : [chance.pick(plan.types)],
      capacity: chance.pick([1, 1, 2, 5, 20]),
      isRemote: chance.yes(0.15),
    };
  }

  #planJobs(): void {
    const { chance, plan, timeline } = this;
    for (let left = plan.jobs; left > 0; ) {
      const burst = Math.min(left, chance.yes(0.3) ? chance.int(1, 20) : 1);
      const at = chance.ms(0, plan.restlessMs);
      const who = chance.int(0, plan.clients - 1);
      for (let i = 0; i < burst; i++) {
        const isKept = chance.yes(plan.kept);
        timeline.at(at, () => (isKept ? this.clients[who]?.keep() : this.clients[who]?.call()));
      }
      left -= burst;
    }
  }

  #planFaults(): void {
    const { chance, plan, timeline } = this;
    if (plan.faults.length === 0) return;
    let at = 0;
    for (;;) {
      at += chance.ms(0, 2 * plan.faultEveryMs);
      if (at >= plan.restlessMs) return;
      timeline.at(at, () => strike(this, chance.pick(plan.faults)));
    }
  }

  /** Whoever asks for a kept job, before and after a restart, hears the same. */
  async #askAgain(): Promise<void> {
    if (this.keptErrands.length === 0) return;
    this.witness.kept.finish();
    for (const restarts of [false, true]) {
      if (restarts) this.restartBroker();
      for (const errand of this.keptErrands)
        if (this.witness.kept.judge.isStored(errand.key))
          this.chance.pick(this.clients).attach(errand);
      await this.#wait('nobody says how jobs ended', ANSWERED_WITHIN_MS, () => this.#open() === 0);
    }
  }

  async #wait(what: string, ms: number, over: () => boolean): Promise<void> {
    const limit = this.timeline.now + ms;
    if (await this.timeline.run(() => this.#check(over()), limit)) return;
    const open = this.clients.flatMap((client) => client.open.map(({ errand }) => errand.key));
    const left = [...this.#leftovers(), ...open.slice(0, 5)].join(', ');
    throw new Verdict(`after ${ms} ms ${what}: ${left}`);
  }

  #open(): number {
    return this.clients.reduce((sum, client) => sum + client.open.length, 0);
  }

  #leftovers(): string[] {
    if (!this.broker.isUp) return ['the broker is down'];

    const { inventory, state } = this.broker.core;
    const { clients, runs, slabs, waiting } = state;
    if (!this.plan.keepsNothing && state.storeRefusal !== null) return ['the store is closed'];
    const calls = [...clients].reduce((sum, client) => sum + client.calls.size, 0);
    const kept = this.keptErrands.map(({ id }) => inventory.find(id)?.length ?? 0);
    const heldBytes = slabs.heldBytes - kept.reduce((sum, length) => sum + length, 0);
    const counts = {
      waiting,
      runs: runs.size,
      heldBytes,
      calls,
      commits: this.disk.isSettled ? 0 : 1,
    };
    return Object.entries(counts).flatMap(([name, count]) =>
      count === 0 ? [] : [`${name} ${count}`],
    );
  }

  /** Where nothing but poison does harm, it harms nobody but itself. */
  #poisonHasEnded(): void {
    if (!this.plan.onlyPoison) return;
    for (const { errand, end } of this.#everyClient.flatMap(({ calls }) => calls)) {
      const expected = errand.deed === 'poison' ? 'DEAD' : 'OK';
      if (end !== expected && end !== 'ACCEPTED' && end !== 'JOB_UNKNOWN')
        throw new Verdict(`${errand.key} (${errand.deed}) ended ${end}`);
    }
  }

  /** Everybody says goodbye, and the broker knows nobody any more. */
  async #leave(): Promise<void> {
    this.#leaving = true;
    for (const client of [...this.clients]) client.close();
    for (const worker of this.workers) worker.drain();
    await this.#wait('somebody is left', SETTLED_WITHIN_MS, () => {
      if (!this.broker.isUp) return false;
      const { state } = this.broker.core;
      const known = state.clients.size + state.workers.size + this.broker.traffic.connections;
      return known === 0 && this.workers.every((worker) => worker.isDead);
    });
    this.broker.audit();
  }
}
