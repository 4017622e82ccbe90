import type { Context, Span } from '@opentelemetry/api';
import { isState, type Trace } from '../wire/trace.ts';
import type { Api } from './otel.ts';

/**
 * What a job carries to be found in this span's trace, as W3C Trace Context has it, whatever propagator the process uses
 * for other protocols; null for a span that is none, because tracing is suppressed.
 */
export function traceOf(api: Api, span: Span): Trace | null {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  if (!api.isSpanContextValid(span.spanContext())) return null;
  const flags = traceFlags.toString(16).padStart(2, '0');
  const state = traceState?.serialize() ?? '';
  return { parent: `00-${traceId}-${spanId}-${flags}`, state: isState(state) ? state : '' };
}

/** The context that a job has carried: that of nothing else. */
export function contextOf(api: Api, trace: Trace | null): Context {
  if (trace === null) return api.ROOT_CONTEXT;
  const [, traceId = '', spanId = '', flags = ''] = trace.parent.split('-');
  return api.trace.setSpanContext(api.ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & api.TraceFlags.SAMPLED,
    isRemote: true,
    ...(trace.state === '' ? {} : { traceState: api.createTraceState(trace.state) }),
  });
}
