import type { Context, Span } from '@opentelemetry/api';
import type { Trace } from '../wire/trace.ts';
import { ATTEMPT, BODY_BYTES, JOB_ID, messaging, WORKER } from './attributes.ts';
import { endFailed } from './failing.ts';
import { type Otel, otel } from './otel.ts';
import { contextOf } from './trace-context.ts';

/** What is said of an attempt that a worker makes. */
export interface Processed {
  readonly type: string;
  readonly id: string;
  readonly attempt: number;
  readonly bodyBytes: number;
  /** Empty for a worker without a name. */
  readonly worker: string;
  readonly trace: Trace | null;
}

/** The span of a handler, the active one while it runs. */
export class ProcessSpan {
  readonly #otel: Otel;
  readonly #span: Span;
  readonly #context: Context;

  constructor(otel: Otel, processed: Processed) {
    const { api, tracer } = otel;
    const { type, trace } = processed;
    // Whatever was active when the worker was started is not what this job comes from.
    const parent = contextOf(api, trace);
    const options = { kind: api.SpanKind.CONSUMER, attributes: attributesOf(processed) };
    this.#otel = otel;
    this.#span = tracer.startSpan(`process ${type}`, options, parent);
    this.#context = api.trace.setSpan(parent, this.#span);
  }

  run<Out>(does: () => Out): Out {
    return this.#otel.api.context.with(this.#context, does);
  }

  end(): void {
    this.#span.end();
  }

  /** The handler threw. */
  fail(error: unknown): void {
    endFailed(this.#otel.api, this.#span, error);
  }
}

/** Of an attempt; null without an SDK. */
export function processSpan(processed: Processed): ProcessSpan | null {
  const made = otel();
  return made === null ? null : new ProcessSpan(made, processed);
}

function attributesOf({ type, id, attempt, bodyBytes, worker }: Processed) {
  const attributes = {
    ...messaging('process', 'process', type),
    [JOB_ID]: id,
    [BODY_BYTES]: bodyBytes,
    [ATTEMPT]: attempt,
  };
  return worker === '' ? attributes : { ...attributes, [WORKER]: worker };
}
