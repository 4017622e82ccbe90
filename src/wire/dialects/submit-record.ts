import { plainSubmit, type Submit } from '../../core/intake.ts';
import type { Door } from '../door.ts';
import { plainKept, readKeptOption } from '../kept-options.ts';
import type { Reader } from '../reader.ts';
import { TraceReader } from '../trace.ts';
import { Flag, Tag } from '../verbs.ts';

/** Reads what a client asks for in a SUBMIT record; what cannot be read is counted at the door. */
export class SubmitReader {
  readonly #submit = plainSubmit(0);
  readonly #trace = new TraceReader();

  /** Valid until the next is read. */
  read(reader: Reader, door: Door): Submit {
    const submit = this.#submit;
    submit.call = reader.a;
    submit.timeoutMs = reader.b;
    submit.repeat = (reader.flags & Flag.REPEAT) !== 0;
    submit.acceptWanted = (reader.flags & Flag.ACCEPT) !== 0;
    submit.priority = submit.expiresMs = 0;
    submit.kept = submit.trace = null;
    if ((reader.flags & Flag.OPTIONS) !== 0) this.#options(reader, door);
    return submit;
  }

  #options(reader: Reader, door: Door): void {
    const submit = this.#submit;
    const trace = this.#trace;
    const kept = plainKept();
    trace.begin();
    const whole = reader.options((tag, at, length) => {
      if (tag === Tag.PRIORITY && length === 1) submit.priority = reader.view.getInt8(at);
      else if (tag === Tag.EXPIRES && length === 4) {
        submit.expiresMs = reader.view.getUint32(at, true);
      } else {
        if (tag === Tag.ID) submit.kept = kept;
        if (!trace.take(reader, tag, at, length)) readKeptOption(kept, reader, tag, at, length);
      }
    });
    if (!whole) door.drop('options');
    if (trace.isMalformed) door.drop('trace');
    submit.trace = trace.trace;
  }
}
