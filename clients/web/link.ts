import type { ChatSession, ChatWire } from '../../src/web.ts';

const BACKOFF_MIN_MS = 250;
const BACKOFF_MAX_MS = 5000;
/** A connection on which nothing comes for so long, though something was asked, is dead. */
const SILENCE_MS = 15_000;
const TIMER_MAX_MS = 60_000;

/** Keeps a session connected to the broker's WebSocket, and calls it when something is due. */
export class Link implements ChatWire {
  /** It was ended, and not lost. */
  isOver = false;
  readonly #url: string;
  #session: ChatSession | null = null;
  #socket: WebSocket | null = null;
  #backoffMs = BACKOFF_MIN_MS;
  #openedAt = Number.POSITIVE_INFINITY;
  #reconnect: number | undefined;
  #timer: number | undefined;
  #isTouched = false;
  /** When something was asked that nothing has come after; 0 for never. */
  #askedAt = 0;

  constructor(url: string) {
    this.#url = url;
  }

  /** Begins. */
  start(session: ChatSession): void {
    this.#session = session;
    window.addEventListener('online', () => this.#again());
    document.addEventListener('visibilitychange', () => this.#again());
    this.#connect();
  }

  /** An order of the session's. */
  send(order: string): void {
    this.#socket?.send(order);
  }

  /** The session was asked for something: it is called once this turn is over. */
  touch(): void {
    if (this.#isTouched) return;
    this.#isTouched = true;
    queueMicrotask(() => {
      this.#isTouched = false;
      this.#tick();
    });
  }

  /** Something was asked that is answered at once as long as the connection lives. */
  asked(): void {
    const now = performance.now();
    if (this.#askedAt === 0) this.#askedAt = now;
    else if (now - this.#askedAt > SILENCE_MS) this.#lost(this.#socket);
  }

  /** Ends it. */
  stop(): void {
    this.isOver = true;
    clearTimeout(this.#reconnect);
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  #connect(): void {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.addEventListener('open', () => {
      if (this.#socket !== socket) return;
      this.#openedAt = performance.now();
      this.#askedAt = 0;
      this.#session!.opened(this.#openedAt);
      this.touch();
    });
    socket.addEventListener('message', ({ data }) => {
      if (this.#socket !== socket) return;
      this.#askedAt = 0;
      this.#session!.receive(performance.now(), String(data));
      this.touch();
    });
    socket.addEventListener('close', () => this.#lost(socket));
  }

  #lost(socket: WebSocket | null): void {
    if (socket === null || this.#socket !== socket) return;
    this.#socket = null;
    socket.close();
    if (this.isOver) return;
    const now = performance.now();
    this.#session!.closed(now);
    this.touch();
    // A broker that takes connections and ends them at once is not asked all the faster.
    if (now - this.#openedAt > BACKOFF_MAX_MS) this.#backoffMs = BACKOFF_MIN_MS;
    this.#openedAt = Number.POSITIVE_INFINITY;
    // Pages that lost their broker together do not come back together.
    const waitMs = this.#backoffMs * (0.5 + Math.random() / 2);
    this.#backoffMs = Math.min(2 * this.#backoffMs, BACKOFF_MAX_MS);
    this.#reconnect = window.setTimeout(() => this.#connect(), waitMs);
  }

  /** There is reason to hope: it is tried at once. */
  #again(): void {
    if (this.#socket !== null || this.isOver || document.hidden) return;
    clearTimeout(this.#reconnect);
    this.#connect();
  }

  #tick(): void {
    if (this.isOver) return;
    const now = performance.now();
    const dueMs = Math.min(this.#session!.tick(now) - now, TIMER_MAX_MS);
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#tick(), Math.max(0, dueMs));
  }
}
