import type { FastifyInstance } from 'fastify';
import type { WebSocket } from 'ws';
import { routingKey } from '../../wire/routing-key.ts';
import { refuse } from './refusal.ts';

/** What waits for a page that does not read before it is given up. */
const UNREAD_BYTES_MAX = 1024 * 1024;
export const ORDER_BYTES_MAX = 64 * 1024;
const PING_EVERY_MS = 10_000;
/** A page that has left so many pings unanswered is gone. */
const PINGS_UNANSWERED_MAX = 2;
/** How long a page may take to say goodbye when the broker stops. */
const GOODBYE_MS = 250;
const Close = { GOING_AWAY: 1001, UNSUPPORTED: 1003, TRY_LATER: 1013 } as const;

/** What the sockets of the pages tell the broker: what a router tells of its peers. */
export interface ChatSocketEvents {
  message(routingId: Uint8Array, frames: Uint8Array[]): void;
  ended(routingId: Uint8Array): void;
  slow(routingId: Uint8Array): void;
}

interface Page {
  readonly socket: WebSocket;
  readonly routingId: Uint8Array;
  unanswered: number;
}

/** The WebSockets at /chat/socket, as a router of ZeroMQ shows its peers: each has a routing id, and sends go to one. */
export class ChatSockets {
  readonly #events: ChatSocketEvents;
  readonly #most: number;
  #pages = new Map<string, Page>();
  #opened = 0n;
  #pings: NodeJS.Timeout | null = null;

  /** Takes at most `most` pages at once. */
  constructor(events: ChatSocketEvents, most: number) {
    this.#events = events;
    this.#most = most;
  }

  /** Serves them at `app`. Those of pages of other sites are refused: they would speak in a person's name. */
  serve(app: FastifyInstance): void {
    const onRequest = async (
      request: { headers: Headers },
      reply: Parameters<typeof refuse>[0],
    ) => {
      if (isOwn(request.headers)) return undefined;
      return refuse(reply, 403, 'ORIGIN_REFUSED', 'a page of another site cannot chat here');
    };
    const { server } = app;
    app.get('/chat/socket', { websocket: true, onRequest }, (socket) => {
      // It is counted here and not with the connections that ask for pages and metrics.
      server.maxConnections++;
      socket.once('close', () => server.maxConnections--);
      this.#open(socket);
    });
    this.#pings = setInterval(() => this.#ping(), PING_EVERY_MS).unref();
  }

  /** Sends each frame as a text; no frames at all end the connection. What is sent to a page that is gone is lost. */
  send(routingId: Uint8Array, frames: readonly Uint8Array[]): void {
    const page = this.#pages.get(routingKey(routingId));
    if (page === undefined) return;
    const { socket } = page;
    if (frames.length === 0) socket.close(Close.TRY_LATER);
    for (const frame of frames) socket.send(frame, { binary: false });
    if (socket.bufferedAmount <= UNREAD_BYTES_MAX) return;
    this.#events.slow(routingId);
    socket.terminate();
  }

  /** Says goodbye to all. */
  async close(): Promise<void> {
    if (this.#pings !== null) clearInterval(this.#pings);
    const ends = [...this.#pages.values()].map(({ socket }) => goodbye(socket));
    await Promise.all(ends);
  }

  #open(socket: WebSocket): void {
    if (this.#pages.size >= this.#most) {
      socket.close(Close.TRY_LATER);
      return;
    }
    const routingId = Buffer.alloc(8);
    routingId.writeBigUInt64LE(++this.#opened);
    const key = routingKey(routingId);
    const page: Page = { socket, routingId, unanswered: 0 };
    this.#pages.set(key, page);
    socket.on('message', (data, isBinary) => {
      page.unanswered = 0;
      if (isBinary) socket.close(Close.UNSUPPORTED);
      else if (socket.readyState === socket.OPEN) {
        this.#events.message(routingId, [data as Buffer]);
      }
    });
    socket.on('pong', () => {
      page.unanswered = 0;
    });
    socket.once('close', () => {
      this.#pages.delete(key);
      this.#events.ended(routingId);
    });
  }

  #ping(): void {
    for (const page of this.#pages.values()) {
      if (page.unanswered >= PINGS_UNANSWERED_MAX) page.socket.terminate();
      else page.socket.ping();
      page.unanswered++;
    }
  }
}

interface Headers {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
}

/** Programs say no origin; a browser says that of its page, which is to be this broker's. */
function isOwn({ host, origin }: Headers): boolean {
  return origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
}

function goodbye(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => socket.terminate(), GOODBYE_MS);
    socket.once('close', () => {
      clearTimeout(late);
      resolve();
    });
    socket.close(Close.GOING_AWAY);
  });
}
