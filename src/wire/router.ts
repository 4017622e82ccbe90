import { randomBytes } from 'node:crypto';
import { context, Router } from 'zeromq';
import { routingKey } from './routing-key.ts';

/** ZMQ_DISCONNECT_MSG: what a socket reads when a peer's connection ends. A draft that the shipped builds have. */
const DISCONNECT_MSG = 111;
const BLOCKED_MESSAGES_MAX = 10_000;
const BLOCKED_BYTES_MAX = 64 * 1024 * 1024;
const RETRY_MS = 10;

/** libzmq's threads, a bit each. Workers have one of their own: no crowd of clients keeps their heartbeats waiting. */
export const IoThread = { CLIENTS: 1, WORKERS: 2 } as const;
// It counts only before the first socket of the process.
context.ioThreads = Object.keys(IoThread).length;

/** What a router tells its owner. */
export interface RouterEvents {
  message(routingId: Buffer, frames: Buffer[]): void;
  /** The peer's connection has ended. May come twice. */
  ended(routingId: Uint8Array): void;
  /** The peer does not read; what waited for it was thrown away. */
  slow(routingId: Uint8Array): void;
}

export interface RouterSettings {
  /** By the first, one that does not answer within the second is gone; without them it is up to the transport. */
  readonly heartbeatInterval?: number;
  readonly heartbeatTimeout?: number;
  readonly tcpKeepalive?: number;
  readonly tcpKeepaliveIdle?: number;
  readonly tcpKeepaliveInterval?: number;
  readonly tcpKeepaliveCount?: number;
  readonly tcpMaxRetransmitTimeout?: number;
  /** Which of libzmq's threads serve it. */
  readonly affinity: number;
  readonly sendHighWaterMark: number;
  readonly receiveHighWaterMark: number;
  readonly maxMessageSize: number;
}

interface Outgoing {
  readonly routingId: Uint8Array;
  readonly frames: Uint8Array[];
}

/** What a peer has not taken. */
class Blocked {
  readonly messages: Outgoing[] = [];
  bytes = 0;
}

class DisconnectingRouter extends Router {
  announceEnds(message: Buffer): void {
    this.setStringOption(DISCONNECT_MSG, message as unknown as string);
  }
}

/**
 * A ROUTER that tells when a peer's connection ends, sends with one pump, and never lets a peer that does not read
 * hold up the others.
 */
export class RouterSocket {
  readonly #socket: DisconnectingRouter;
  readonly #events: RouterEvents;
  /** Random at every start, so that no peer can send it. */
  readonly #farewell = randomBytes(16);
  #queue: Outgoing[] = [];
  #pumping: Promise<void> | null = null;
  #blocked = new Map<string, Blocked>();
  #retry: NodeJS.Timeout | null = null;
  #retryDue = false;
  #hearing: Promise<void> = Promise.resolve();

  constructor(events: RouterEvents, settings: RouterSettings) {
    this.#events = events;
    this.#socket = new DisconnectingRouter({
      mandatory: true,
      handover: false,
      sendTimeout: 0,
      linger: 500,
      handshakeInterval: 2000,
      ...settings,
    });
    try {
      this.#socket.announceEnds(this.#farewell);
    } catch {
      // A libzmq without the option: heartbeats and failed sends tell, later.
    }
  }

  /** Binds, and returns the address with the port that was taken. */
  async bind(address: string): Promise<string> {
    await this.#socket.bind(address);
    return this.#socket.lastEndpoint ?? address;
  }

  /** Begins to read. */
  listen(): void {
    this.#hearing = this.#hear();
  }

  /** Sends when the peer takes it; what is sent to a peer that is gone is lost. */
  send(routingId: Uint8Array, frames: Uint8Array[]): void {
    this.#queue.push({ routingId, frames });
    this.#pumping ??= this.#pump();
  }

  /** Sends what is queued, then closes. */
  async close(): Promise<void> {
    await this.#pumping;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#blocked.clear();
    this.#socket.close();
    await this.#hearing;
  }

  async #hear(): Promise<void> {
    while (!this.#socket.closed) {
      let message: Buffer[];
      try {
        message = await this.#socket.receive();
      } catch (error) {
        if (this.#socket.closed) return;
        throw error;
      }
      const routingId = message[0]!;
      message.shift();
      if (message.length === 1 && message[0]!.equals(this.#farewell)) {
        this.#blocked.delete(routingKey(routingId));
        this.#events.ended(routingId);
      } else {
        this.#events.message(routingId, message);
      }
    }
  }

  async #pump(): Promise<void> {
    // Lets the caller's whole turn fill the queue, and #pumping be set, before the first send.
    await null;
    while (this.#queue.length > 0 || this.#retryDue) {
      const queue = this.#queue;
      this.#queue = [];
      for (const outgoing of queue) await this.#offer(outgoing);
      if (this.#retryDue) await this.#unblockAll();
    }
    this.#pumping = null;
  }

  async #offer(outgoing: Outgoing): Promise<void> {
    if (this.#blocked.size > 0) {
      const key = routingKey(outgoing.routingId);
      const blocked = this.#blocked.get(key);
      if (blocked !== undefined) {
        this.#park(key, blocked, outgoing);
        return;
      }
    }
    await this.#try(outgoing);
  }

  /** Whether the peer took it or is gone. */
  async #try(outgoing: Outgoing): Promise<boolean> {
    try {
      await this.#socket.send([outgoing.routingId as Buffer, ...(outgoing.frames as Buffer[])]);
      return true;
    } catch (error) {
      return this.#failed(outgoing, (error as NodeJS.ErrnoException).code);
    }
  }

  #failed(outgoing: Outgoing, code: string | undefined): boolean {
    const { routingId } = outgoing;
    if (code !== 'EAGAIN') {
      if (!this.#socket.closed) this.#events.ended(routingId);
      return true;
    }
    const key = routingKey(routingId);
    if (!this.#blocked.has(key)) {
      const blocked = new Blocked();
      this.#blocked.set(key, blocked);
      this.#park(key, blocked, outgoing);
      this.#retryLater();
    }
    return false;
  }

  #park(key: string, blocked: Blocked, outgoing: Outgoing): void {
    const { messages } = blocked;
    messages.push(outgoing);
    for (const frame of outgoing.frames) blocked.bytes += frame.length;
    if (messages.length <= BLOCKED_MESSAGES_MAX && blocked.bytes <= BLOCKED_BYTES_MAX) return;
    // Forgotten, not banned: what is said to it from now on reaches it when it reads again.
    this.#blocked.delete(key);
    this.#events.slow(outgoing.routingId);
  }

  #retryLater(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      this.#retryDue = true;
      this.#pumping ??= this.#pump();
    }, RETRY_MS);
  }

  async #unblockAll(): Promise<void> {
    this.#retryDue = false;
    for (const [key, blocked] of this.#blocked) await this.#unblock(key, blocked);
    if (this.#blocked.size > 0 && !this.#socket.closed) this.#retryLater();
  }

  async #unblock(key: string, blocked: Blocked): Promise<void> {
    const { messages } = blocked;
    while (messages.length > 0) {
      if (!(await this.#try(messages[0]!))) return;
      messages.shift();
    }
    this.#blocked.delete(key);
  }
}
