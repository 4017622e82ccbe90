import type { Broker } from '../core/broker.ts';
import type { Clock } from '../core/clock.ts';
import type { Store } from '../store/store.ts';
import type { Door } from '../wire/door.ts';

/** A turn that has taken in this much ends before it takes more. */
const TURN_BYTES_MAX = 4 * 1024 * 1024;
/** One that has recorded this much, too: what comes next is taken in while it is on its way to the disk. */
const TURN_RECORDED_BYTES_MAX = 16 * 1024;
/** How often peers are sent what is owed to them though nothing else is. */
const PULSE_MS = 200;
/** What may be on its way to the disk before no more durable jobs are taken. */
const PENDING_BYTES_MAX = 64 * 1024 * 1024;

/**
 * One pass of the broker: take what has arrived, let the core do what is due, commit once, send. This
 * file keeps the promise that stands on top: an effect leaves only after every record whose state it reveals is durable;
 * one that reveals none never waits for the disk. Commits are pipelined: turns go on while some are on their way.
 */
export class Turn {
  /** No longer than this passes between two readings of the clock. */
  static readonly readEveryMs = PULSE_MS;
  readonly #broker: Broker;
  readonly #clock: Clock;
  readonly #store: Store;
  readonly #doors: readonly Door[];
  readonly #onHandedOver: () => void;
  #immediate: NodeJS.Immediate | null = null;
  #timer: NodeJS.Timeout | null = null;
  #timerAt = Number.POSITIVE_INFINITY;
  #pulseAt = 0;
  #bytes = 0;
  /** The last commit that was handed over, and the last that is durable. */
  #handedOver = 0;
  #durable = 0;
  /** Records that had been written when a commit was handed over that is on its way. */
  #underWay: { readonly commit: number; readonly recorded: number }[] = [];
  #ended = false;

  constructor(
    broker: Broker,
    clock: Clock,
    store: Store,
    doors: readonly Door[],
    onHandedOver: () => void = () => {},
  ) {
    this.#broker = broker;
    this.#clock = clock;
    this.#store = store;
    this.#doors = doors;
    this.#onHandedOver = onHandedOver;
  }

  /** The core's time. What is recorded has the wall-clock time of the start and what has passed since: nobody sets that. */
  now(): number {
    const monotonic = performance.now();
    const now = this.#clock.read(monotonic);
    this.#broker.state.wallOffset = performance.timeOrigin + monotonic - now;
    return now;
  }

  /** A message has arrived at a door. */
  take(door: Door, routingId: Uint8Array, frames: Uint8Array[]): void {
    door.receive(this.now(), routingId, frames);
    for (const frame of frames) this.#bytes += frame.length;
    const recorded = this.#store.recordedBytes > TURN_RECORDED_BYTES_MAX;
    if (recorded || this.#bytes > TURN_BYTES_MAX) this.end();
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
      for (const door of this.#doors) door.pulse(now);
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

  /** All commits up to this one are durable: what waited for them leaves. */
  durable(commit: number): void {
    this.#durable = commit;
    const { state } = this.#broker;
    while (this.#underWay.length > 0 && this.#underWay[0]!.commit <= commit) {
      state.durable = this.#underWay.shift()!.recorded;
    }
    for (const door of this.#doors) door.durable(commit);
  }

  /** The store has failed: what waited is thrown away. */
  failed(): void {
    this.#durable = this.#handedOver;
    this.#underWay = [];
    for (const door of this.#doors) door.failed();
  }

  /** One commit for the turn. What reveals records waits for them, and for those of the turns before. */
  #commit(): void {
    const commit = this.#store.commit();
    if (commit > 0) {
      this.#handedOver = commit;
      this.#underWay.push({ commit, recorded: this.#broker.state.recorded });
    }
    const waitFor = this.#handedOver > this.#durable ? this.#handedOver : 0;
    for (const door of this.#doors) door.flush(waitFor);
    this.#broker.state.storeBehind = this.#store.pendingBytes > PENDING_BYTES_MAX;
    this.#onHandedOver();
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
