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
 * `∅, client, ∅, answer`, which also asks for the next job. The address that it echoes is the token of the attempt, and behind a
 * space the type that the worker has named: by it a broker that has lost the worker knows what it serves.
 */
class ClassicWorker extends PlainWorker {
  readonly dialect = 'classic';
  /** Empty when it has named none. */
  #type = '';

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
    const named = this.#type === '' ? address : Buffer.from(`${address} ${this.#type}`);
    return [EMPTY, named, EMPTY, body];
  }

  /** `''` for the default type, or `READY, type, load`. Who registers again has given up what it had. */
  #register(now: number, [word, type, load]: Uint8Array[]): void {
    const name = Buffer.from(type ?? EMPTY).toString();
    if (word!.length > 0 && Buffer.from(word!).toString() !== 'READY') {
      this.door.drop('classic-ready');
    } else if (this.#joins(now, name)) {
      this.#load(now, load);
    }
  }

  /** With the type that it names, or the default one; whether it could. */
  #joins(now: number, type: string): boolean {
    if (type !== '' && !isTypeName(type)) {
      this.door.drop('classic-ready');
      return false;
    }
    this.#type = type;
    return this.join(now, type === '' ? this.door.settings.defaultType : type);
  }

  #answer(
    now: number,
    address: Uint8Array,
    answer: Uint8Array,
    load: Uint8Array | undefined,
  ): void {
    const isKnown = this.worker !== null;
    const [token, type] = split(address);
    // It registered with an earlier broker, or before it was dropped: its answer asks for the next job all the same.
    if (!isKnown && !this.#joins(now, type)) return;
    if (isKnown && this.isOurs(token)) this.answer(now, token, answer);
    else this.door.drop('classic-answer');
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

/** What names the attempt, and the type behind it. */
function split(address: Uint8Array): [token: Uint8Array, type: string] {
  const text = Buffer.from(address).toString();
  const at = text.indexOf(' ');
  return at < 0 ? [address, ''] : [Buffer.from(text.slice(0, at)), text.slice(at + 1)];
}

export const classicWorkers: Dialect = {
  recognises: isClassic,
  open: (door, routingId): Connection => new ClassicWorker(door, routingId),
  turnAway() {},
};
