import { encodeBody } from '../wire/bodies.ts';
import { Published, type PublishOptions } from './published.ts';
import { type Run, RunState } from './run.ts';

const NO_OPTIONS: PublishOptions = Object.freeze({});

/** Where the parts of answers go. */
export interface PartSink {
  part(run: Run, bytes: Uint8Array, isProgress: boolean): void;
}

/** What a handler is given: one attempt at a job. `In` is the type of its input, where it is declared. */
export class Job<In = unknown> {
  /** The kind of job. */
  readonly type: string;
  /** Ties `In` to the class for the compiler; there is nothing here. */
  declare readonly input?: In;
  readonly #run: Run;
  readonly #parts: PartSink;
  #stopping: AbortController | null = null;
  #stopped = false;

  constructor(run: Run, type: string, parts: PartSink) {
    this.#run = run;
    this.type = type;
    this.#parts = parts;
  }

  /** The job's identity: the same for each attempt at it. Of a kept job it is what it was submitted as. */
  get id(): string {
    const { id, call } = this.#run;
    return id === '' ? `${this.client}-${call}` : id;
  }

  /**
   * Who handed it in: 32 hexadecimal digits that stand for one life of a client, and name its subscriptions where it gave
   * them no other name. Of a kept job, which is the broker's, it is the store that keeps it.
   */
  get client(): string {
    const { buffer, byteOffset, length } = this.#run.client;
    return Buffer.from(buffer, byteOffset, length).toString('hex');
  }

  /** 1 for the first. */
  get attempt(): number {
    return this.#run.attempt;
  }

  /**
   * A number that rises with each attempt at a kept job, and with each at the jobs of its order key; null for other jobs. Send it
   * along with what is written elsewhere, and refuse there what comes with a lower one: it is from an attempt that was given up.
   */
  get fence(): number | null {
    return this.#run.fence;
  }

  /** The W3C `traceparent` that the job carries; null for none. Where an SDK of OpenTelemetry is registered, its context is active. */
  get traceparent(): string | null {
    return this.#run.trace?.parent ?? null;
  }

  /** The W3C `tracestate` that the job carries; empty for none. */
  get tracestate(): string {
    return this.#run.trace?.state ?? '';
  }

  /** The bytes of the job. They are a piece of what was received: copy what outlives the job. */
  get body(): Uint8Array {
    return this.#view();
  }

  text(): string {
    return this.#view().toString();
  }

  json(): In {
    return JSON.parse(this.text()) as In;
  }

  /**
   * Fires when nobody waits for this attempt any more: the job was cancelled, or given to another worker. A handler
   * that has not returned a second later is left alone, and its place is given to the next job.
   */
  get signal(): AbortSignal {
    this.#stopping ??= new AbortController();
    if (this.#stopped) this.#stopping.abort();
    return this.#stopping.signal;
  }

  /** Sends a piece of the answer ahead: bytes, a string or a JSON value. */
  part(body: unknown): void {
    this.#parts.part(this.#run, encodeBody(body), false);
  }

  /** Says how far the job is, from 0 to 1. */
  progress(fraction: number, note?: string): void {
    this.#parts.part(this.#run, encodeBody({ fraction, note }), true);
  }

  /**
   * Publishes bytes, a string or a JSON value in a channel, any number of times: it leaves with the answer, all or nothing. Who
   * subscribes is given it once, when the answer counts; nobody is when the handler throws, or the attempt was given up. Bytes
   * must not be changed before the handler has returned; after that nothing is published any more.
   */
  publish(channel: string, body: unknown, options: PublishOptions = NO_OPTIONS): void {
    const run = this.#run;
    if (run.state !== RunState.RUNNING) return;
    run.published ??= new Published();
    run.published.add(channel, body, options);
  }

  /** What is called when the signal has to fire; handlers have no use for it. */
  stop(): void {
    this.#stopped = true;
    this.#stopping?.abort();
  }

  #view(): Buffer {
    const { source, at, length } = this.#run;
    return Buffer.from(source.buffer, source.byteOffset + at, length);
  }
}
