import type { Reader } from '../wire/reader.ts';
import { TraceReader } from '../wire/trace.ts';
import { Flag, Tag } from '../wire/verbs.ts';
import { Run } from './run.ts';

const INSTANCE_BYTES = 16;
const UNKNOWN = new Uint8Array(INSTANCE_BYTES);

/** Makes runs of DISPATCH records, and remembers which client a number means. */
export class DispatchReader {
  #clients = new Map<number, Uint8Array>();
  #lastNumber = -1;
  #last: Uint8Array = UNKNOWN;
  readonly #trace = new TraceReader();

  /** A CLIENT record. */
  client(reader: Reader): void {
    this.#clients.set(reader.a, Buffer.from(reader.bodyView().subarray(0, INSTANCE_BYTES)));
    this.#lastNumber = -1;
  }

  /** A DISPATCH record of that epoch and session. */
  run(reader: Reader, epoch: number, session: number): Run {
    const { view, fixedAt, flags } = reader;
    const client = this.#clientOf(view.getUint32(fixedAt, true));
    const run = new Run(epoch, reader.a, reader.b, client, view.getUint32(fixedAt + 4, true));
    run.type = reader.type;
    run.session = session;
    run.alone = (flags & Flag.ALONE) !== 0;
    run.source = reader.body;
    run.at = reader.bodyAt;
    run.length = reader.bodyLength;
    if ((flags & Flag.OPTIONS) !== 0) this.#options(reader, run);
    return run;
  }

  #options(reader: Reader, run: Run): void {
    const { view } = reader;
    const trace = this.#trace;
    trace.begin();
    reader.options((tag, at, length) => {
      if (tag === Tag.ATTEMPT && length === 2) run.attempt = view.getUint16(at, true);
      else if (tag === Tag.ID) run.id = reader.text(at, length);
      else if (tag === Tag.FENCE && length === 8) run.fence = Number(view.getBigUint64(at, true));
      else trace.take(reader, tag, at, length);
    });
    run.trace = trace.trace;
  }

  #clientOf(number: number): Uint8Array {
    if (number !== this.#lastNumber) {
      this.#last = this.#clients.get(number) ?? UNKNOWN;
      this.#lastNumber = number;
    }
    return this.#last;
  }
}
