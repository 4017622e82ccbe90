import type { Driven } from '../../../src/wire/dealer.ts';
import type { Link, Side } from './link.ts';
import type { Scene } from './scene.ts';
import type { Happening } from './timeline.ts';

/**
 * A process with a session and a socket, driven as `src/wire/dealer.ts` drives it. Paused (its loop is blocked, or it is
 * stopped), it takes in nothing until it goes on; dead, it does nothing any more.
 */
export abstract class Peer<W extends Scene = Scene> {
  readonly name: string;
  readonly side: Side;
  isDead = false;
  isPaused = false;
  /** Stopped: its I/O thread too. */
  isFrozen = false;
  link: Link | null = null;
  readonly world: W;
  abstract readonly instance: Buffer;
  protected abstract readonly driven: Driven;
  /** Its clock began when it did. */
  readonly #bornAt: number;
  #deferred: (() => void)[] = [];
  #flushing = false;
  /** A pass of the loop was to end while it was paused. */
  #flushLate = false;
  /** News of connections come in their order. */
  #newsAt = 0;
  #timer: Happening | null = null;
  #timerAt = Number.POSITIVE_INFINITY;
  /** A send that finds no connection leaves on the next one, as with ZeroMQ. */
  protected readonly keepsUnsent: boolean = true;
  /** Such a send. */
  #blocked: Uint8Array[] | null = null;

  constructor(world: W, name: string, side: Side) {
    this.world = world;
    this.name = name;
    this.side = side;
    this.#bornAt = world.timeline.now - world.chance.int(0, 100_000);
  }

  /** Its instance in hex. */
  get id(): string {
    return this.instance.toString('hex');
  }

  clock(): number {
    return Math.floor(this.world.timeline.now - this.#bornAt);
  }

  /** Tries to connect, now or until a broker is up. */
  connect(afterMs: number): void {
    this.world.timeline.after(afterMs, () => {
      if (this.isDead || this.link !== null || this.driven.ended) return;
      if (this.isFrozen) this.#deferred.push(() => this.connect(0));
      else if (!this.world.broker.isUp) this.connect(this.#reconnectMs());
      else this.#connected(this.world.newLink(this));
    });
  }

  /** A message has arrived at its socket. */
  receive(frames: Uint8Array[]): void {
    this.do(() => {
      if (this.driven.ended) return;
      this.driven.receive(this.clock(), frames);
      this.afterInput();
    });
  }

  /** Its I/O thread has noticed the end of a connection. */
  lost(link: Link): void {
    if (this.link !== link || this.isDead) return;
    if (this.isFrozen) {
      this.#deferred.push(() => this.lost(link));
      return;
    }
    this.link = null;
    this.#news(() => {
      this.world.trace(() => `${this.name} disconnected`);
      this.driven.disconnected(this.clock());
      this.wake();
    });
    this.connect(this.#reconnectMs());
  }

  /** Sends what the session has made at the end of this pass of the loop. */
  wake(): void {
    if (this.#flushing || this.isDead) return;
    this.#flushing = true;
    const ms = this.world.chance.yes(0.2) ? this.world.chance.ms(0, 0.5) : 0;
    this.world.timeline.after(ms, () => {
      if (this.isPaused) this.#flushLate = true;
      else if (!this.isDead) this.#flush();
    });
  }

  /** Blocks its loop, or stops it, for a time. */
  pause(ms: number): void {
    if (this.isPaused || this.isDead) return;
    this.isPaused = true;
    this.world.timeline.after(ms, () => this.goOn());
  }

  goOn(): void {
    if (!this.isPaused) return;
    this.isPaused = this.isFrozen = false;
    this.world.trace(() => `${this.name} goes on`);
    const deferred = this.#deferred;
    this.#deferred = [];
    for (const one of deferred) this.do(one);
    if (!this.#flushLate || this.isPaused) return;
    this.#flushLate = false;
    this.do(() => this.#flush());
  }

  /** The process ends without a word. */
  die(): void {
    this.isDead = true;
    this.#timer?.callOff();
    this.#deferred = [];
    const { chance } = this.world;
    const times = { upMs: chance.ms(0, 2), downMs: 0, brokerMs: chance.ms(0, 5), peerMs: 0 };
    this.link?.cut(times);
  }

  /** Does it in a pass of the loop: now, or when the loop turns again. */
  do(something: () => void): void {
    if (this.isDead) return;
    if (this.isPaused) this.#deferred.push(something);
    else something();
  }

  protected afterInput(): void {
    this.wake();
  }

  /** Its session has ended and everything has left. */
  protected abstract ended(): void;

  #connected(link: Link): void {
    this.link = link;
    const blocked = this.#blocked;
    this.#blocked = null;
    if (blocked !== null) {
      link.up(blocked);
      this.wake();
    }
    this.#news(() => {
      if (this.driven.ended) return;
      this.world.trace(() => `${this.name} connected`);
      this.driven.connected(this.clock());
      this.wake();
    });
  }

  /** What the socket tells of its connections reaches the loop a little later than their messages. */
  #news(something: () => void): void {
    const { chance, timeline } = this.world;
    this.#newsAt = Math.max(this.#newsAt, timeline.now + chance.ms(0, 1));
    timeline.at(this.#newsAt, () => this.do(something));
  }

  #flush(): void {
    this.#flushing = false;
    const now = this.clock();
    const next = this.driven.tick(now);
    if (this.isDead) return;
    if (this.#blocked === null) this.#send(this.driven.take(now));
    if (this.driven.ended) this.ended();
    else this.#arm(now, next);
  }

  #send(messages: Uint8Array[][]): void {
    for (const frames of messages) {
      if (this.link === null) {
        if (this.keepsUnsent) this.#blocked ??= frames;
        return;
      }
      this.link.up(frames);
    }
  }

  #arm(now: number, next: number): void {
    if (next > now && next >= this.#timerAt) return;
    this.#timer?.callOff();
    this.#timerAt = next;
    this.#timer = this.world.timeline.after(Math.max(0, next - now), () => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.wake();
    });
  }

  #reconnectMs(): number {
    const { reconnectMs } = this.world.plan;
    return this.world.chance.ms(reconnectMs, 2 * reconnectMs);
  }
}
