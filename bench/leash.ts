/**
 * What every process that the bench starts loads first: it ends with the bench, however that
 * ends, and collects its garbage when told to (with --expose-gc).
 */

process.on('disconnect', () => process.exit(0));
process.on('message', (message: { kind?: string }) => {
  if (message.kind !== 'collect') return;
  // The flavour that also gives free pages back, as a collection under pressure does.
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  process.send?.({ kind: 'collected', memory: process.memoryUsage() });
});
process.channel?.unref();
if (process.send !== undefined && !process.connected) process.exit(0);

/** Tells the bench something. */
export function tell(message: { kind: string; [field: string]: unknown }): void {
  process.send?.(message);
}

/** The settings that the bench gave this process. */
export function settings<T>(): T {
  return JSON.parse(process.argv[2] ?? '{}') as T;
}
