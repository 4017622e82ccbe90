import { isTracing } from '../telemetry/otel.ts';
import { type ProcessSpan, processSpan } from '../telemetry/process-span.ts';
import { encodeBody, failureBody } from '../wire/bodies.ts';
import { clock, type Dealer } from '../wire/dealer.ts';
import { throwLater } from '../wire/tell.ts';
import { Status } from '../wire/verbs.ts';
import { type Chaos, strike } from './chaos.ts';
import { failureOf } from './failure.ts';
import type { Tally } from './figures.ts';
import { Job, type PartSink } from './job.ts';
import { type LoadSource, loadFrom } from './load.ts';
import type { Run } from './run.ts';
import type { WorkerHost, WorkerSession } from './session.ts';

/** Starts no more jobs after that long in one pass: answers leave, and the loop turns, before the next ones. */
const PASS_MS = 5;

/** Does a job; what it returns is its answer, what it throws its failure. */
export type AnyHandler = (job: Job) => unknown;

/** What a host needs to know of its worker. */
export interface HostOptions {
  readonly handlers: readonly (readonly [type: string, handler: AnyHandler])[];
  readonly capacity: number;
  readonly load: LoadSource;
  readonly chaos: Chaos | null;
  readonly tally: Tally | null;
  /** What the worker is called. */
  readonly name: string;
}

/** Runs the handlers of a worker and brings what they return to its session. */
export class Host implements WorkerHost, PartSink {
  session!: WorkerSession;
  dealer!: Dealer;
  /** Null while nobody asks for figures. */
  tally: Tally | null;
  /** What was reported last. */
  reportedLoad = 0;
  readonly #types: string[];
  readonly #handlers: AnyHandler[];
  readonly #chaos: Chaos | null;
  readonly #name: string;
  readonly #load: (now: number) => number;

  constructor(options: HostOptions) {
    const { handlers, capacity } = options;
    this.#types = handlers.map(([type]) => type);
    this.#handlers = handlers.map(([, handler]) => handler);
    this.#chaos = options.chaos;
    this.tally = options.tally;
    this.#name = options.name;
    this.#load = loadFrom(options.load, () => this.session.size / capacity);
  }

  start(now: number, run: Run): boolean {
    const handler = this.#handlers[run.type];
    if (handler === undefined) {
      this.session.answer(run, Status.FAILED, failureBody('TYPE_UNKNOWN'));
      return true;
    }
    const job = new Job(run, this.#types[run.type]!, this);
    run.job = job;
    this.tally?.began(run);
    const span = isTracing() ? this.#spanOf(run, job) : null;
    try {
      const result =
        span === null ? this.#do(handler, job) : span.run(() => this.#do(handler, job));
      if (isPromise(result)) void this.#settle(run, result, span);
      else this.#succeed(run, result, span);
    } catch (error) {
      this.#fail(run, error, span);
    }
    // Measured: with one job in flight a third of the round trip is saved by not waiting for the end of the pass.
    this.dealer.wakeSoon();
    return clock() - now < PASS_MS;
  }

  cancel(run: Run): void {
    run.job?.stop();
  }

  load(now: number): number {
    try {
      const load = this.#load(now);
      this.reportedLoad = Number.isFinite(load) ? load : 0;
    } catch (error) {
      // A function of the program's has thrown: reports, and what leaves with them, go on.
      throwLater(error);
    }
    return this.reportedLoad;
  }

  part(run: Run, bytes: Uint8Array, isProgress: boolean): void {
    this.session.part(run, bytes, isProgress);
    this.dealer.wake();
  }

  #do(handler: AnyHandler, job: Job): unknown {
    const struck = this.#chaos === null ? undefined : strike(this.#chaos);
    return struck === undefined ? handler(job) : struck.then(() => handler(job));
  }

  async #settle(run: Run, result: PromiseLike<unknown>, span: ProcessSpan | null): Promise<void> {
    try {
      this.#succeed(run, await result, span);
    } catch (error) {
      this.#fail(run, error, span);
    }
    this.dealer.wake();
  }

  #succeed(run: Run, result: unknown, span: ProcessSpan | null): void {
    this.session.answer(run, Status.OK, encodeBody(result));
    this.tally?.ended(run);
    span?.end();
  }

  #fail(run: Run, thrown: unknown, span: ProcessSpan | null): void {
    const { code, message, isPermanent, error } = failureOf(thrown);
    span?.fail(error);
    const body = failureBody(code, message);
    this.session.answer(run, Status.FAILED, body, isPermanent);
    this.tally?.ended(run);
  }

  #spanOf({ attempt, length, trace }: Run, { id, type }: Job): ProcessSpan | null {
    return processSpan({ type, id, attempt, bodyBytes: length, worker: this.#name, trace });
  }
}

function isPromise(result: unknown): result is PromiseLike<unknown> {
  if (result instanceof Uint8Array || typeof result !== 'object' || result === null) return false;
  return typeof (result as { then?: unknown }).then === 'function';
}
