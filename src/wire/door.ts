import type { Broker } from '../core/broker.ts';
import type { Worker } from '../core/worker.ts';
import type { Session } from './batch.ts';
import { routingKey } from './routing-key.ts';

/** What the world gives to the two doors of the broker. */
export interface DoorHost {
  /** Hands frames to the socket, for the peer with this routing id. */
  send(routingId: Uint8Array, frames: Uint8Array[]): void;
  /** A random session, never 0. */
  newSession(): Session;
  /** The connection of `worker` has ended: the host decides whether it is away or gone. */
  workerLost(now: number, worker: Worker, claim: ProcessClaim | null): void;
  /** Somebody's first frames are of no dialect of the door; they are dropped. */
  stranger?(now: number, frames: readonly Uint8Array[]): void;
}

/** Where a worker says it runs, so that the host can see whether it lives. */
export interface ProcessClaim {
  readonly host: string;
  readonly pid: number;
}

/** What the doors must know of the broker's options. */
export interface DoorSettings {
  readonly heartbeatMs: number;
  readonly bodyBytesMax: number;
  readonly connectionsMax: number;
  readonly defaultType: string;
  /** How often Majordomo's workers are given a sign of life. */
  readonly mdpHeartbeatMs: number;
  /** Answers of Majordomo's clients come in the order of their requests. */
  readonly mdpOrdered: boolean;
  /** How long the job of a client of theirs that has gone waits for its repeated request; 0: it is cancelled. */
  readonly mdpDedupeMs: number;
  /** After which their requests end, wherever they are; 0 for never. */
  readonly mdpExpiresMs: number;
}

/** One peer in one dialect: what it sends becomes calls of the core, what the core asks becomes frames. */
export interface Connection {
  /** For status and metrics. */
  readonly side: 'client' | 'worker';
  readonly dialect: string;
  receive(now: number, frames: Uint8Array[]): void;
  /** Its connection has ended; nothing can be sent to it any more. */
  ended(now: number): void;
  /** It does not read what is sent to it: it is given up, with all it had. */
  dropped(now: number): void;
  /** Sends what was written since the last flush. */
  flush(): void;
  /** Comes several times a second: sends what is owed even though nothing was written, an ack or a sign of life. */
  pulse(now: number): void;
}

/** What a peer is to be sent when all is durable that it reveals. */
export interface Held {
  release(): void;
  /** The store has failed: it is not sent. */
  drop(): void;
}

/** Makes a connection if these first frames are of its dialect. */
export interface Dialect {
  recognises(frames: Uint8Array[]): boolean;
  open(door: Door, routingId: Uint8Array, frames: Uint8Array[]): Connection;
  /** Tells a peer that there is no room for it, where the dialect has words for that. */
  turnAway(door: Door, routingId: Uint8Array, frames: Uint8Array[]): void;
}

/** What both doors count together. */
export class Traffic {
  connections = 0;
  /** What was dropped, by reason. */
  readonly drops = new Map<string, number>();
}

/**
 * One of the broker's two ports: keeps a connection for each peer, recognised by its first frames, and
 * sends what a turn has written.
 */
export class Door {
  readonly broker: Broker;
  readonly host: DoorHost;
  readonly settings: DoorSettings;
  readonly traffic: Traffic;
  readonly connections = new Map<string, Connection>();
  #dialects: readonly Dialect[];
  #written: Connection[] = [];
  /** Held back, in the order of the commits that are waited for. */
  #held: { readonly commit: number; readonly held: Held }[] = [];
  /** The commit that what is written now must wait for; 0 for none. */
  #waitFor = 0;

  constructor(
    broker: Broker,
    host: DoorHost,
    settings: DoorSettings,
    traffic: Traffic,
    dialects: readonly Dialect[],
  ) {
    this.broker = broker;
    this.host = host;
    this.settings = settings;
    this.traffic = traffic;
    this.#dialects = dialects;
  }

  /** A message has arrived. */
  receive(now: number, routingId: Uint8Array, frames: Uint8Array[]): void {
    const key = routingKey(routingId);
    const connection = this.connections.get(key) ?? this.#open(now, key, routingId, frames);
    connection?.receive(now, frames);
  }

  /** The peer's connection has ended. */
  ended(now: number, routingId: Uint8Array): void {
    const key = routingKey(routingId);
    const connection = this.connections.get(key);
    if (connection === undefined) return;
    this.connections.delete(key);
    this.traffic.connections--;
    connection.ended(now);
  }

  /** The peer does not read. */
  slow(now: number, routingId: Uint8Array): void {
    this.connections.get(routingKey(routingId))?.dropped(now);
    this.drop('slow-peer');
  }

  /** A connection has something to flush. */
  wrote(connection: Connection): void {
    this.#written.push(connection);
  }

  /** Sends what the turn has written; what must wait for a commit (0: for none) is held until that is durable. */
  flush(waitFor = 0): void {
    this.#waitFor = waitFor;
    const written = this.#written;
    if (written.length === 0) return;
    this.#written = [];
    for (let i = 0; i < written.length; i++) written[i]!.flush();
  }

  /** Called in `flush`: sends it now, or when the commit is durable that it waits for. */
  hold(held: Held): void {
    if (this.#waitFor === 0) held.release();
    else this.#held.push({ commit: this.#waitFor, held });
  }

  /** All commits up to this one are durable. */
  durable(commit: number): void {
    const held = this.#held;
    let count = 0;
    while (count < held.length && held[count]!.commit <= commit) held[count++]!.held.release();
    if (count > 0) this.#held = held.slice(count);
  }

  /** Nothing more will be durable: what was held is thrown away, and what this turn has written that was to be. */
  failed(): void {
    this.flush(Number.POSITIVE_INFINITY);
    for (const { held } of this.#held.splice(0)) held.drop();
    // What peers have written meanwhile that waits: they begin anew.
    this.#held = [];
  }

  /** Lets every connection send what it owes. */
  pulse(now: number): void {
    for (const connection of this.connections.values()) connection.pulse(now);
  }

  drop(reason: string): void {
    const { drops } = this.traffic;
    drops.set(reason, (drops.get(reason) ?? 0) + 1);
  }

  #open(
    now: number,
    key: string,
    routingId: Uint8Array,
    frames: Uint8Array[],
  ): Connection | undefined {
    const dialect = this.#dialects.find((known) => known.recognises(frames));
    if (dialect === undefined) {
      this.drop('unknown-dialect');
      this.host.stranger?.(now, frames);
      return undefined;
    }
    if (this.traffic.connections >= this.settings.connectionsMax) {
      dialect.turnAway(this, routingId, frames);
      this.drop('connections-max');
      return undefined;
    }
    this.traffic.connections++;
    const connection = dialect.open(this, routingId, frames);
    this.connections.set(key, connection);
    return connection;
  }
}
