/**
 * An SDK of OpenTelemetry for tests. Imported by a test, its spans are kept in memory; given to a program with `--import`
 * and `LATIDO_TEST_SPANS`, they are written to that file, one JSON line each; `LATIDO_TEST_SPANS_HELD`: not before they must be.
 */

import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import {
  type Attributes,
  context,
  createTraceState,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';

export const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
export const TRACE_ID = PARENT.split('-')[1]!;

/** What was active when a job was handed in, in another process: with a tracestate. */
export const remote = trace.setSpanContext(ROOT_CONTEXT, {
  traceId: TRACE_ID,
  spanId: PARENT.split('-')[2]!,
  traceFlags: 1,
  traceState: createTraceState('vendor=told'),
  isRemote: true,
});

/** The first span of that name. */
export function named(spans: readonly Seen[], name: string): Seen {
  const found = spans.find((span) => span.name === name);
  if (found === undefined) throw new Error(`no span ${name}: ${JSON.stringify(spans)}`);
  return found;
}

/** What a test wants to know of a span. */
export interface Seen {
  readonly name: string;
  readonly kind: keyof typeof SpanKind;
  readonly traceId: string;
  readonly spanId: string;
  readonly parent: string | null;
  readonly state: string;
  readonly error: string | null;
  readonly events: readonly string[];
  readonly attributes: Attributes;
  readonly pid: number;
}

const LONG_MS = 3_600_000;
const kept = new InMemorySpanExporter();

/** Spans that have ended in this process, in the order of their ends. */
export function spansHere(): Seen[] {
  return kept.getFinishedSpans().map(seen);
}

export function forgetSpans(): void {
  kept.reset();
}

/** Spans that programs have written to a file. */
export function spansIn(file: string): Seen[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

/** Registers the SDK; undone by what it returns. */
export function register(processor: SpanProcessor = new SimpleSpanProcessor(kept)): () => void {
  const spanProcessors = [processor];
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }));
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  return () => {
    trace.disable();
    context.disable();
  };
}

/** Writes each span when it ends, so that no kill loses one that has ended. */
function toFile(file: string): SpanExporter {
  return {
    export: (spans, done) => {
      for (const span of spans) appendFileSync(file, `${JSON.stringify(seen(span))}\n`);
      done({ code: 0 });
    },
    shutdown: async () => {},
  };
}

function seen(span: ReadableSpan): Seen {
  const { traceId, spanId, traceState } = span.spanContext();
  const { status, attributes } = span;
  return {
    name: span.name,
    kind: SpanKind[span.kind] as keyof typeof SpanKind,
    traceId,
    spanId,
    parent: span.parentSpanContext?.spanId ?? null,
    state: traceState?.serialize() ?? '',
    error: status.code === SpanStatusCode.ERROR ? (status.message ?? '') : null,
    events: span.events.map(({ name }) => name),
    attributes,
    pid: process.pid,
  };
}

const file = process.env.LATIDO_TEST_SPANS;
if (file !== undefined) {
  const held = process.env.LATIDO_TEST_SPANS_HELD === 'true';
  const exporter = toFile(file);
  register(
    held
      ? new BatchSpanProcessor(exporter, { scheduledDelayMillis: LONG_MS })
      : new SimpleSpanProcessor(exporter),
  );
}
