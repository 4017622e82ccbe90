import type { Batch } from '../wire/batch.ts';
import { encodeOptions, type Item, i8Item, u32Item } from '../wire/items.ts';
import { OptionsBlock } from '../wire/options-block.ts';
import { type Trace, writeTrace } from '../wire/trace.ts';
import { Flag, Tag, Verb } from '../wire/verbs.ts';
import { type Call, CallState } from './call.ts';
import type { Kept } from './kept.ts';
import { keptBlock } from './kept-block.ts';
import { Types } from './types.ts';
import { Ulids } from './ulid.ts';

const block = new OptionsBlock();

/** Writes SUBMIT records and the TYPE records they need, and what else is said of kept jobs. */
export class Submits {
  readonly types = new Types();
  /** What a wall clock is ahead of `now`: generated ids carry its time. */
  wallOffset: number;
  readonly #ulids = new Ulids();
  #priority = 0;
  #expires = 0;
  #options: Uint8Array = encodeOptions([]);

  constructor(wallOffset: number) {
    this.wallOffset = wallOffset;
  }

  /** Hands the call in: as a REPEAT, with the time it has left, if it was sent before. */
  write(batch: Batch, now: number, call: Call): void {
    const { kept } = call;
    if (kept !== null && kept.verb !== Verb.SUBMIT) {
      this.#writeInquiry(batch, now, call, kept);
      return;
    }
    const type = this.types.number(call.type);
    this.types.declare(batch, type);
    let flags = call.acceptWanted ? Flag.ACCEPT : 0;
    let expires = call.timeoutMs;
    if (call.state === CallState.SENT) {
      flags |= Flag.REPEAT;
      if (expires > 0) expires = Math.max(1, call.dueAt - now);
    }
    call.state = CallState.SENT;
    if (kept !== null) {
      if (kept.id === '') kept.id = `@${this.#ulids.next(Math.floor(now + this.wallOffset))}`;
      batch.begin(Verb.SUBMIT, flags | Flag.OPTIONS, type, call.number, call.answerTimeoutMs);
      batch.block(keptBlock(now, call, kept, expires));
    } else if (call.trace !== null) {
      batch.begin(Verb.SUBMIT, flags | Flag.OPTIONS, type, call.number, call.answerTimeoutMs);
      batch.block(tracedBlock(call, call.trace, expires));
    } else if (call.priority === 0 && expires === 0) {
      batch.begin(Verb.SUBMIT, flags, type, call.number, call.answerTimeoutMs);
    } else {
      batch.begin(Verb.SUBMIT, flags | Flag.OPTIONS, type, call.number, call.answerTimeoutMs);
      batch.raw(this.#encode(call.priority, expires));
    }
    batch.body(call.body, 0, call.body.length);
  }

  /** ATTACH or REVOKE: said again, it is the same. */
  #writeInquiry(batch: Batch, now: number, call: Call, kept: Kept): void {
    call.state = CallState.SENT;
    batch.begin(kept.verb, Flag.OPTIONS, 0, call.number, 0);
    batch.block(keptBlock(now, call, kept, 0));
  }

  /** The last block is kept: programs hand in job after job with the same options. */
  #encode(priority: number, expires: number): Uint8Array {
    if (priority === this.#priority && expires === this.#expires) return this.#options;
    const items: Item[] = [];
    if (priority !== 0) items.push(i8Item(Tag.PRIORITY, priority));
    if (expires !== 0) items.push(u32Item(Tag.EXPIRES, expires));
    this.#priority = priority;
    this.#expires = expires;
    this.#options = encodeOptions(items);
    return this.#options;
  }
}

/** The options of a job that carries a trace, which is its own: valid until the next. */
function tracedBlock({ priority }: Call, trace: Trace, expires: number): OptionsBlock {
  block.begin();
  if (priority !== 0) block.u8(Tag.PRIORITY, priority & 0xff);
  if (expires !== 0) block.u32(Tag.EXPIRES, expires);
  writeTrace(block, trace);
  return block;
}
