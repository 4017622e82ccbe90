import { Verdict } from '../judge.ts';
import { ClientPeer } from './client-peer.ts';
import { heal } from './faults.ts';
import type { KeptErrand } from './kept-errand.ts';
import { type Plan, planFrom } from './plan.ts';
import { Scene } from './scene.ts';
import { Witness } from './witness.ts';
import { type WorkerKind, WorkerPeer } from './worker-peer.ts';

/** When nothing goes wrong any more, everything must be answered within this. */
const ANSWERED_WITHIN_MS = 600_000;
const SETTLED_WITHIN_MS = 20_000;

/** Clients, workers and one broker, made of the real code, in virtual time: what its seed says happens. */
export class World extends Scene<Plan> {
  readonly witness: Witness;
  readonly clients: ClientPeer[] = [];
  /** Every kept job that somebody has handed in. */
  readonly keptErrands: KeptErrand[] = [];
  readonly workers: WorkerPeer[] = [];
  readonly #everyClient: ClientPeer[] = [];
  #made = 0;

  constructor(seed: number, traced = false) {
    super(seed, planFrom, traced);
    this.witness = new Witness(this);
  }

  /** The client dies, and another is started in its place. */
  replaceClient(client: ClientPeer): void {
    if (!client.isDead) client.die();
    const at = this.clients.indexOf(client);
    if (at < 0) return;
    this.clients.splice(at, 1);
    if (!this.isLeaving) this.#addClient();
  }

  killWorker(worker: WorkerPeer): void {
    if (worker.isDead) return;
    worker.die();
    this.#workerEnded(worker);
  }

  protected async course(): Promise<void> {
    const { plan } = this;
    this.trace(() => JSON.stringify(plan));
    this.broker.start();
    for (let i = 0; i < plan.workers; i++) this.#addWorker(this.#kind(i));
    for (let i = 0; i < plan.clients; i++) this.#addClient();
    this.#planJobs();
    this.planFaults();
    await this.runRestless();
    heal(this);
    await this.wait('calls wait for an answer', ANSWERED_WITHIN_MS, () => this.#open() === 0);
    await this.wait('jobs are left', SETTLED_WITHIN_MS, () => this.#leftovers().length === 0);
    this.#poisonHasEnded();
    await this.#askAgain();
    await this.#leave();
  }

  #addClient(): void {
    const client = new ClientPeer(this, `c${++this.#made}`, () => this.replaceClient(client));
    this.clients.push(client);
    this.#everyClient.push(client);
    this.names.set(client.id, client.name);
  }

  #addWorker(kind: WorkerKind): void {
    const worker = new WorkerPeer(this, kind, ++this.#made, () => this.#workerEnded(worker));
    this.workers.push(worker);
    this.processes.set(worker.pid, worker);
    this.names.set(worker.id, worker.name);
  }

  /** A supervisor starts it again. */
  #workerEnded(worker: WorkerPeer): void {
    const { chance, timeline } = this;
    timeline.after(chance.ms(10, 300), () => {
      const at = this.workers.indexOf(worker);
      if (at < 0 || this.isLeaving) return;
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

  /** Whoever asks for a kept job, before and after a restart, hears the same. */
  async #askAgain(): Promise<void> {
    if (this.keptErrands.length === 0) return;
    this.witness.kept.finish();
    for (const restarts of [false, true]) {
      if (restarts) this.restartBroker();
      for (const errand of this.keptErrands)
        if (this.witness.kept.judge.isStored(errand.key))
          this.chance.pick(this.clients).attach(errand);
      await this.wait('nobody says how jobs ended', ANSWERED_WITHIN_MS, () => this.#open() === 0);
    }
  }

  protected leftovers(): string[] {
    const open = this.clients.flatMap((client) => client.open.map(({ errand }) => errand.key));
    return [...this.#leftovers(), ...open.slice(0, 5)];
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
    this.isLeaving = true;
    for (const client of [...this.clients]) client.close();
    for (const worker of this.workers) worker.drain();
    await this.wait('somebody is left', SETTLED_WITHIN_MS, () => {
      if (!this.broker.isUp) return false;
      const { state } = this.broker.core;
      const known = state.clients.size + state.workers.size + this.broker.traffic.connections;
      return known === 0 && this.workers.every((worker) => worker.isDead);
    });
    this.broker.audit();
  }
}
