/** A Gearman client with one promise a call, which writes all that a tick has made at once. */

import { GearmanSocket, Packet } from './gearman-socket.ts';
import type { Caller } from './plain.ts';

type Settle = (answer: Buffer) => void;

export class GearmanClient implements Caller {
  #socket!: GearmanSocket;
  /** Calls whose handle is not known yet: gearmand creates jobs in the order they were submitted. */
  #submitted: Settle[] = [];
  #firstSubmitted = 0;
  #created = new Map<string, Settle>();

  static async connect(address: string): Promise<GearmanClient> {
    const client = new GearmanClient();
    client.#socket = await GearmanSocket.connect(address, (packet, data) =>
      client.#take(packet, data),
    );
    return client;
  }

  call(body: Uint8Array): Promise<Buffer> {
    return new Promise((resolve) => {
      this.#submitted.push(resolve);
      this.#socket.write(Packet.SUBMIT_JOB, 'echo\0\0', body);
    });
  }

  #take(packet: number, data: Buffer): void {
    if (packet === Packet.JOB_CREATED) {
      this.#created.set(data.toString('latin1'), this.#nextSubmitted());
    } else if (packet === Packet.WORK_COMPLETE) {
      const end = data.indexOf(0);
      const handle = data.toString('latin1', 0, end);
      this.#created.get(handle)?.(data.subarray(end + 1));
      this.#created.delete(handle);
    } else {
      throw new Error(`gearmand sent the client packet ${packet}: ${data.toString()}`);
    }
  }

  #nextSubmitted(): Settle {
    const settle = this.#submitted[this.#firstSubmitted++]!;
    if (this.#firstSubmitted === this.#submitted.length) {
      this.#submitted = [];
      this.#firstSubmitted = 0;
    }
    return settle;
  }
}
