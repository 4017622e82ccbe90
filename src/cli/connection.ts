import type { Log } from '../broker/log.ts';
import type { PeerEvent } from '../index.ts';

const EVENTS = {
  connected: { level: 'info', text: 'connected to the broker' },
  disconnected: { level: 'warn', text: 'the connection to the broker ended, waiting for it' },
  closing: { level: 'warn', text: 'the broker is going down' },
  dismissed: { level: 'info', text: 'told to go by the broker: what runs is finished' },
  refused: { level: 'error', text: 'the broker refused' },
} as const;

/** A worker's connection as its program sees it: told to the log, and watched when it is to end. */
export class Connection {
  readonly #broker: string;
  readonly #log: Log;
  #up = false;
  #timer: NodeJS.Timeout | undefined;
  #onGone: { afterMs: number; resolve: () => void } | null = null;

  constructor(broker: string, log: Log) {
    this.#broker = broker;
    this.#log = log;
  }

  /** What the worker is given as `onEvent`. */
  readonly onEvent = ({ kind, detail }: PeerEvent): void => {
    const { level, text } = EVENTS[kind];
    this.#log({ level, text: detail === '' ? text : `${text}: ${detail}`, broker: this.#broker });
    if (kind === 'connected') this.#up = true;
    if (kind === 'disconnected') this.#up = false;
    this.#watch();
  };

  /** Resolves when the broker has been away for so long, counted from now on. */
  gone(afterMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#onGone = { afterMs, resolve };
      this.#watch();
    });
  }

  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#up || this.#onGone === null) return;
    this.#timer = setTimeout(this.#onGone.resolve, this.#onGone.afterMs);
  }
}
