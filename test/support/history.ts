import { Ending } from '../../src/core/job.ts';
import { audit } from './audit.ts';
import type { TestClient } from './test-client.ts';
import type { TestWorker } from './test-worker.ts';
import { World } from './world.ts';

/** One thing that happens: what, and two numbers that say to whom and how. */
export type Step = readonly [what: string, who: number, how: number];

const SETTINGS = {
  waitingJobsMax: 30,
  typesMax: 2,
  channelsMax: 100,
  answerTimeoutMs: 250,
  attemptsMax: 2,
  unreceivedBytesMax: 3000,
  keepAnswersMs: 86_400_000,
};
const TYPES = ['A', 'B', 'A,B'];
const CLIENTS = 2;
const WORKERS_MAX = 6;

/**
 * A broker, two clients and up to six workers to which anything may happen in any order. After every step the core is
 * ticked and audited; `finish` then brings everything to an end and looks at what became of each job.
 */
export class History {
  readonly world = new World(SETTINGS, 0);
  #names = 0;

  constructor() {
    this.world.type('A');
    this.world.type('B');
    for (let i = 0; i < CLIENTS; i++) this.world.client(`c${i}`);
    for (let i = 0; i < 2; i++) this.join(i);
  }

  step([what, who, how]: Step): void {
    const { clients, workers } = this.world;
    const client = clients[who % CLIENTS]!;
    const worker = workers[who % Math.max(1, workers.length)];
    if (what in anywhere) anywhere[what]!(this, how);
    else if (what in toClients) toClients[what]!(client, how, this);
    else if (worker !== undefined) toWorkers[what]!(worker, how, this);
    this.world.tick();
    this.check();
  }

  join(how: number): void {
    if (this.world.workers.length >= WORKERS_MAX) return;
    const hello = { capacity: 1 + (how % 4), reports: how % 5 !== 4 };
    this.world.worker(`w${this.#names++}`, TYPES[how % 3]!, hello);
  }

  /** Throws a sentence for whatever does not agree. */
  check(): void {
    const { broker, now, settings, startedAt } = this.world;
    const adopting = now <= startedAt + settings.adoptMs;
    const wrong = audit(broker.state, { ticked: true, adopting });
    for (const { name, seen } of this.world.clients)
      for (const call of seen.refusals.keys())
        if (seen.answers.has(call)) wrong.push(`${name}-${call} was refused and answered`);
    if (wrong.length > 0) throw new Error(`${wrong.join('; ')}\n${this.world.log.join('\n')}`);
  }

  /** Everybody comes back, everything is answered; then nothing may be left. */
  finish(): void {
    const { world } = this;
    for (const client of world.clients) if (!client.present) client.back();
    for (const worker of world.workers) if (!worker.connected) worker.back();
    world.worker('last', 'A,B', { capacity: 4 });
    for (let round = 0; round < 200 && !this.#over(); round++) this.#workAll();
    for (const client of world.clients) {
      client.received();
      if (client.open.size > 0) throw new Error(`${client.name} has calls without an end`);
    }
    for (const worker of world.workers) worker.gone();
    world.after(2 * world.settings.clientGraceMs);
    const { state } = world.broker;
    if (state.slabs.heldBytes !== 0) throw new Error(`${state.slabs.heldBytes} bytes are held`);
    if (state.runs.size !== 0 || state.waiting !== 0) throw new Error('something is left');
  }

  #over(): boolean {
    const { clients } = this.world;
    for (const client of clients) {
      client.received();
      if (!client.present) client.back();
    }
    return clients.every((client) => client.open.size === 0);
  }

  #workAll(): void {
    const { world } = this;
    for (const worker of world.workers) {
      worker.report(0);
      for (const label of worker.holds) worker.answer(label, label);
    }
    world.after(20);
    this.check();
  }
}

const anywhere: Record<string, (history: History, how: number) => void> = {
  'a worker joins': (history, how) => history.join(how),
  'time passes': ({ world }, how) => world.after(how * 4),
  'the broker is killed': ({ world }, how) => {
    if (how % 4 === 0) world.restart();
  },
};

const toClients: Record<string, (client: TestClient, how: number, history: History) => void> = {
  'client submits': (client, how) => {
    const options = { priority: how % 3, expiresMs: how % 7 === 0 ? 1 + how * 10 : 0 };
    client.submit(how % 2 === 0 ? 'A' : 'B', 'b'.repeat(how), options);
  },
  'client submits again': (client, how) => {
    const calls = [...client.open.keys()];
    if (client.present && calls.length > 0) client.say(calls[how % calls.length]!);
  },
  'client cancels': (client, how) => {
    if (client.present) client.cancel([...client.open.keys()][how % 5] ?? 0);
  },
  'client received': (client, how) => {
    if (client.present) client.received(how % (client.seen.answered + 1));
  },
  'client is away': (client) => {
    if (client.present) client.away();
  },
  'client is back': (client, how) => {
    client.settle();
    if (how % 4 === 0) client.open.clear();
    client.back();
  },
  /** A new session in which jobs end between HELLO and RESUMED. */
  'client is interrupted': (client, how, { world }) => {
    client.hello();
    const calls = [...client.open.keys()].sort((x, y) => x - y);
    for (const worker of world.workers)
      if (worker.connected && worker.holds.length > 0 && how % 2 === 0) worker.answer();
    client.submit('A', 'fresh');
    for (const call of calls)
      if (how % 3 > 0 || client.answerOf(call) === undefined) client.say(call, true);
    client.resumed();
  },
};

const toWorkers: Record<string, (worker: TestWorker, how: number, history: History) => void> = {
  'worker answers': (worker, how) => {
    const label = worker.holds[how % Math.max(1, worker.holds.length)];
    if (label !== undefined) worker.answer(label, label, how % 5 === 0 ? Ending.FAILED : Ending.OK);
  },
  'worker reports': (worker, how) => {
    if (!worker.connected) return;
    const told = worker.seen.told - (how % 3);
    const started = worker.seen.dispatched - (how % 4);
    worker.report((how % 10) / 10, Math.max(0, told), Math.max(0, started));
  },
  'worker hands back': (worker, how) => {
    const label = worker.holds[how % Math.max(1, worker.holds.length)];
    if (worker.connected && label !== undefined) worker.handBack(label);
  },
  'worker leaves': (worker) => {
    if (worker.connected) worker.leave();
  },
  'worker is away': (worker) => {
    if (worker.connected) worker.away();
  },
  'worker is taken for dead': (worker) => {
    if (worker.known) worker.lost();
  },
  'worker is back': (worker, how) =>
    worker.back(how % 3 > 0 ? worker.holds : worker.holds.slice(1)),
  'worker dies': (worker, _how, { world }) => {
    worker.gone();
    world.workers.splice(world.workers.indexOf(worker), 1);
  },
};

/** What may happen, the frequent more often. */
export const happenings: readonly string[] = [
  ...Object.keys(anywhere),
  ...Object.keys(toClients),
  ...Object.keys(toWorkers),
  ...['client submits', 'client submits', 'client submits', 'client submits', 'time passes'],
  ...['worker answers', 'worker answers', 'worker answers', 'worker reports', 'worker reports'],
];
