import { Ending } from '../../core/job.ts';
import type { WorkerOutbox } from '../../core/outbox.ts';
import type { Run } from '../../core/run.ts';
import { NOTHING } from '../../core/slab.ts';
import type { Worker } from '../../core/worker.ts';
import type { Connection, Door } from '../door.ts';
import { isTypeName } from '../type-name.ts';
import { addressOf, tokenOf } from './address.ts';

/**
 * Signs of life that may wait in a worker that reads nothing while it works. At ZeroMQ's usual mark of 1000 its queue would be full, and
 * its socket would answer the broker's heartbeats no more: a busy worker would look like a frozen one.
 */
const UNREAD_MAX = 500;

interface Dispatched {
  readonly run: Run;
  readonly frames: Uint8Array[];
}

/**
 * A worker of a protocol that knows one job at a time and no instance: silent while it works, so only the end of its connection
 * or the answer timeout says that it is lost. Dialects say how its messages look.
 */
export abstract class PlainWorker implements Connection, WorkerOutbox {
  readonly side = 'worker';
  abstract readonly dialect: string;
  protected readonly door: Door;
  protected worker: Worker | null = null;
  readonly #routingId: Uint8Array;
  #out: Uint8Array[][] = [];
  /** Jobs that leave when it is durable that they do. */
  #durables: Dispatched[] = [];
  #written = false;
  /** Signs of life that it was given since it was heard. */
  #unread = 0;

  constructor(door: Door, routingId: Uint8Array) {
    this.door = door;
    this.#routingId = Buffer.from(routingId);
  }

  abstract receive(now: number, frames: Uint8Array[]): void;

  /** A job as this dialect gives it; `address` is what names the attempt, and is echoed. The body is a copy. */
  protected abstract request(address: Uint8Array, body: Uint8Array): Uint8Array[];

  ended(now: number): void {
    if (this.worker !== null) this.door.host.workerLost(now, this.worker, null);
    this.worker = null;
  }

  dropped(now: number): void {
    if (this.worker === null) return;
    this.door.broker.workerGone(now, this.worker);
    this.worker = null;
    this.#out = [];
    this.#durables = [];
  }

  pulse(_now: number): void {}

  flush(): void {
    const out = this.#out;
    this.#out = [];
    this.#written = false;
    for (const frames of out) this.door.host.send(this.#routingId, frames);
    if (this.#durables.length > 0) this.#hold(this.#durables);
    this.#durables = [];
  }

  dispatch(run: Run): void {
    const { slab, offset, length } = run.job!;
    const body = Uint8Array.prototype.slice.call(slab.bytes, offset, offset + length);
    const { index, generation } = run;
    const address = addressOf({ epoch: this.door.broker.state.runs.epoch, index, generation });
    const frames = this.request(address, body);
    if (run.durable) this.#durables.push({ run, frames });
    else this.#out.push(frames);
    this.#touch();
  }

  /** These protocols have no words for it: such a worker hears of nothing but jobs. */
  cancel(): void {}
  stale(): void {}
  again(): void {}
  adopt(): void {}
  closing(): void {}
  leave(): void {}

  /** It has read what it was given before: it has said something. */
  protected heard(): void {
    this.#unread = 0;
  }

  /** A sign of life of the broker, unless too many may wait in it unread. */
  protected beat(frames: Uint8Array[]): void {
    if (this.#unread === UNREAD_MAX) return;
    this.#unread++;
    this.say(frames);
  }

  /** Something for it besides jobs. */
  protected say(frames: Uint8Array[]): void {
    this.#out.push(frames);
    this.#touch();
  }

  /** It joins as a new worker for that type; whether it could. Who was here before has given up what it had. */
  protected join(now: number, type: string): boolean {
    this.dropped(now);
    if (!isTypeName(type)) return false;
    const { dialect } = this;
    const hello = { instance: '', name: '', dialect, types: [type], capacity: 1, reports: false };
    this.worker = this.door.broker.ready(now, hello, this, []);
    if (this.worker === null) this.door.drop('types-max');
    return this.worker !== null;
  }

  /** Whether the address names an attempt of this broker. */
  protected isOurs(address: Uint8Array): boolean {
    return tokenOf(address)?.epoch === this.door.broker.state.runs.epoch;
  }

  /** Its word on the attempt that the address names. */
  protected answer(now: number, address: Uint8Array, answer: Uint8Array): void {
    const { broker, settings } = this.door;
    const tooLarge = answer.length > settings.bodyBytesMax;
    const bytes = tooLarge ? Buffer.from('The answer is larger than the broker takes.') : answer;
    const slab = bytes.length === 0 ? NOTHING : broker.state.slabs.frame(now, bytes);
    const ending = tooLarge ? Ending.FAILED : Ending.OK;
    const { index, generation } = tokenOf(address)!;
    broker.answer(now, this.worker!, index, generation, ending, slab, 0, bytes.length);
  }

  /** A piece of the answer. */
  protected part(address: Uint8Array, bytes: Uint8Array): void {
    const { broker, settings } = this.door;
    if (bytes.length > settings.bodyBytesMax) return;
    const { index, generation } = tokenOf(address)!;
    broker.part(this.worker!, index, generation, false, bytes, 0, bytes.length);
  }

  #hold(dispatched: readonly Dispatched[]): void {
    const { worker } = this;
    const release = () => {
      if (this.worker !== worker) return;
      for (const { run, frames } of dispatched) {
        this.door.broker.left(run);
        this.door.host.send(this.#routingId, frames);
      }
    };
    this.door.hold({ release, drop() {} });
  }

  #touch(): void {
    if (!this.#written) this.door.wrote(this);
    this.#written = true;
  }
}
