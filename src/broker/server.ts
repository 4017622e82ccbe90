import { createHash, randomBytes } from 'node:crypto';
import { Chat } from '../chat/chat.ts';
import { Broker } from '../core/broker.ts';
import { Clock } from '../core/clock.ts';
import type { BrokerOptions } from '../options.ts';
import { filesIn, storeFor } from '../store/store-for.ts';
import { isTracing } from '../telemetry/otel.ts';
import { versionOf } from '../version.ts';
import { Admin } from './admin.ts';
import { AttemptSpans } from './attempt-spans.ts';
import { refuseOpenBind } from './binding.ts';
import { adminTokenOf } from './http/admin-token.ts';
import { type RunningHttp, startHttp } from './http/http.ts';
import { Keeping } from './keeping.ts';
import type { Log } from './log.ts';
import { Mourner } from './mourner.ts';
import { Ports } from './ports.ts';
import { Happenings, watchers } from './seen/happenings.ts';
import { Live } from './seen/live.ts';
import { StoreMeter } from './store-meter.ts';
import { Strangers } from './strangers.ts';
import { Turn } from './turn.ts';
import { logWatcher } from './watcher.ts';

const UNRECEIVED_BYTES_MAX = 64 * 1024 * 1024;
const DRAINED_POLL_MS = 20;

/** A broker that serves. */
export interface RunningBroker {
  /** The addresses, with the ports that were taken. */
  readonly frontend: string;
  readonly backend: string;
  readonly http: string | null;
  readonly ppp: string | null;
  /** Takes no new jobs; resolves when the open ones are done, or refused because `drainMs` have passed. */
  drain(): Promise<void>;
  /** Stops at once. */
  close(): Promise<void>;
}

/** Starts a broker; rejects with a `LatidoError` when an address cannot be had. */
export async function startBroker(options: BrokerOptions, log: Log): Promise<RunningBroker> {
  if (!options.insecure) refuseOpenBind(options);
  const server = new Server(options, log);
  try {
    await server.start();
  } catch (error) {
    await server.close();
    throw error;
  }
  return server;
}

/** The shell round the core: sockets, the clock, the turn, the HTTP side. */
class Server implements RunningBroker {
  http: string | null = null;
  readonly #options: BrokerOptions;
  readonly #broker: Broker;
  readonly #keeping: Keeping;
  readonly #chat: Chat;
  readonly #store: StoreMeter;
  readonly #turn: Turn;
  readonly #ports: Ports;
  readonly #mourner: Mourner;
  readonly #happenings = new Happenings({
    wall: () => this.#broker.state.wallAt(this.#turn.now()),
    idOf: (job) => this.#broker.inventory.idOf(job),
  });
  #http: RunningHttp | null = null;
  #serving = false;

  constructor(options: BrokerOptions, log: Log) {
    this.#options = options;
    const { heartbeatMs } = options;
    const clock = new Clock(performance.now(), Turn.readEveryMs, heartbeatMs);
    const settings = { ...options, unreceivedBytesMax: UNRECEIVED_BYTES_MAX };
    const epoch = randomBytes(4).readUInt32LE(0);
    this.#store = new StoreMeter(
      (events) => storeFor(options, events),
      {
        durable: (commit) => this.#turn.durable(commit),
        forgot: (to) => this.#broker.forgot(to),
        failed: (code, reason) => this.#keeping.failed(code, reason),
      },
      () => this.#broker.state.recorded,
      filesIn(options.data),
    );
    this.#keeping = new Keeping(this.#store, log);
    this.#broker = new Broker(
      clock.read(performance.now()),
      epoch,
      settings,
      watchers(logWatcher(log), this.#happenings),
      this.#keeping,
    );
    if (isTracing()) {
      this.#broker.state.follower = new AttemptSpans((job) => this.#broker.inventory.idOf(job));
    }
    this.#chat = new Chat(this.#broker, options, digestOf);
    this.#mourner = new Mourner(
      this.#broker,
      heartbeatMs,
      () => this.#turn.now(),
      () => this.#turn.soon(),
    );
    const strangers = new Strangers(log);
    this.#ports = new Ports(this.#broker, options, this.#mourner, strangers, () => this.#turn);
    const { doors } = this.#ports;
    this.#turn = new Turn(this.#broker, clock, this.#store, doors, () => this.#keeping.ask());
  }

  get frontend(): string {
    return this.#ports.frontend;
  }

  get backend(): string {
    return this.#ports.backend;
  }

  get ppp(): string | null {
    return this.#ports.ppp;
  }

  async start(): Promise<void> {
    const { http } = this.#options;
    if (!this.#options.memory) await this.#keeping.start(this.#broker, this.#turn);
    await this.#ports.bind();
    if (http !== 'off') {
      const admin = new Admin(this.#broker, this.#store, this.#turn);
      const side = { admin, token: adminTokenOf(this.#options) };
      const vitals = this.#vitals();
      const now = () => this.#turn.now();
      const live = new Live(vitals, this.#happenings, now);
      this.#http = await startHttp(http, vitals, now, side, this.#ports.pages, live);
      this.http = this.#http.address;
    }
    this.#ports.listen();
    this.#serving = true;
    this.#turn.end();
  }

  async drain(): Promise<void> {
    const { drainMs } = this.#options;
    const until = performance.now() + drainMs;
    this.#broker.drain(this.#turn.now(), drainMs);
    this.#turn.soon();
    while (!this.#broker.idle && performance.now() < until + DRAINED_POLL_MS) {
      await new Promise((resolve) => setTimeout(resolve, DRAINED_POLL_MS));
    }
    this.#turn.end();
  }

  async close(): Promise<void> {
    this.#serving = false;
    this.#mourner.stop();
    this.#turn.stop();
    await this.#http?.close();
    await this.#ports.close();
    await this.#keeping.close();
  }

  #vitals() {
    return {
      broker: this.#broker,
      name: 'latido',
      version: versionOf(),
      startedAt: this.#turn.now(),
      drops: this.#ports.traffic.drops,
      targetUse: this.#options.targetUse,
      connections: () => this.#ports.connections(),
      store: this.#options.memory ? null : this.#store,
      chat: this.#chat,
      ready: () => this.#serving && !this.#broker.state.draining,
    };
  }
}

function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}
