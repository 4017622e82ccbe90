import { LatidoError } from '../errors.ts';
import type { Progress } from '../wire/bodies.ts';
import { clock, type Dealer } from '../wire/dealer.ts';
import { Status } from '../wire/verbs.ts';
import { Answer, errorOf, type Part, partOf } from './answer.ts';
import { Call, type CallNumbers } from './call.ts';
import type { ClientSession } from './session.ts';

/** What may be said of one call. */
export interface CallOptions {
  /** How long the whole call may take before it ends EXPIRED; without it, for ever. */
  readonly timeoutMs?: number | undefined;
  /** How long one attempt may take before it is given up; without it, as the broker has it. */
  readonly answerTimeoutMs?: number | undefined;
  /** From -100 to 100; higher is sooner. */
  readonly priority?: number | undefined;
  /** Cancels the job: it goes away if it waits, and its handler is told if it runs. */
  readonly signal?: AbortSignal | undefined;
  readonly onPart?: ((part: Part) => void) | undefined;
  readonly onProgress?: ((progress: Progress, attempt: number) => void) | undefined;
  /** The broker has taken the job, at that level (0: memory). */
  readonly onAccept?: ((level: number) => void) | undefined;
}

/** A session and the socket that drives it. */
export interface Link {
  readonly session: ClientSession;
  readonly dealer: Dealer;
}

let settling: Pending | null = null;

/** A call that a promise stands for. */
export class Pending extends Call {
  readonly promise: Promise<Answer>;
  readonly #options: CallOptions;
  /** Where it was handed in. */
  link: Link | null = null;
  #resolve!: (answer: Answer) => void;
  #reject!: (error: LatidoError) => void;

  constructor(type: string, body: Uint8Array, numbers: CallNumbers, options: CallOptions) {
    super(type, body, numbers, options.onAccept !== undefined);
    this.#options = options;
    settling = this;
    this.promise = new Promise(Pending.#settler);
    options.signal?.addEventListener('abort', this);
  }

  /** One function for all: a closure a call would be garbage a call. */
  static #settler(resolve: (answer: Answer) => void, reject: (error: LatidoError) => void): void {
    settling!.#resolve = resolve;
    settling!.#reject = reject;
  }

  /** The signal fired. */
  handleEvent(): void {
    this.#unlisten();
    this.link?.session.cancel(clock(), this);
    this.link?.dealer.wake();
    this.#reject(new LatidoError('CANCELLED', undefined, this.#options.signal?.reason));
  }

  answer(status: Status, bytes: Uint8Array, at: number, length: number, attempts: number): void {
    this.#unlisten();
    const answer = new Answer(bytes, at, length, attempts);
    if (status === Status.OK) this.#resolve(answer);
    else this.#reject(errorOf(status, answer));
  }

  part(bytes: Uint8Array, attempt: number, isProgress: boolean): void {
    const { onPart, onProgress } = this.#options;
    if (onPart === undefined && onProgress === undefined) return;
    const part = partOf(bytes, attempt, isProgress);
    if (part.progress !== null) onProgress?.(part.progress, attempt);
    onPart?.(part);
  }

  refused(code: string, text: string): void {
    this.#unlisten();
    this.#reject(new LatidoError(code, text));
  }

  accepted(level: number): void {
    this.#options.onAccept?.(level);
  }

  #unlisten(): void {
    this.#options.signal?.removeEventListener('abort', this);
  }
}
