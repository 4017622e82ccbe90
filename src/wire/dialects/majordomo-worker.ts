import type { Connection, Dialect, Door } from '../door.ts';
import { bodyOfFrames, framesOfBody } from '../frames-body.ts';
import { type Command, type WorkerForm, workerFormOf } from './majordomo.ts';
import { PlainWorker } from './plain-worker.ts';
import { isReserved } from './reserved.ts';

const EMPTY = new Uint8Array(0);
/** An idle worker that has been silent for so many heartbeats is gone. */
const SILENT_HEARTBEATS = 4;

/**
 * ```
 *           READY                        an answer
 *  strange ───────▶ ready ◀────────────────────────────── busy: never expired for being silent
 *     ▲  ▲            │ │────────────── a job ──────────────▲ │
 *     │  └ DISCONNECT ┘ │                                     │
 *     │                 │ silent for four heartbeats          │ a second READY, what makes no sense
 *     └─────────────────┴──── it is told DISCONNECT ──────────┘
 * ```
 * A Majordomo worker, of version 0.1 or 0.2: one service, one job at a time. Who is strange and says anything but READY is told
 * DISCONNECT: that is how it registers again with a broker that was restarted.
 */
class MajordomoWorker extends PlainWorker {
  readonly dialect: string;
  readonly #form: WorkerForm;
  #heardAt = 0;
  #saidAt = 0;

  constructor(door: Door, routingId: Uint8Array, form: WorkerForm) {
    super(door, routingId);
    this.dialect = form.dialect;
    this.#form = form;
  }

  receive(now: number, frames: Uint8Array[]): void {
    const said = this.#form.read(frames);
    if (said === null) {
      this.door.drop('mdp-frames');
      return;
    }
    this.#heardAt = now;
    this.heard();
    if (this.worker === null) this.#meet(now, said.command, said.rest);
    else this.#work(now, said.command, said.rest);
  }

  /** A sign of life when it has had none for a while; an idle one that gives none itself is let go. */
  override pulse(now: number): void {
    const { mdpHeartbeatMs } = this.door.settings;
    const { worker } = this;
    if (worker === null) return;
    if (worker.inflight === 0 && now - this.#heardAt > SILENT_HEARTBEATS * mdpHeartbeatMs) {
      this.#expel(now, 'mdp-silent');
    } else if (now - this.#saidAt >= mdpHeartbeatMs) {
      this.#saidAt = now;
      this.beat(this.#form.write('heartbeat'));
    }
  }

  protected request(address: Uint8Array, body: Uint8Array): Uint8Array[] {
    return this.#form.write('request', address, EMPTY, ...framesOfBody(body));
  }

  #meet(now: number, command: Command, rest: readonly Uint8Array[]): void {
    if (command === 'disconnect') return;
    if (command !== 'ready') {
      this.#expel(now, 'mdp-unknown-worker');
      return;
    }
    const service = Buffer.from(rest[0] ?? EMPTY).toString();
    if (rest.length !== 1 || isReserved(service) || !this.join(now, service)) {
      this.#expel(now, 'mdp-ready');
    }
    this.#saidAt = now;
  }

  #work(now: number, command: Command, rest: readonly Uint8Array[]): void {
    if (command === 'heartbeat') return;
    if (command === 'disconnect') this.dropped(now);
    else if (command === 'final' || command === 'partial') this.#answer(now, command, rest);
    else this.#expel(now, 'mdp-command');
  }

  /** `address, ∅, body…`; one that is late or said twice is refused by its token. */
  #answer(now: number, command: Command, [address, gap, ...body]: readonly Uint8Array[]): void {
    if (address === undefined || gap === undefined || gap.length > 0 || !this.isOurs(address)) {
      this.door.drop('mdp-answer');
    } else if (command === 'final') {
      this.answer(now, address, bodyOfFrames(body));
    } else {
      this.part(address, bodyOfFrames(body));
    }
  }

  /** It is told to go, and registers again if it knows how. Its job goes to another. */
  #expel(now: number, reason: string): void {
    this.door.drop(reason);
    this.dropped(now);
    this.say(this.#form.write('disconnect'));
  }
}

export const majordomoWorkers: Dialect = {
  recognises: (frames) => workerFormOf(frames) !== null,
  open: (door, routingId, frames): Connection =>
    new MajordomoWorker(door, routingId, workerFormOf(frames)!),
  turnAway() {},
};
