import { LatidoError } from '../errors.ts';
import { objectIn, type Progress } from '../wire/bodies.ts';
import { Status } from '../wire/verbs.ts';

/** What a job was answered with. `Value` is what its handler returned, where the job's types are declared. */
export class Answer<Value = unknown> {
  /** Which attempt at the job this is the answer of. */
  readonly attempts: number;
  /** Ties `Value` to the class for the compiler; there is nothing here. */
  declare readonly value?: Value;
  #source: Uint8Array;
  #at: number;
  #length: number;

  constructor(source: Uint8Array, at: number, length: number, attempts: number) {
    this.#source = source;
    this.#at = at;
    this.#length = length;
    this.attempts = attempts;
  }

  /** The bytes, yours to keep. */
  get bytes(): Uint8Array {
    if (this.#length < this.#source.length) {
      // The bytes came in a batch with others: keeping a view would keep them all.
      this.#source = Buffer.from(this.#view());
      this.#at = 0;
    }
    return this.#source;
  }

  text(): string {
    return this.#view().toString();
  }

  json(): Value {
    return JSON.parse(this.text()) as Value;
  }

  #view(): Buffer {
    return Buffer.from(this.#source.buffer, this.#source.byteOffset + this.#at, this.#length);
  }
}

/** A piece of a job's answer before its end: bytes, or word of how far the job is. */
export class Part {
  readonly bytes: Uint8Array;
  /** Parts of an attempt that was lost are followed by those of the next, from the beginning. */
  readonly attempt: number;
  readonly progress: Progress | null;

  constructor(bytes: Uint8Array, attempt: number, progress: Progress | null) {
    this.bytes = bytes;
    this.attempt = attempt;
    this.progress = progress;
  }

  text(): string {
    return Buffer.from(this.bytes).toString();
  }

  json(): unknown {
    return JSON.parse(this.text());
  }
}

/** The part in a PART record. */
export function partOf(view: Uint8Array, attempt: number, isProgress: boolean): Part {
  const bytes = Buffer.from(view);
  if (!isProgress) return new Part(bytes, attempt, null);
  const { fraction, note } = objectIn(bytes.toString());
  const known = { fraction: typeof fraction === 'number' ? fraction : 0 };
  return new Part(bytes, attempt, typeof note === 'string' ? { ...known, note } : known);
}

/** What a caller hears of a job that has ended in any status but OK. */
export function errorOf(status: Status, answer: Answer): LatidoError {
  if (status === Status.CANCELLED) return new LatidoError('CANCELLED');
  if (status === Status.EXPIRED) return new LatidoError('EXPIRED');
  const details = objectIn(answer.text());
  const message = typeof details.message === 'string' ? details.message : undefined;
  const code = status === Status.DEAD ? 'ATTEMPTS_EXHAUSTED' : 'FAILED';
  return new LatidoError(code, message, details);
}
