/** A broker that does what a test says, and nothing else: it speaks docs/protocol.md, record by record. */

import { Router } from 'zeromq';
import { Batch } from '../../src/wire/batch.ts';
import { encodeOptions, type Item } from '../../src/wire/items.ts';
import { Reader } from '../../src/wire/reader.ts';
import { FIXED_BYTES, Flag, Verb } from '../../src/wire/verbs.ts';
import { until } from './poll.ts';

type VerbName = keyof typeof Verb;

/** A record as a test writes it, and as it reads one that was heard. */
export interface Said {
  readonly verb: VerbName;
  readonly flags?: number;
  readonly status?: number;
  readonly type?: number;
  readonly a?: number;
  readonly b?: number;
  /** The u32 numbers of the fixed part; bytes (an instance) as they are. */
  readonly fixed?: readonly (number | Uint8Array)[];
  readonly options?: readonly Item[];
  readonly body?: string | Uint8Array;
}

export interface Heard {
  readonly verb: VerbName;
  readonly flags: number;
  readonly status: number;
  readonly type: number;
  readonly a: number;
  readonly b: number;
  readonly fixed: Buffer;
  readonly options: ReadonlyMap<number, Buffer>;
  readonly body: string;
}

export interface HeardMessage {
  readonly session: number;
  readonly ack: number;
  readonly records: readonly Heard[];
}

/** The frames of a message with these records. */
export function say(session: number, ack: number, ...records: readonly Said[]): Uint8Array[] {
  const batch = new Batch();
  for (const said of records) write(batch, said);
  return batch.take({ low: session, high: 0 }, ack).flat();
}

function write(batch: Batch, said: Said): void {
  const { verb, flags = 0, status = 0, type = 0, a = 0, b = 0, fixed = [], options } = said;
  batch.begin(Verb[verb], flags | (status << 4) | (options ? Flag.OPTIONS : 0), type, a, b);
  for (const part of fixed) {
    if (typeof part === 'number') batch.u32(part);
    else batch.raw(part);
  }
  if (options) batch.raw(encodeOptions(options));
  const body = Buffer.from(said.body ?? '');
  batch.body(body, 0, body.length);
}

/** What a message says. */
export function hear(frames: Uint8Array[]): HeardMessage {
  const reader = new Reader(frames);
  const records: Heard[] = [];
  while (reader.next()) {
    const options = new Map<number, Buffer>();
    if (reader.flags & Flag.OPTIONS) {
      reader.options((tag, at, length) => {
        options.set(tag, Buffer.from(reader.frame.subarray(at, at + length)));
      });
    }
    const fixedEnd = reader.fixedAt + FIXED_BYTES[reader.verb]!;
    records.push({
      verb: nameOf(reader.verb),
      flags: reader.flags & 0b1100,
      status: reader.status,
      type: reader.type,
      a: reader.a,
      b: reader.b,
      fixed: Buffer.from(reader.frame.subarray(reader.fixedAt, fixedEnd)),
      options,
      body: reader.bodyText(),
    });
  }
  if (reader.broken !== null) throw new Error(`a broken message: ${reader.broken}`);
  return { session: reader.sessionLow, ack: reader.ack, records };
}

/** Everything in these messages, one after the other. */
export function hearAll(messages: Uint8Array[][]): Heard[] {
  return messages.flatMap((frames) => hear(frames).records);
}

/** `VERB a` for each record: what most tests want to see. */
export function verbs(records: readonly Heard[]): string[] {
  return records.map(({ verb, a }) => (a === 0 ? verb : `${verb} ${a}`));
}

/** The most bytes of a body, as WELCOME has them. */
export function u32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Its wall clock, behind that. */
export function u64(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

/** A fake broker on a real socket. */
export class FakeBroker {
  readonly address: string;
  #socket: Router;
  #peer: Uint8Array = Buffer.alloc(0);
  #heard: { message: HeardMessage; record: Heard }[] = [];

  static async open(address = 'tcp://127.0.0.1:*'): Promise<FakeBroker> {
    const socket = new Router({ linger: 0, mandatory: true });
    // An address that was just left is free again a moment later.
    await until('the address', () =>
      socket.bind(address).then(
        () => true,
        () => false,
      ),
    );
    return new FakeBroker(socket);
  }

  private constructor(socket: Router) {
    this.#socket = socket;
    this.address = socket.lastEndpoint!;
  }

  /** The next record of that verb; what comes before it is passed over. */
  async next(verb: VerbName): Promise<{ message: HeardMessage; record: Heard }> {
    for (;;) {
      for (let item = this.#heard.shift(); item !== undefined; item = this.#heard.shift()) {
        if (item.record.verb === verb) return item;
      }
      const [peer, ...frames] = await this.#socket.receive();
      this.#peer = peer!;
      const message = hear(frames);
      this.#heard = message.records.map((record) => ({ message, record }));
    }
  }

  /** Says it to the peer that was heard last. */
  async say(session: number, ack: number, ...records: readonly Said[]): Promise<void> {
    await this.#socket.send([this.#peer, ...say(session, ack, ...records)]);
  }

  close(): void {
    this.#socket.close();
  }
}

function nameOf(verb: number): VerbName {
  const found = Object.entries(Verb).find(([, number]) => number === verb);
  if (found === undefined) throw new Error(`there is no verb ${verb}`);
  return found[0] as VerbName;
}
