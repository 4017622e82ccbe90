import { otel } from './otel.ts';

/** A collector that does not answer keeps no program from ending for longer. */
const FLUSH_MS = 2000;

/** Has the SDK send the spans that it holds back; resolves at once where there is none. For the end of a program. */
export async function flushSpans(): Promise<void> {
  const registered = otel()?.api.trace.getTracerProvider();
  if (registered === undefined) return;
  const late = new Promise<void>((resolve) => {
    setTimeout(resolve, FLUSH_MS);
  });
  await Promise.race([flushed(registered), late]);
}

/** What the API hands out stands for the provider that an SDK has registered. */
async function flushed(registered: object): Promise<void> {
  const { getDelegate } = registered as { getDelegate?: () => object };
  const provider = getDelegate === undefined ? registered : getDelegate.call(registered);
  const { forceFlush } = provider as { forceFlush?: () => Promise<void> };
  // What a collector refuses is the SDK's to tell.
  await forceFlush?.call(provider).catch(() => {});
}
