import type { Span } from '@opentelemetry/api';
import type { Trace } from '../wire/trace.ts';
import { ATTEMPTS, BODY_BYTES, JOB_ID, messaging } from './attributes.ts';
import { endFailed } from './failing.ts';
import { type Otel, otel } from './otel.ts';
import { traceOf } from './trace-context.ts';

/** The span of a call, from when it is made to its end. */
export class CallSpan {
  /** What its job is to carry. */
  readonly trace: Trace | null;
  readonly #otel: Otel;
  readonly #span: Span;

  constructor(otel: Otel, span: Span) {
    this.#otel = otel;
    this.#span = span;
    this.trace = traceOf(otel.api, span);
  }

  accepted(level: string): void {
    this.#span.addEvent('accepted', { 'latido.level': level });
  }

  answered(attempts: number): void {
    this.#span.setAttribute(ATTEMPTS, attempts);
  }

  /** The call has ended, with that error if there is one; `id` is that of its job. */
  end(id: string, error: Error | null): void {
    this.#span.setAttribute(JOB_ID, id);
    if (error === null) this.#span.end();
    else endFailed(this.#otel.api, this.#span, error);
  }
}

/** Of a call that hands in a job, in the context that is active; null without an SDK. */
export function submitSpan(type: string, bodyBytes: number): CallSpan | null {
  const made = otel();
  if (made === null) return null;
  const attributes = { ...messaging('submit', 'send', type), [BODY_BYTES]: bodyBytes };
  const kind = made.api.SpanKind.PRODUCER;
  return new CallSpan(made, made.tracer.startSpan(`submit ${type}`, { kind, attributes }));
}

/** Of a call that waits for the answer of a job that was handed in before; null without an SDK. */
export function answerSpan(): CallSpan | null {
  const made = otel();
  if (made === null) return null;
  const attributes = messaging('answer', 'receive', '');
  const kind = made.api.SpanKind.CLIENT;
  return new CallSpan(made, made.tracer.startSpan('answer', { kind, attributes }));
}
