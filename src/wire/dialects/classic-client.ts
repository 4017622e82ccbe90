import type { Client } from '../../core/client.ts';
import { Deaf } from '../../core/deaf.ts';
import { plainSubmit } from '../../core/intake.ts';
import { Ending, type Job } from '../../core/job.ts';
import { NOTHING } from '../../core/slab.ts';
import { type ErrorCode, sentenceOf } from '../../errors.ts';
import type { Connection, Dialect, Door } from '../door.ts';
import { failureWords } from '../failure-words.ts';
import { isTypeName } from '../type-name.ts';
import { isClassic } from './classic.ts';

const EMPTY = new Uint8Array(0);
const FRAMES = 'A job is one frame, its body, or two, its type and its body.';

/**
 * Plain REQ sockets at the frontend: `∅, body` or `∅, type, body`, answered `∅, answer`. A failure is answered in words that begin with
 * ERROR, because a REQ socket that gets nothing waits for ever. It takes one reply, so no parts, and has no words for ids, so no kept jobs.
 */
class ClassicClient extends Deaf implements Connection {
  readonly side = 'client';
  readonly dialect = 'classic';
  readonly #door: Door;
  readonly #routingId: Uint8Array;
  #client: Client;
  #calls = 0;
  #out: Uint8Array[] = [];

  constructor(door: Door, routingId: Uint8Array) {
    super();
    this.#door = door;
    this.#routingId = Buffer.from(routingId);
    this.#client = this.#join();
  }

  receive(now: number, frames: Uint8Array[]): void {
    const [delimiter, first, second] = frames;
    // It was dropped, and goes on all the same: with a new beginning.
    if (this.#client.outbox === null) this.#client = this.#join();
    if (frames.length < 2 || frames.length > 3 || delimiter!.length > 0) {
      this.#door.drop('classic-frames');
      // A REQ socket waits for its reply, whatever it has sent.
      if (delimiter?.length === 0) this.#say(Buffer.from(`ERROR MALFORMED ${FRAMES}`));
      return;
    }
    const { defaultType, bodyBytesMax } = this.#door.settings;
    const name = second === undefined ? defaultType : Buffer.from(first!).toString();
    const body = second ?? first!;
    const type = isTypeName(name) ? this.#door.broker.state.type(name) : null;
    if (type === null) this.#decline(isTypeName(name) ? 'TYPES_MAX' : 'TYPE_INVALID');
    else if (body.length > bodyBytesMax) this.#decline('BODY_TOO_LARGE');
    else {
      const slab = body.length === 0 ? NOTHING : this.#door.broker.state.slabs.frame(now, body);
      const submit = plainSubmit(this.#calls++);
      this.#door.broker.submit(now, this.#client, type, submit, slab, 0, body.length);
    }
  }

  ended(now: number): void {
    this.#door.broker.clientGone(now, this.#client);
  }

  dropped(now: number): void {
    this.#door.broker.clientGone(now, this.#client);
  }

  flush(): void {
    const out = this.#out;
    this.#out = [];
    for (const body of out) this.#door.host.send(this.#routingId, [EMPTY, body]);
  }

  pulse(): void {}

  override answer(job: Job): void {
    if (job.ending === Ending.OK) {
      this.#say(
        Uint8Array.prototype.slice.call(job.slab.bytes, job.offset, job.offset + job.length),
      );
    } else {
      this.#say(Buffer.from(`ERROR ${failureWords(job)}`));
    }
  }

  override refuse(_call: number, code: ErrorCode): void {
    this.#say(Buffer.from(`ERROR ${code} ${sentenceOf(code)}`));
  }

  #join(): Client {
    return this.#door.broker.hello('', '', this.dialect, this);
  }

  #decline(code: ErrorCode): void {
    this.#door.broker.state.refused(code);
    this.refuse(0, code);
  }

  #say(body: Uint8Array): void {
    this.#out.push(body);
    if (this.#out.length === 1) this.#door.wrote(this);
  }
}

export const classicClients: Dialect = {
  recognises: isClassic,
  open: (door, routingId) => new ClassicClient(door, routingId),
  turnAway(door, routingId) {
    const words = `ERROR CONNECTIONS_MAX ${sentenceOf('CONNECTIONS_MAX')}`;
    door.host.send(routingId, [EMPTY, Buffer.from(words)]);
  },
};
