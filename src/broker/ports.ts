import { randomBytes } from 'node:crypto';
import type { Broker } from '../core/broker.ts';
import type { BrokerOptions } from '../options.ts';
import { classicClients } from '../wire/dialects/classic-client.ts';
import { classicWorkers } from '../wire/dialects/classic-worker.ts';
import { majordomoClients } from '../wire/dialects/majordomo-client.ts';
import { majordomoWorkers } from '../wire/dialects/majordomo-worker.ts';
import { nativeClients } from '../wire/dialects/native-client.ts';
import { nativeWorkers } from '../wire/dialects/native-worker.ts';
import { pageClients } from '../wire/dialects/page-client.ts';
import { pppWorkers } from '../wire/dialects/ppp-worker.ts';
import { type Dialect, Door, type DoorHost, Traffic } from '../wire/door.ts';
import { type RouterEvents, RouterSocket } from '../wire/router.ts';
import { BATCH_BYTES_MAX } from '../wire/verbs.ts';
import { bindTo } from './binding.ts';
import { ChatSockets } from './http/chat-sockets.ts';
import type { Mourner } from './mourner.ts';
import { clientSide, type Side, workerSide } from './sides.ts';
import type { Strangers } from './strangers.ts';
import type { Turn } from './turn.ts';

/** Something that takes messages for peers. */
type Sender = Pick<RouterSocket, 'send'>;

/** A port of ZeroMQ: what is heard at the socket goes in by the door. */
interface Port {
  readonly door: Door;
  readonly socket: RouterSocket;
}

/**
 * Where peers come in, each dialect recognised by the first frames of a connection. Majordomo knows one port for all: its
 * clients and workers may come to either.
 */
export class Ports {
  readonly traffic = new Traffic();
  readonly pages: ChatSockets;
  readonly doors: readonly Door[];
  frontend = '';
  backend = '';
  /** Null when there is none. */
  ppp: string | null = null;
  readonly #broker: Broker;
  readonly #options: BrokerOptions;
  readonly #mourner: Mourner;
  readonly #strangers: Strangers;
  readonly #turn: () => Turn;
  readonly #front: Port;
  readonly #back: Port;
  readonly #ppp: Port | null;

  constructor(
    broker: Broker,
    options: BrokerOptions,
    mourner: Mourner,
    strangers: Strangers,
    turn: () => Turn,
  ) {
    this.#broker = broker;
    this.#options = options;
    this.#mourner = mourner;
    this.#strangers = strangers;
    this.#turn = turn;
    const majordomo = [majordomoClients(), majordomoWorkers];
    const workers = workerSide(options.heartbeatMs);
    this.#front = this.#port('frontend', clientSide, [nativeClients, classicClients, ...majordomo]);
    this.#back = this.#port('backend', workers, [nativeWorkers, classicWorkers, ...majordomo]);
    this.#ppp = options.ppp === 'off' ? null : this.#port('ppp', workers, [pppWorkers]);
    const page = this.#door('pages', [pageClients], () => this.pages);
    this.pages = new ChatSockets(this.#eventsAt(page), options.connectionsMax);
    this.doors = [...this.#all.map(({ door }) => door), page];
  }

  /** Takes the addresses; rejects when one cannot be had. */
  async bind(): Promise<void> {
    const { frontend, backend, ppp } = this.#options;
    this.frontend = await bindTo(this.#front.socket, frontend);
    this.backend = await bindTo(this.#back.socket, backend);
    if (this.#ppp !== null) this.ppp = await bindTo(this.#ppp.socket, ppp);
  }

  /** Begins to read. */
  listen(): void {
    for (const { socket } of this.#all) socket.listen();
  }

  async close(): Promise<void> {
    for (const { socket } of this.#all) await socket.close();
  }

  /** Connections that are open, by who is behind them and how they speak. */
  *connections(): Iterable<readonly [side: 'client' | 'worker', dialect: string]> {
    for (const door of this.doors) {
      for (const { side, dialect } of door.connections.values()) yield [side, dialect];
    }
  }

  get #all(): readonly Port[] {
    return [this.#front, this.#back, ...(this.#ppp === null ? [] : [this.#ppp])];
  }

  #port(name: string, side: Side, dialects: readonly Dialect[]): Port {
    const door = this.#door(name, dialects, () => port.socket);
    const { bodyBytesMax } = this.#options;
    const maxMessageSize = Math.max(2 * BATCH_BYTES_MAX, bodyBytesMax + BATCH_BYTES_MAX);
    const socket = new RouterSocket(this.#eventsAt(door), { ...side, maxMessageSize });
    const port = { door, socket };
    return port;
  }

  #door(name: string, dialects: readonly Dialect[], sender: () => Sender): Door {
    const host: DoorHost = {
      send: (routingId, frames) => sender().send(routingId, frames),
      newSession: () => {
        const bytes = randomBytes(8);
        return { low: bytes.readUInt32LE(0) || 1, high: bytes.readUInt32LE(4) };
      },
      workerLost: (now, worker, claim) => this.#mourner.lost(now, worker, claim),
      stranger: (now, frames) => this.#strangers.heard(now, name, frames),
    };
    return new Door(this.#broker, host, this.#options, this.traffic, dialects);
  }

  #eventsAt(door: Door): RouterEvents {
    return {
      message: (routingId, frames) => this.#turn().take(door, routingId, frames),
      ended: (routingId) => {
        door.ended(this.#turn().now(), routingId);
        this.#turn().soon();
      },
      slow: (routingId) => {
        door.slow(this.#turn().now(), routingId);
        this.#turn().soon();
      },
    };
  }
}
