import { Dealer as Socket } from 'zeromq';
import { LatidoError } from '../errors.ts';

/** A half of the SDK without its socket, timer and clock: bytes in, bytes out, and the next instant it wants. */
export interface Driven {
  /** It has said goodbye: when nothing is left to send, the socket is closed. */
  readonly ended: boolean;
  connected(now: number): void;
  disconnected(now: number): void;
  receive(now: number, frames: Uint8Array[]): void;
  /** The messages to send now. */
  take(now: number): Uint8Array[][];
  /** Does what is due, and returns the next instant it wants to be asked, or Infinity. */
  tick(now: number): number;
}

/** A connection that is gone is tried again after a time drawn per process: libzmq's own jitter is the same in all. */
const RECONNECT_MS = 100 + Math.floor(Math.random() * 200);
const RECONNECT_MS_MAX = 1000;
const HEARTBEAT_MS = 2000;
/** A broker that was frozen for some seconds must not lose its peers. */
const HEARTBEAT_TIMEOUT_MS = 20_000;
/** How long what was given to libzmq may still leave after the end. */
const LINGER_MS = 250;

/** Whole milliseconds of a clock that is never set back: the `now` of everything in the SDK. */
export function clock(): number {
  return Math.floor(performance.now());
}

/**
 * One DEALER socket that drives a session: it feeds it what arrives, and sends what it has made in one pass of the
 * loop. It connects again by itself. There is one send at a time, one timer, and no queue but the session's own batch.
 */
export class Dealer {
  /** Resolves when the socket is closed. */
  readonly closed: Promise<void>;
  #driven: Driven;
  #socket: Socket;
  #connections = 0;
  #pumping = false;
  /** There was a flush while a send was pending. */
  #missed = false;
  #scheduled = false;
  #armedAt = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;
  #resolveClosed!: () => void;

  constructor(address: string, driven: Driven) {
    this.#driven = driven;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.#socket = new Socket({
      linger: LINGER_MS,
      // Without a connection nothing is queued: what is sent would belong to a session that is over.
      immediate: true,
      receiveHighWaterMark: 0,
      reconnectInterval: RECONNECT_MS,
      reconnectMaxInterval: RECONNECT_MS_MAX,
      heartbeatInterval: HEARTBEAT_MS,
      heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
    });
    void this.#watch();
    this.#connect(address);
    void this.#receive();
    this.wake();
  }

  /** Sends what the session has made at the end of this pass of the loop, with what is still to come in it. */
  wake(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#flush);
  }

  /** Sends it as soon as the present function has returned: for what nothing else will join. */
  wakeSoon(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(this.#flush);
  }

  /** Waits until the session's last words have left, at most that long, and closes. */
  async end(withinMs: number): Promise<void> {
    const late = setTimeout(this.#close, withinMs);
    this.wake();
    await this.closed;
    clearTimeout(late);
  }

  /** Closes at once. */
  close(): void {
    this.#close();
  }

  /** What the table of options lets through, libzmq may not: a socket that is left open would keep the process. */
  #connect(address: string): void {
    try {
      this.#socket.connect(address);
    } catch (error) {
      this.#close();
      const why = error instanceof Error ? error.message : String(error);
      const rule = 'must be an address that one can connect to';
      throw new LatidoError('OPTION_INVALID', `option 'broker' ${rule}, got '${address}': ${why}`);
    }
  }

  #close = (): void => {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#socket.close();
    this.#resolveClosed();
  };

  #flush = (): void => {
    this.#scheduled = false;
    if (this.#isClosed) return;
    const now = clock();
    const next = this.#driven.tick(now);
    if (this.#pumping) this.#missed = true;
    else {
      const messages = this.#driven.take(now);
      if (messages.length > 0) void this.#pump(messages);
      else if (this.#driven.ended) this.#close();
    }
    if (!this.#isClosed) this.#arm(now, next);
  };

  /** A second send while one is pending throws: whatever is made meanwhile goes with the next flush. */
  async #pump(messages: Uint8Array[][]): Promise<void> {
    this.#pumping = true;
    this.#missed = false;
    const connection = this.#connections;
    try {
      for (const frames of messages) {
        if (connection === this.#connections) await this.#socket.send(frames);
      }
    } catch (error) {
      if (!this.#isClosed) throw error;
    }
    this.#pumping = false;
    if (this.#missed || this.#driven.ended) this.wake();
  }

  async #receive(): Promise<void> {
    try {
      while (!this.#isClosed) {
        const frames: Uint8Array[] = await this.#socket.receive();
        this.#driven.receive(clock(), frames);
        this.wake();
      }
    } catch (error) {
      if (!this.#isClosed) throw error;
    }
  }

  async #watch(): Promise<void> {
    for await (const event of this.#socket.events) {
      if (event.type === 'handshake') {
        this.#connections++;
        this.#driven.connected(clock());
      } else if (event.type === 'disconnect') {
        this.#connections++;
        this.#driven.disconnected(clock());
      } else if (event.type === 'end') return;
      this.wake();
    }
  }

  /** A timer that is too early is left: it costs less to look in vain once than to set it anew each time. */
  #arm(now: number, next: number): void {
    if (next <= now) this.wake();
    if (next <= now || next >= this.#armedAt) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#armedAt = next;
    this.#timer = setTimeout(this.#due, next - now);
  }

  /** Not a flush: what has arrived while the process was frozen is read before anything is called late. */
  #due = (): void => {
    this.#armedAt = Number.POSITIVE_INFINITY;
    this.#timer = null;
    this.wake();
  };
}
