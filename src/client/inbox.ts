import type { LatidoError } from '../errors.ts';
import type { ChannelDelivery } from './channel-delivery.ts';

/** What waits to be taken, at most: then the oldest is dropped, and the next one says so. */
const WAITING_MAX = 10_000;
const WAITING_BYTES_MAX = 64 * 1024 * 1024;

/** Deliveries that wait to be iterated over. */
export class Inbox {
  #waiting: ChannelDelivery[] = [];
  #head = 0;
  #bytes = 0;
  #wakers: (() => void)[] = [];
  #isOver = false;
  #error: LatidoError | null = null;

  push(delivery: ChannelDelivery): void {
    this.#waiting.push(delivery);
    this.#bytes += delivery.length;
    while (this.#size > WAITING_MAX || (this.#bytes > WAITING_BYTES_MAX && this.#size > 1)) {
      this.#shift();
      this.#waiting[this.#head]!.missed = true;
    }
    this.#wake();
  }

  /** Nothing more comes. With an error what waits can still be taken, without one it is dropped. */
  end(error: LatidoError | null): void {
    this.#isOver = true;
    this.#error = error;
    if (error === null) {
      this.#waiting = [];
      this.#head = 0;
    }
    this.#wake();
  }

  /** All that comes, until the end. */
  async *deliveries(): AsyncGenerator<ChannelDelivery, void, undefined> {
    for (;;) {
      if (this.#size > 0) yield this.#shift();
      else if (this.#isOver) break;
      else await new Promise<void>((resolve) => this.#wakers.push(resolve));
    }
    if (this.#error !== null) throw this.#error;
  }

  get #size(): number {
    return this.#waiting.length - this.#head;
  }

  #shift(): ChannelDelivery {
    const delivery = this.#waiting[this.#head++]!;
    this.#bytes -= delivery.length;
    // Not one by one: a long array is moved as a whole each time.
    if (this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    return delivery;
  }

  #wake(): void {
    for (const wake of this.#wakers.splice(0)) wake();
  }
}
