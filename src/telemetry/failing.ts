import type { Span } from '@opentelemetry/api';
import { ERROR_TYPE } from './attributes.ts';
import type { Api } from './otel.ts';

/** Says in a span that it ended with this error, and ends it. */
export function endFailed(api: Api, span: Span, error: unknown): void {
  const { message } = error instanceof Error ? error : { message: String(error) };
  span.recordException(error instanceof Error ? error : message);
  span.setAttribute(ERROR_TYPE, typeOf(error));
  span.setStatus({ code: api.SpanStatusCode.ERROR, message });
  span.end();
}

/** Its code, or what it is called. */
function typeOf(error: unknown): string {
  if (!(error instanceof Error)) return '_OTHER';
  const { code } = error as Error & { code?: unknown };
  return typeof code === 'string' ? code : error.name;
}
