import type { History } from '../../view/live.ts';
import { LiveModel } from '../../view/model.ts';
import { lookAt } from '../broker-http.ts';
import { Feed, type LiveEvent } from './feed.ts';

const HISTORY_MS = 1000;
/** A broker that answers nothing for so long is frozen, or cut off. */
const FROZEN_MS = 3000;

/** Why the broker is not heard, and since when in wall-clock milliseconds. */
export interface Silence {
  readonly since: number;
  readonly why: string;
}

/** A broker that is watched: what is known of it, kept up to date. */
export class Watch {
  readonly http: string;
  readonly model = new LiveModel();
  history: History | null = null;
  /** Null while it is heard. */
  silence: Silence | null = null;
  readonly #onNews: () => void;
  #feed: Feed | null = null;
  #timer: NodeJS.Timeout | undefined;
  /** When the last event came, by the clock that nobody sets. */
  #heardAt = 0;
  /** The broker's time at which the picture was stopped. */
  #stoppedAt: number | null = null;
  /** When it was asked for something that it has not answered yet. */
  #askedAt: number | null = null;
  /** It is silent, though nothing has ended. */
  #isFrozen = false;

  constructor(http: string, onNews: () => void) {
    this.http = http;
    this.#onNews = onNews;
  }

  /** The broker's wall-clock time; it stands still while nothing is heard. */
  get now(): number {
    if (this.#stoppedAt !== null) return this.#stoppedAt;
    return this.model.at + (performance.now() - this.#heardAt);
  }

  /** Begins, or begins again, to listen. */
  start(): void {
    this.#stoppedAt = null;
    this.#feed = new Feed(this.http, {
      onEvent: (event) => this.hear(event),
      onLost: (why) => this.#lost(why),
    });
    this.#timer = setInterval(() => this.#askHistory(), HISTORY_MS);
    this.#askHistory();
  }

  /** What is known stays as it is. */
  stop(): void {
    this.#stoppedAt ??= this.now;
    clearInterval(this.#timer);
    this.#feed?.close();
    this.#feed = null;
  }

  /** Takes what the broker says. */
  hear(event: LiveEvent): void {
    this.#heardAt = performance.now();
    this.#goOn();
    if (event.event === 'whole') this.model.whole(event);
    else this.model.change(event);
    this.#onNews();
  }

  #lost(why: string): void {
    this.#stoppedAt ??= this.now;
    this.silence = { since: this.silence?.since ?? Date.now(), why };
    this.#onNews();
  }

  /** Latencies are there alone. The feed may be silent for long, because nothing happens: this is answered. */
  #askHistory(): void {
    if (this.#askedAt !== null) this.#seeWhetherFrozen(this.#askedAt);
    if (this.#askedAt !== null || this.silence !== null) return;
    this.#askedAt = performance.now();
    lookAt<History>(this.http, '/api/history', 'at')
      .then((history) => {
        this.history = history;
        if (this.#isFrozen) this.#goOn();
        this.#onNews();
      })
      .catch(() => {})
      .finally(() => {
        this.#askedAt = null;
        this.#isFrozen = false;
      });
  }

  #goOn(): void {
    this.#stoppedAt = null;
    this.silence = null;
  }

  #seeWhetherFrozen(askedAt: number): void {
    if (this.silence !== null || performance.now() - askedAt < FROZEN_MS) return;
    this.#isFrozen = true;
    this.#lost(`nothing for ${FROZEN_MS / 1000} s`);
  }
}
