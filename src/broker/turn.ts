import type { Broker } from '../core/broker.ts';
import type { Clock } from '../core/clock.ts';
import type { Store } from '../store/store.ts';
import type { Door } from '../wire/door.ts';

/** A turn that has taken in this much ends before it takes more. */
const TURN_BYTES_MAX = 4 * 1024 * 1024;
/** How often peers are sent what is owed to them though nothing else is. */
const PULSE_MS = 200;

/**
 * One pass of the broker: take what has arrived, let the core do what is due, commit once, send. This
 * file keeps the promise that stands on top: nothing leaves before the commit of the turn that made it is durable. At
 * level memory there is nothing to commit, and everything leaves at once.
 */
export class Turn {
  /** No longer than this passes between two readings of the clock. */
  static readonly readEveryMs = PULSE_MS;
  readonly #broker: Broker;
  readonly #clock: Clock;
  readonly #store: Store;
  readonly #doors: readonly Door[];
  #immediate: NodeJS.Immediate | null = null;
  #timer: NodeJS.Timeout | null = null;
  #timerAt = Number.POSITIVE_INFINITY;
  #pulseAt = 0;
  #bytes = 0;
  #commits = 0;
  #ended = false;

  constructor(broker: Broker, clock: Clock, store: Store, doors: readonly Door[]) {
    this.#broker = broker;
    this.#clock = clock;
    this.#store = store;
    this.#doors = doors;
  }

  /** The core's time. */
  now(): number {
    return this.#clock.read(performance.now());
  }

  /** A message has arrived at a door. */
  take(door: Door, routingId: Uint8Array, frames: Uint8Array[]): void {
    door.receive(this.now(), routingId, frames);
    for (const frame of frames) this.#bytes += frame.length;
    if (this.#bytes > TURN_BYTES_MAX) this.end();
    else this.soon();
  }

  /** Something was fed to the core: the turn ends when what else has arrived is in. */
  soon(): void {
    if (this.#immediate === null && !this.#ended) this.#immediate = setImmediate(() => this.end());
  }

  /** Ends the turn, and sees that the next one comes when something is due. */
  end(): void {
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    this.#immediate = null;
    this.#bytes = 0;
    const now = this.now();
    const next = this.#broker.tick(now);
    if (now >= this.#pulseAt) {
      this.#pulseAt = now + PULSE_MS;
      for (const door of this.#doors) door.pulse();
    }
    this.#commit();
    this.#arm(now, Math.min(next, this.#pulseAt));
  }

  /** No more turns. */
  stop(): void {
    this.#ended = true;
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #commit(): void {
    const commit = this.#store.commit();
    if (commit === null) {
      if (this.#commits === 0) this.#send();
      return;
    }
    this.#commits++;
    void commit.then(() => {
      if (--this.#commits === 0) this.#send();
    });
  }

  #send(): void {
    for (const door of this.#doors) door.flush();
  }

  #arm(now: number, next: number): void {
    if (this.#ended || (this.#timer !== null && this.#timerAt <= next)) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timerAt = next;
    const due = () => {
      this.#timer = null;
      // Not the end at once: what arrived while the loop was held up is read before anything is called late.
      this.soon();
    };
    this.#timer = setTimeout(due, Math.max(0, Math.ceil(next - now)));
  }
}
