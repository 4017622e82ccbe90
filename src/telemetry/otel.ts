import { createRequire } from 'node:module';
import type { Tracer } from '@opentelemetry/api';
import { versionOf } from '../version.ts';

export type Api = typeof import('@opentelemetry/api');

/** OpenTelemetry's API, and who makes Latido's spans. */
export interface Otel {
  readonly api: Api;
  readonly tracer: Tracer;
}

/** Where every copy of the API, in its first major version, has what an SDK registers. */
const REGISTRY = Symbol.for('opentelemetry.js.api.1');
const registries = globalThis as { [REGISTRY]?: { readonly trace?: object } };

let provider: object | null = null;
let known: Otel | null = null;

/** Whether an SDK is registered in this process: it may be at any time, so it is asked for each job. */
export function isTracing(): boolean {
  return registries[REGISTRY]?.trace !== undefined;
}

/** What makes spans; null as long as there is no SDK. The API is loaded no sooner: that takes longer than Latido itself. */
export function otel(): Otel | null {
  const registered = registries[REGISTRY]?.trace;
  if (registered === undefined) return null;
  if (registered !== provider || known === null) {
    const api: Api = createRequire(import.meta.url)('@opentelemetry/api');
    known = { api, tracer: api.trace.getTracer('latido', versionOf()) };
    provider = registered;
  }
  return known;
}
