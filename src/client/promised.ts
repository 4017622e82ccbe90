import { LatidoError } from '../errors.ts';
import type { CallSpan } from '../telemetry/call-span.ts';
import { clock, type Dealer } from '../wire/dealer.ts';
import { Call, type CallNumbers } from './call.ts';
import type { Kept } from './kept.ts';
import type { ClientSession } from './session.ts';

/** A session and the socket that drives it. */
export interface Link {
  readonly session: ClientSession;
  readonly dealer: Dealer;
  /** Of the client, in hex. */
  readonly instance: string;
}

interface Abortable {
  readonly signal?: AbortSignal | undefined;
}

let settling: Promised<never> | null = null;

/** A call that a promise stands for, and that the signal of its options may end. */
export abstract class Promised<T, Options extends Abortable = Abortable> extends Call {
  readonly promise: Promise<T>;
  readonly options: Options;
  /** Where it was handed in. */
  link: Link | null = null;
  /** Where there is an SDK that makes spans, until its end. */
  span: CallSpan | null = null;
  #resolve!: (value: T) => void;
  #reject!: (error: LatidoError) => void;

  constructor(
    type: string,
    body: Uint8Array,
    numbers: CallNumbers,
    acceptWanted: boolean,
    kept: Kept | null,
    options: Options,
  ) {
    super(type, body, numbers, acceptWanted, kept);
    this.options = options;
    settling = this as unknown as Promised<never>;
    this.promise = new Promise(Promised.#settler) as Promise<T>;
    options.signal?.addEventListener('abort', this);
  }

  /** One function for all: a closure a call would be garbage a call. */
  static #settler(resolve: (value: never) => void, reject: (error: LatidoError) => void): void {
    settling!.#resolve = resolve;
    settling!.#reject = reject;
  }

  /** The signal fired. */
  handleEvent(): void {
    this.link?.session.cancel(clock(), this);
    this.link?.dealer.wake();
    this.reject(new LatidoError('CANCELLED', undefined, this.options.signal?.reason));
  }

  refused(code: string, text: string): void {
    this.reject(new LatidoError(code, text));
  }

  protected resolve(value: T): void {
    this.options.signal?.removeEventListener('abort', this);
    if (this.span !== null) this.#endSpan(this.span, null);
    this.#resolve(value);
  }

  protected reject(error: LatidoError): void {
    this.options.signal?.removeEventListener('abort', this);
    if (this.span !== null) this.#endSpan(this.span, error);
    this.#reject(error);
  }

  #endSpan(span: CallSpan, error: LatidoError | null): void {
    this.span = null;
    span.end(this.kept?.id ?? `${this.link!.instance}-${this.number}`, error);
  }
}
