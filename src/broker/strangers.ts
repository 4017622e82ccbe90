import type { Log } from './log.ts';

const QUIET_MS = 60_000;
const BYTES_SHOWN = 16;

/** Tells the log of messages in no dialect that is known at their port, once a minute: whoever sends them hears nothing. */
export class Strangers {
  readonly #log: Log;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(log: Log) {
    this.#log = log;
  }

  heard(now: number, port: string, frames: readonly Uint8Array[]): void {
    if (now - this.#toldAt < QUIET_MS) return;
    this.#toldAt = now;
    const begins = frames.slice(0, 4).map(hexOf).join(' | ');
    const text = 'a peer speaks no dialect that is known at this port, what it says is dropped';
    this.#log({ level: 'warn', text, port, frames: frames.length, begins });
  }
}

function hexOf(frame: Uint8Array): string {
  return Buffer.from(frame.subarray(0, BYTES_SHOWN)).toString('hex');
}
