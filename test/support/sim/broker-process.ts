import { Broker } from '../../../src/core/broker.ts';
import { Clock } from '../../../src/core/clock.ts';
import { type Worker, WorkerState } from '../../../src/core/worker.ts';
import { classicClients } from '../../../src/wire/dialects/classic-client.ts';
import { classicWorkers } from '../../../src/wire/dialects/classic-worker.ts';
import { nativeClients } from '../../../src/wire/dialects/native-client.ts';
import { nativeWorkers } from '../../../src/wire/dialects/native-worker.ts';
import { Door, type ProcessClaim, Traffic } from '../../../src/wire/door.ts';
import { audit } from '../audit.ts';
import { Verdict } from '../judge.ts';
import type { Link } from './link.ts';
import type { Happening } from './timeline.ts';
import type { World } from './world.ts';

const PULSE_MS = 200;
const LOOK_AGAIN_MS = 10;
const AUDIT_EVERY = 16;

/** The broker's process: the real core and the real doors, in turns as `src/broker/turn.ts` has them. */
export class BrokerProcess {
  isUp = false;
  isFrozen = false;
  epoch = 0;
  turns = 0;
  core!: Broker;
  traffic!: Traffic;
  /** Until when, in core time, jobs wait for their workers after this start. */
  adoptUntil = 0;
  readonly links = new Map<string, Link>();
  readonly #world: World;
  #clock!: Clock;
  #doors!: readonly [Door, Door];
  #inbox: (() => void)[] = [];
  #bornAt = 0;
  #ending = false;
  #timer: Happening | null = null;
  #pulseAt = 0;
  /** Time it was frozen in this life, and how often. */
  #frozenMs = 0;
  #freezes = 0;
  #frozenAt = 0;

  constructor(world: World) {
    this.#world = world;
  }

  start(): void {
    const { chance, plan, timeline, witness } = this.#world;
    this.isUp = true;
    this.epoch = chance.u32();
    // Some run over the end of the stamps that jobs carry.
    const age = chance.yes(0.2) ? 214_748_364 - chance.int(0, 3000) : chance.int(0, 1_000_000);
    this.#bornAt = timeline.now - age - chance.fraction();
    this.#clock = new Clock(this.#monotonic(), PULSE_MS, plan.settings.heartbeatMs);
    const watcher = { worker: witness.watched.bind(witness) };
    this.core = new Broker(this.now(), this.epoch, plan.settings, watcher);
    this.adoptUntil = this.now() + plan.settings.adoptMs;
    this.traffic = new Traffic();
    this.#doors = [this.#door(0), this.#door(1)];
    this.#frozenMs = this.#freezes = 0;
    this.#world.trace(() => `broker starts, epoch ${this.epoch}`);
    this.end();
  }

  /** The core's time. */
  now(): number {
    return this.#clock.read(this.#monotonic());
  }

  /**
   * By how much time can have passed for the core at most: that in which this process ran, and as much of each freeze as may not
   * be noticed. Judged by this and not by the core's own word.
   */
  patience(): number {
    const unnoticed = PULSE_MS + this.#world.plan.settings.heartbeatMs;
    return this.#monotonic() - this.#frozenMs + this.#freezes * unnoticed;
  }

  /** It dies: what it had not sent is lost, and all that it knew. */
  crash(): void {
    const { chance } = this.#world;
    this.#world.trace(() => 'broker is killed');
    this.isUp = this.isFrozen = this.#ending = false;
    this.#inbox = [];
    this.#timer?.callOff();
    this.#timer = null;
    for (const link of this.links.values())
      link.cut({ upMs: 0, downMs: chance.ms(0, 3), brokerMs: 0, peerMs: chance.ms(0, 8) });
    this.links.clear();
    this.#world.witness.brokerDied();
  }

