import { Ending } from '../../core/job.ts';
import type { WorkerOutbox } from '../../core/outbox.ts';
import type { Run } from '../../core/run.ts';
import { NOTHING } from '../../core/slab.ts';
import type { Worker } from '../../core/worker.ts';
import type { Connection, Dialect, Door } from '../door.ts';
import { isTypeName } from '../type-name.ts';
import { addressOf, isClassic, tokenOf } from './classic.ts';

const EMPTY = new Uint8Array(0);

interface Dispatched {
  readonly run: Run;
  readonly frames: Uint8Array[];
}
const LOAD_MAX = 1000;

/**
 * Plain REQ sockets at the backend: registered by an empty client address, given `∅, client, ∅, body`, answering
 * `∅, client, ∅, answer`, which also asks for the next job. One job at a time. It is silent while
 * it works, so only the end of its connection or the answer timeout says that it is lost.
 */
class ClassicWorker implements Connection, WorkerOutbox {
  readonly dialect = 'classic';
  readonly #door: Door;
  readonly #routingId: Uint8Array;
  #worker: Worker | null = null;
  #out: Uint8Array[][] = [];
  /** Jobs that leave when it is durable that they do. */
  #durables: Dispatched[] = [];
  #written = false;

  constructor(door: Door, routingId: Uint8Array) {
    this.#door = door;
    this.#routingId = Buffer.from(routingId);
  }

  receive(now: number, frames: Uint8Array[]): void {
    const [delimiter, address, second] = frames;
    if (frames.length < 4 || delimiter!.length > 0 || second!.length > 0) {
      this.#door.drop('classic-frames');
    } else if (address!.length === 0) {
      this.#register(now, frames.slice(3));
    } else {
      this.#answer(now, address!, frames[3]!, frames[4]);
    }
  }

  ended(now: number): void {
    if (this.#worker !== null) this.#door.host.workerLost(now, this.#worker, null);
    this.#worker = null;
  }

  dropped(now: number): void {
    if (this.#worker !== null) this.#door.broker.workerGone(now, this.#worker);
    this.#worker = null;
  }

  flush(): void {
    const out = this.#out;
    this.#out = [];
    this.#written = false;
    for (const frames of out) this.#door.host.send(this.#routingId, frames);
    if (this.#durables.length > 0) this.#hold(this.#durables);
    this.#durables = [];
  }

  pulse(): void {}

  dispatch(run: Run): void {
    const { slab, offset, length } = run.job!;
    const body = Uint8Array.prototype.slice.call(slab.bytes, offset, offset + length);
    const { index, generation } = run;
    const address = addressOf({ epoch: this.#door.broker.state.runs.epoch, index, generation });
    const frames = [EMPTY, address, EMPTY, body];
    if (run.durable) this.#durables.push({ run, frames });
    else this.#out.push(frames);
    this.#touch();
  }

  /** The protocol has no words for these: a REQ worker hears of nothing but jobs. */
  cancel(): void {}
  stale(): void {}
  again(): void {}
  adopt(): void {}
  closing(): void {}
  leave(): void {}

  #hold(dispatched: readonly Dispatched[]): void {
    const worker = this.#worker;
    const release = () => {
      if (this.#worker !== worker) return;
      for (const { run, frames } of dispatched) {
        this.#door.broker.left(run);
        this.#door.host.send(this.#routingId, frames);
      }
    };
    this.#door.hold({ release, drop() {} });
  }

  #touch(): void {
    if (!this.#written) this.#door.wrote(this);
    this.#written = true;
  }

  /** `''` for the default type, or `READY, type, load`. Who registers again has given up what it had. */
  #register(now: number, [word, type, load]: Uint8Array[]): void {
    const named = word!.length > 0;
    const name =
      type === undefined || type.length === 0
        ? this.#door.settings.defaultType
        : Buffer.from(type).toString();
    if (named && (Buffer.from(word!).toString() !== 'READY' || !isTypeName(name))) {
      this.#door.drop('classic-ready');
      return;
    }
    if (this.#worker !== null) this.#door.broker.workerGone(now, this.#worker);
    const { dialect } = this;
    const hello = { instance: '', name: '', dialect, types: [name], capacity: 1, reports: false };
    this.#worker = this.#door.broker.ready(now, hello, this, []);
    if (this.#worker === null) this.#door.drop('types-max');
    else this.#load(now, this.#worker, load);
  }

  #answer(
    now: number,
    address: Uint8Array,
    answer: Uint8Array,
    load: Uint8Array | undefined,
  ): void {
    const { broker, settings } = this.#door;
    const token = tokenOf(address);
    const worker = this.#worker;
    // It registered with an earlier broker, or before it was dropped: its answer asks for the next job all the same.
    if (worker === null && load === undefined) this.#register(now, [EMPTY]);
    if (worker === null || token === null || token.epoch !== broker.state.runs.epoch) {
      this.#door.drop('classic-answer');
      return;
    }
    const tooLarge = answer.length > settings.bodyBytesMax;
    const bytes = tooLarge ? Buffer.from('The answer is larger than the broker takes.') : answer;
    const slab = bytes.length === 0 ? NOTHING : broker.state.slabs.frame(now, bytes);
    const ending = tooLarge ? Ending.FAILED : Ending.OK;
    broker.answer(now, worker, token.index, token.generation, ending, slab, 0, bytes.length);
    this.#load(now, worker, load);
  }

  #load(now: number, worker: Worker, load: Uint8Array | undefined): void {
    if (load === undefined) return;
    const value = Number(Buffer.from(load).toString() || Number.NaN);
    if (!(value >= 0)) this.#door.drop('classic-load');
    else
      this.#door.broker.report(
        now,
        worker,
        Math.min(value, LOAD_MAX),
        worker.dispatched,
        worker.dispatched,
      );
  }
}

export const classicWorkers: Dialect = {
  recognises: isClassic,
  open: (door, routingId): Connection => new ClassicWorker(door, routingId),
  turnAway() {},
};
