import type { Connection, Dialect, Door } from '../door.ts';
import { PlainWorker } from './plain-worker.ts';

const EMPTY = new Uint8Array(0);
const READY = 0x01;
const HEARTBEAT = 0x02;
const SIGN_OF_LIFE = Uint8Array.of(HEARTBEAT);
/** As the guide's queue and workers have it. */
const HEARTBEAT_MS = 1000;
/** An idle worker that has been silent for so many heartbeats is gone. */
const SILENT_HEARTBEATS = 4;

/**
 * A worker of the Paranoid Pirate Protocol, at its own port, for the default type: `0x01` is READY, `0x02` a sign of life, a job
 * and its answer are `address, ∅, body`. The protocol has no word to send one away: any sign of life of a stranger lets it join.
 */
class PppWorker extends PlainWorker {
  readonly dialect = 'ppp';
  #heardAt = 0;
  #saidAt = 0;

  receive(now: number, frames: Uint8Array[]): void {
    this.#heardAt = now;
    this.heard();
    const [first, gap, body] = frames;
    if (frames.length === 1 && first!.length === 1) this.#signal(now, first![0]!);
    else if (frames.length !== 3 || gap!.length > 0) this.door.drop('ppp-frames');
    else if (this.worker === null || !this.isOurs(first!)) {
      this.door.drop('ppp-answer');
      if (this.worker === null) this.#join(now);
    } else this.answer(now, first!, body!);
  }

  override pulse(now: number): void {
    const { worker } = this;
    if (worker === null) return;
    if (worker.inflight === 0 && now - this.#heardAt > SILENT_HEARTBEATS * HEARTBEAT_MS) {
      this.door.drop('ppp-silent');
      this.dropped(now);
    } else if (now - this.#saidAt >= HEARTBEAT_MS) {
      this.#saidAt = now;
      this.beat([SIGN_OF_LIFE]);
    }
  }

  protected request(address: Uint8Array, body: Uint8Array): Uint8Array[] {
    return [address, EMPTY, body];
  }

  #signal(now: number, signal: number): void {
    if (signal === READY || (signal === HEARTBEAT && this.worker === null)) this.#join(now);
    else if (signal !== HEARTBEAT) this.door.drop('ppp-frames');
  }

  #join(now: number): void {
    this.join(now, this.door.settings.defaultType);
  }
}

export const pppWorkers: Dialect = {
  recognises: () => true,
  open: (door: Door, routingId): Connection => new PppWorker(door, routingId),
  turnAway() {},
};
