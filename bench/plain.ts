/** The two peers of the plain forwarder: one ZeroMQ message a job, nothing else. */

import { Dealer } from 'zeromq';

const ID_BYTES = 4;

/** What the load is driven through: one promise a call, whoever is behind it. */
export interface Caller {
  call(body: Uint8Array): Promise<unknown>;
}

/** Calls through the forwarder: the number of the call in front of the body, both in one frame. */
export class PlainClient implements Caller {
  #socket: Dealer;
  #calls = new Map<number, (answer: Uint8Array) => void>();
  #lastId = 0;
  #queue: Buffer[] = [];
  #sending = false;

  constructor(address: string) {
    this.#socket = plainDealer(address);
    void this.#receive();
  }

  call(body: Uint8Array): Promise<Uint8Array> {
    const id = (this.#lastId + 1) >>> 0;
    this.#lastId = id;
    const message = Buffer.allocUnsafe(ID_BYTES + body.length);
    message.writeUInt32LE(id, 0);
    message.set(body, ID_BYTES);
    return new Promise((resolve) => {
      this.#calls.set(id, resolve);
      this.#queue.push(message);
      if (!this.#sending) void this.#send();
    });
  }

  async #send(): Promise<void> {
    this.#sending = true;
    while (this.#queue.length > 0) {
      const messages = this.#queue;
      this.#queue = [];
      for (const message of messages) await this.#socket.send(message);
    }
    this.#sending = false;
  }

  async #receive(): Promise<void> {
    for await (const [answer] of this.#socket) {
      const id = answer!.readUInt32LE(0);
      this.#calls.get(id)?.(answer!.subarray(ID_BYTES));
      this.#calls.delete(id);
    }
  }
}

/** Answers each job of the forwarder with its own body, for ever. */
export async function echoPlainly(address: string): Promise<void> {
  const socket = plainDealer(address);
  await socket.send('');
  for await (const message of socket) await socket.send(message);
}

function plainDealer(address: string): Dealer {
  const socket = new Dealer({ linger: 0, sendHighWaterMark: 0, receiveHighWaterMark: 0 });
  socket.connect(address);
  return socket;
}
