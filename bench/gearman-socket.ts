/** Gearman's binary protocol over TCP, as far as the bench needs it: packets that leave one tick together. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export const Packet = {
  CAN_DO: 1,
  PRE_SLEEP: 4,
  NOOP: 6,
  SUBMIT_JOB: 7,
  JOB_CREATED: 8,
  GRAB_JOB: 9,
  NO_JOB: 10,
  JOB_ASSIGN: 11,
  WORK_COMPLETE: 13,
} as const;

const HEADER_BYTES = 12;
const REQUEST = 0x00524551;
const FIRST_BYTES = 64 * 1024;

/** Takes the packets of one connection: `data` is the packet behind its header. */
export type PacketTaker = (packet: number, data: Buffer) => void;

/** One connection. What is written in a tick leaves in one write; what arrives is taken packet by packet. */
export class GearmanSocket {
  #socket: Socket;
  #take: PacketTaker;
  #out = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #size = 0;
  #left: Buffer | null = null;

  private constructor(socket: Socket, take: PacketTaker) {
    this.#socket = socket;
    this.#take = take;
    socket.on('data', (data) => this.#receive(data));
  }

  static async connect(address: string, take: PacketTaker): Promise<GearmanSocket> {
    const { hostname, port } = new URL(address);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    return new GearmanSocket(socket, take);
  }

  /** Writes a packet whose data is `text` and then `body`. */
  write(packet: number, text: string, body: Uint8Array): void {
    const length = text.length + body.length;
    this.#reserve(HEADER_BYTES + length);
    const out = this.#out;
    const at = this.#size;
    out.writeUInt32BE(REQUEST, at);
    out.writeUInt32BE(packet, at + 4);
    out.writeUInt32BE(length, at + 8);
    out.write(text, at + HEADER_BYTES, 'latin1');
    out.set(body, at + HEADER_BYTES + text.length);
    if (this.#size === 0) setImmediate(() => this.#flush());
    this.#size = at + HEADER_BYTES + length;
  }

  #reserve(more: number): void {
    const need = this.#size + more;
    if (need <= this.#out.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(need, this.#out.length * 2));
    grown.set(this.#out.subarray(0, this.#size));
    this.#out = grown;
  }

  #flush(): void {
    this.#socket.write(this.#out.subarray(0, this.#size));
    this.#out = Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, this.#size));
    this.#size = 0;
  }

  #receive(data: Buffer): void {
    const bytes = this.#left === null ? data : Buffer.concat([this.#left, data]);
    let at = 0;
    while (at + HEADER_BYTES <= bytes.length) {
      const end = at + HEADER_BYTES + bytes.readUInt32BE(at + 8);
      if (end > bytes.length) break;
      this.#take(bytes.readUInt32BE(at + 4), bytes.subarray(at + HEADER_BYTES, end));
      at = end;
    }
    this.#left = at === bytes.length ? null : bytes.subarray(at);
  }
}
