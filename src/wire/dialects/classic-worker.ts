import type { Connection, Dialect } from '../door.ts';
import { isTypeName } from '../type-name.ts';
import { isClassic } from './classic.ts';
import { PlainWorker } from './plain-worker.ts';

const EMPTY = new Uint8Array(0);
const LOAD_MAX = 1000;
/** How the ZeroMQ guide's workers register, in one frame: those of its load balancer, and of Simple Pirate. */
const READY_ALONE = ['READY', '\x01'];

/**
 * Plain REQ sockets at the backend: registered by an empty client address, given `∅, client, ∅, body`, answering
 * `∅, client, ∅, answer`, which also asks for the next job.
 */
class ClassicWorker extends PlainWorker {
  readonly dialect = 'classic';

  receive(now: number, frames: Uint8Array[]): void {
    const [delimiter, address, second] = frames;
    const isAlone = frames.length === 2 && READY_ALONE.includes(Buffer.from(address!).toString());
    const isWhole = isAlone || (frames.length >= 4 && second!.length === 0);
    if (!isWhole || delimiter!.length > 0) {
      this.door.drop('classic-frames');
    } else if (isAlone) {
      this.#register(now, [EMPTY]);
    } else if (address!.length === 0) {
      this.#register(now, frames.slice(3));
    } else {
      this.#answer(now, address!, frames[3]!, frames[4]);
    }
  }

  protected request(address: Uint8Array, body: Uint8Array): Uint8Array[] {
    return [EMPTY, address, EMPTY, body];
  }

  /** `''` for the default type, or `READY, type, load`. Who registers again has given up what it had. */
  #register(now: number, [word, type, load]: Uint8Array[]): void {
    const named = word!.length > 0;
    const name =
      type === undefined || type.length === 0
        ? this.door.settings.defaultType
        : Buffer.from(type).toString();
    if (named && (Buffer.from(word!).toString() !== 'READY' || !isTypeName(name))) {
      this.door.drop('classic-ready');
      return;
    }
    if (this.join(now, name)) this.#load(now, load);
  }

  #answer(
    now: number,
    address: Uint8Array,
    answer: Uint8Array,
    load: Uint8Array | undefined,
  ): void {
    const isKnown = this.worker !== null;
    // It registered with an earlier broker, or before it was dropped: its answer asks for the next job all the same.
    if (!isKnown && load === undefined) this.#register(now, [EMPTY]);
    if (!isKnown || !this.isOurs(address)) {
      this.door.drop('classic-answer');
      return;
    }
    this.answer(now, address, answer);
    this.#load(now, load);
  }

  #load(now: number, load: Uint8Array | undefined): void {
    if (load === undefined) return;
    const value = Number(Buffer.from(load).toString() || Number.NaN);
    const worker = this.worker!;
    const { dispatched } = worker;
    if (!(value >= 0)) this.door.drop('classic-load');
    else this.door.broker.report(now, worker, Math.min(value, LOAD_MAX), dispatched, dispatched);
  }
}

export const classicWorkers: Dialect = {
  recognises: isClassic,
  open: (door, routingId): Connection => new ClassicWorker(door, routingId),
  turnAway() {},
};
