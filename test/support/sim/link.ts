import type { Chance } from './chance.ts';
import type { Timeline } from './timeline.ts';

/** Who is at the two ends of a connection. */
export interface Ends {
  /** A message has come to the broker. */
  toBroker(link: Link, frames: Uint8Array[]): void;
  toPeer(link: Link, frames: Uint8Array[]): void;
  /** The broker's I/O thread has noticed that the connection has ended. */
  endedAtBroker(link: Link): void;
  endedAtPeer(link: Link): void;
}

/** What is said in one direction: first in, first out, until it is cut. */
class Direction {
  readonly #timeline: Timeline;
  readonly #chance: Chance;
  readonly #delayMs: number;
  #last = 0;
  /** What arrives later than this is lost. */
  closedAt = Number.POSITIVE_INFINITY;

  constructor(timeline: Timeline, chance: Chance, delayMs: number) {
    this.#timeline = timeline;
    this.#chance = chance;
    this.#delayMs = delayMs;
  }

  /** Until everything that was said has arrived. */
  get ms(): number {
    return Math.max(0, this.#last - this.#timeline.now);
  }

  send(arrive: () => void): void {
    const { now } = this.#timeline;
    if (now >= this.closedAt) return;
    const slow = this.#chance.yes(0.03) ? 10 : 1;
    const delay = 0.05 + this.#delayMs * slow * this.#chance.fraction() ** 3;
    const at = Math.max(this.#last, now + delay);
    this.#last = at;
    this.#timeline.at(at, () => {
      if (at <= this.closedAt) arrive();
    });
  }
}

/** 0: the frontend, 1: the backend, 2: the pages. */
export type Side = 0 | 1 | 2;

let links = 0;

/** One connection between a peer and the broker. */
export class Link {
  /** Fresh for each connection, as libzmq makes them. */
  readonly routingId: Buffer;
  readonly side: Side;
  /** The broker knows that it has ended. */
  isLost = false;
  isCut = false;
  readonly #ends: Ends;
  readonly #timeline: Timeline;
  readonly #up: Direction;
  readonly #down: Direction;

  constructor(side: Side, ends: Ends, timeline: Timeline, chance: Chance, delayMs: number) {
    this.side = side;
    this.routingId = Buffer.alloc(5);
    this.routingId.writeUInt32BE(++links, 1);
    this.#ends = ends;
    this.#timeline = timeline;
    this.#up = new Direction(timeline, chance, delayMs);
    this.#down = new Direction(timeline, chance, delayMs);
  }

  get key(): string {
    return this.routingId.toString('latin1');
  }

  /** Sockets own what they send: the other side gets bytes of its own. */
  up(frames: Uint8Array[]): void {
    const copies = frames.map((frame) => Buffer.from(frame));
    this.#up.send(() => this.#ends.toBroker(this, copies));
  }

  down(frames: Uint8Array[]): void {
    const copies = frames.map((frame) => Buffer.from(frame));
    this.#down.send(() => this.#ends.toPeer(this, copies));
  }

  /** The broker ends it: what it has said arrives before. */
  close(): void {
    const ms = this.#down.ms + 1;
    this.cut({ upMs: 0, downMs: ms, brokerMs: ms, peerMs: ms });
  }

  /** The connection ends: what arrives after these times is lost, and each side learns of it after some time. */
  cut(times: { upMs: number; downMs: number; brokerMs: number; peerMs: number }): void {
    if (this.isCut) return;
    this.isCut = true;
    const { now } = this.#timeline;
    this.#up.closedAt = now + times.upMs;
    this.#down.closedAt = now + times.downMs;
    this.#timeline.after(Math.max(times.brokerMs, times.upMs), () =>
      this.#ends.endedAtBroker(this),
    );
    this.#timeline.after(times.peerMs, () => this.#ends.endedAtPeer(this));
  }
}
