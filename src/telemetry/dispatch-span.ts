import type { Span } from '@opentelemetry/api';
import type { Trace } from '../wire/trace.ts';
import { ATTEMPT, ERROR_TYPE, JOB_ID, messaging, WORKER } from './attributes.ts';
import { type Otel, otel } from './otel.ts';
import { contextOf, traceOf } from './trace-context.ts';

/** What is said of an attempt that a broker has made. */
export interface Dispatched {
  readonly type: string;
  readonly id: string;
  readonly attempt: number;
  readonly worker: string;
  /** What the job carries. */
  readonly trace: Trace | null;
}

/** The span of an attempt, from its dispatch until it is answered or given up. */
export class DispatchSpan {
  /** What its worker is told. */
  readonly trace: Trace | null;
  readonly #otel: Otel;
  readonly #span: Span;

  constructor(otel: Otel, { type, id, attempt, worker, trace }: Dispatched) {
    const { api, tracer } = otel;
    const attributes = {
      ...messaging('dispatch', 'send', type),
      [JOB_ID]: id,
      [ATTEMPT]: attempt,
      [WORKER]: worker,
    };
    const options = { kind: api.SpanKind.PRODUCER, attributes };
    this.#otel = otel;
    this.#span = tracer.startSpan(`dispatch ${type}`, options, contextOf(api, trace));
    this.trace = traceOf(api, this.#span) ?? trace;
  }

  /** The attempt has ended; `why` it has no good answer, if it has none. */
  end(why: string | null): void {
    if (why !== null) {
      this.#span.setAttribute(ERROR_TYPE, why);
      this.#span.setStatus({ code: this.#otel.api.SpanStatusCode.ERROR, message: why });
    }
    this.#span.end();
  }
}

/** Of an attempt; null without an SDK. */
export function dispatchSpan(dispatched: Dispatched): DispatchSpan | null {
  const made = otel();
  return made === null ? null : new DispatchSpan(made, dispatched);
}
