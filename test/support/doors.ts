import { Broker } from '../../src/core/broker.ts';
import type { Worker } from '../../src/core/worker.ts';
import { classicClients } from '../../src/wire/dialects/classic-client.ts';
import { classicWorkers } from '../../src/wire/dialects/classic-worker.ts';
import { nativeClients } from '../../src/wire/dialects/native-client.ts';
import { nativeWorkers } from '../../src/wire/dialects/native-worker.ts';
import { Door, type DoorHost, Traffic } from '../../src/wire/door.ts';
import { audit } from './audit.ts';
import { MAJORDOMO_SETTINGS } from './door-settings.ts';
import { Hostile } from './hostile.ts';
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
  keepAnswersMs: 86_400_000,
  bodyBytesMax: 5000,
  connectionsMax: 12,
  defaultType: 'H',
  ...MAJORDOMO_SETTINGS,
};
const STARTED_AT = 1000;

interface Peer {
  readonly door: Door;
  readonly routingId: Buffer;
  hostile: Hostile;
}

/** The broker's two doors and its core without sockets and in virtual time, and eight peers that mean no good. */
export class BesiegedDoors {
  readonly traffic = new Traffic();
  readonly #random: Random;
  readonly #broker: Broker;
  readonly #peers: Peer[] = [];
  #now = STARTED_AT;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#broker = new Broker(this.#now, seed, SETTINGS, { worker() {} });
    for (const side of ['frontend', 'backend'] as const) {
      const dialects =
        side === 'frontend' ? [nativeClients, classicClients] : [nativeWorkers, classicWorkers];
      const door = new Door(this.#broker, this.#host(side), SETTINGS, this.traffic, dialects);
      for (let n = 0; n < 4; n++) {
        const routingId = Buffer.from(`${side}${n}`);
        this.#peers.push({ door, routingId, hostile: new Hostile(this.#random, side) });
      }
    }
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

  /** All leave. Returns what is left of them: nothing, if all is well. */
  end(): string {
    for (const peer of this.#peers) this.#end(peer);
    const until = this.#now + 2 * SETTINGS.answerTimeoutMs;
    while (this.#now < until) {
      this.#now += SETTINGS.heartbeatMs;
      this.#broker.tick(this.#now);
    }
    const { state } = this.#broker;
    const { clients, workers, runs, waiting, slabs } = state;
    const left = { clients: clients.size, workers: workers.size, runs: runs.size, waiting };
    const { size: channels, subscriptions } = this.#broker.channels;
    const { connections } = this.traffic;
    const all = { ...left, bytes: slabs.heldBytes, connections, channels, subscriptions };
    return Object.entries(all)
      .filter(([, count]) => count !== 0)
      .map(([what, count]) => `${count} ${what}`)
      .join(', ');
  }

  #turn(): void {
    this.#broker.tick(this.#now);
    for (const { door } of this.#peers) {
      if (this.#random.below(20) === 0) door.pulse(this.#now);
      door.flush();
    }
    const adopting = this.#now <= STARTED_AT + SETTINGS.adoptMs;
    const all = audit(this.#broker.state, { ticked: true, adopting });
    // A worker that comes again with less room than it holds jobs has itself to blame.
    const wrong = all.filter((each) => !each.endsWith('has more than its capacity'));
    if (wrong.length > 0) throw new Error(wrong.join('; '));
  }

  #end(peer: Peer): void {
    peer.door.ended(this.#now, peer.routingId);
    const side = peer.routingId.toString().slice(0, -1) as 'frontend' | 'backend';
    peer.hostile = new Hostile(this.#random, side);
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