  freeze(ms: number): void {
    if (this.isFrozen) return;
    this.#world.trace(() => `broker is frozen for ${Math.round(ms)} ms`);
    if (this.#ending) this.end();
    this.isFrozen = true;
    this.#frozenAt = this.#monotonic();
    const { epoch } = this;
    this.#world.timeline.after(ms, () => {
      if (this.epoch === epoch) this.thaw();
    });
  }

  /** What is due and what has arrived meanwhile may come in either order. */
  thaw(): void {
    if (!this.isFrozen) return;
    this.isFrozen = false;
    this.#frozenMs += this.#monotonic() - this.#frozenAt;
    this.#freezes++;
    this.#world.trace(() => 'broker goes on');
    if (this.#world.chance.yes(0.5)) this.end();
    const inbox = this.#inbox;
    this.#inbox = [];
    for (const one of inbox) one();
    this.end();
  }

  drain(ms: number): void {
    this.#world.trace(() => `broker drains for ${Math.round(ms)} ms`);
    this.core.drain(this.now(), ms);
    this.soon();
  }

  message(link: Link, frames: Uint8Array[]): void {
    this.#take(() => {
      const now = this.now();
      const { witness } = this.#world;
      witness.beforeBroker(link, frames);
      this.#doors[link.side].receive(now, link.routingId, frames);
      witness.afterBroker(link, frames);
      this.soon();
    });
  }

  ended(link: Link): void {
    this.#take(() => {
      link.isLost = true;
      this.#world.witness.lost(link);
      this.#world.trace(() => `broker: ${this.#world.peerOf(link)?.name} disconnected`);
      this.#doors[link.side].ended(this.now(), link.routingId);
      this.soon();
    });
  }

  /** The turn ends when what else has arrived is in. */
  soon(): void {
    if (this.#ending) return;
    this.#ending = true;
    const ms = this.#world.chance.yes(0.3) ? this.#world.chance.ms(0, 0.4) : 0;
    this.#later(ms, () => {
      if (this.#ending && !this.isFrozen) this.end();
    });
  }

  end(): void {
    this.#ending = false;
    this.turns++;
    const now = this.now();
    const next = this.core.tick(now);
    if (now >= this.#pulseAt || now < this.#pulseAt - PULSE_MS) {
      this.#pulseAt = now + PULSE_MS;
      for (const door of this.#doors) door.pulse();
    }
    if (this.turns % AUDIT_EVERY === 0) this.audit();
    for (const door of this.#doors) door.flush();
    this.#world.witness.endTurn();
    this.#arm(now, Math.min(next, this.#pulseAt));
  }

  /** Counts again what the core keeps count of. */
  audit(): void {
    const { state } = this.core;
    const adopting = this.now() <= this.adoptUntil + 1;
    const wrong = audit(state, { adopting, ticked: true, drained: state.draining });
    if (wrong.length > 0) throw new Verdict(`the core's counts: ${wrong.join('; ')}`);
    const fresh = [...state.clients]
      .flatMap((client) => client.calls.all())
      .filter((job) => job.open && job.run === null && job.attempts === 0).length;
    // One of each type may have come in because a worker was free that is so no more.
    if (fresh > state.settings.waitingJobsMax + state.types.size)
      throw new Verdict(`${fresh} jobs wait`);
  }

  #take(input: () => void): void {
    if (!this.isUp) return;
    if (this.isFrozen) this.#inbox.push(input);
    else input();
  }

  #arm(now: number, next: number): void {
    this.#timer?.callOff();
    this.#timer = this.#later(Math.max(0, Math.ceil(next - now)), () => {
      this.#timer = null;
      if (!this.isFrozen) this.end();
    });
  }

  /** In this life of the broker only. */
  #later(ms: number, something: () => void): Happening {
    const { epoch } = this;
    return this.#world.timeline.after(ms, () => {
      if (this.isUp && this.epoch === epoch) something();
    });
  }

  #door(side: 0 | 1): Door {
    const { chance, plan, witness } = this.#world;
    const { heartbeatMs } = plan.settings;
    const settings = { heartbeatMs, bodyBytesMax: 100_000, connectionsMax: 100, defaultType: 'A' };
    const host = {
      send: (routingId: Uint8Array, frames: Uint8Array[]) => {
        const link = this.links.get(Buffer.from(routingId).toString('latin1'));
        if (link === undefined) return;
        witness.fromBroker(link, frames);
        link.down(frames);
      },
      newSession: () => ({ low: chance.u32() || 1, high: chance.u32() }),
      workerLost: (now: number, worker: Worker, claim: ProcessClaim | null) =>
        this.#mourn(now, worker, claim),
    };
    const dialects = side === 0 ? [nativeClients, classicClients] : [nativeWorkers, classicWorkers];
    return new Door(this.core, host, settings, this.traffic, dialects);
  }

  /** As `src/broker/mourner.ts`: a worker that is seen to live is away, any other gone. */
  #mourn(now: number, worker: Worker, claim: ProcessClaim | null): void {
    const silent = now - worker.reportAt > 2.5 * this.#world.plan.settings.heartbeatMs;
    if (claim === null || !this.#world.lives(claim, silent)) this.#gone(now, worker);
    else {
      this.core.workerAway(now, worker);
      this.#lookAgain(worker, claim);
    }
  }

  #lookAgain(worker: Worker, claim: ProcessClaim): void {
    this.#later(LOOK_AGAIN_MS, () => {
      if (worker.state !== WorkerState.AWAY) return;
      if (this.isFrozen || this.#world.lives(claim, false)) this.#lookAgain(worker, claim);
      else {
        this.#gone(this.now(), worker);
        this.soon();
      }
    });
  }

  #gone(now: number, worker: Worker): void {
    this.#world.witness.workerWire.isRightlyGone(worker.instance);
    this.core.workerGone(now, worker);
  }

  #monotonic(): number {
    return this.#world.timeline.now - this.#bornAt;
  }
}
