import type { Trace } from '../core/trace.ts';
import type { OptionsBlock } from './options-block.ts';
import type { Reader } from './reader.ts';
import { Tag } from './verbs.ts';

export type { Trace } from '../core/trace.ts';

const PARENT_BYTES = 55;
const STATE_BYTES_MAX = 512;
const PARENT = /^(?!ff)[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/;
const STATE = /^[ -~]+$/;

/** Whether this can be the `tracestate` of a job: one that is longer is left out, whole. */
export function isState(text: string): boolean {
  return text.length <= STATE_BYTES_MAX && STATE.test(text);
}

/** Writes the options that carry a trace. */
export function writeTrace(block: OptionsBlock, trace: Trace): void {
  block.text(Tag.TRACE, trace.parent);
  if (trace.state !== '') block.text(Tag.TRACE_STATE, trace.state);
}

/** Collects the trace from the options of one record after the other. */
export class TraceReader {
  /** What the record said of a trace cannot be one, or not all of it: that was left out. */
  isMalformed = false;
  #parent = '';
  #state = '';

  begin(): void {
    this.isMalformed = false;
    this.#parent = this.#state = '';
  }

  /** Whether the option is one of a trace. */
  take(reader: Reader, tag: number, at: number, length: number): boolean {
    if (tag === Tag.TRACE) this.#parent = this.#text(reader, at, length, PARENT_BYTES, isParent);
    else if (tag === Tag.TRACE_STATE) {
      this.#state = this.#text(reader, at, length, STATE_BYTES_MAX, isState);
    } else return false;
    return true;
  }

  /** What the options since `begin` say. */
  get trace(): Trace | null {
    return this.#parent === '' ? null : { parent: this.#parent, state: this.#state };
  }

  #text(
    reader: Reader,
    at: number,
    length: number,
    most: number,
    isOne: (text: string) => boolean,
  ): string {
    const text = length <= most ? reader.text(at, length) : '';
    if (isOne(text)) return text;
    this.isMalformed = true;
    return '';
  }
}

function isParent(text: string): boolean {
  return text.length === PARENT_BYTES && PARENT.test(text);
}
