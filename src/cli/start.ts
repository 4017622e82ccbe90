/** The one thing a program may import before it knows on which Node it runs. */

/** Starts a program of the package, or says in one sentence that this Node is too old and ends with 2. */
export async function start(program: string): Promise<void> {
  const version = process.versions.node;
  if (isTooOld(version)) {
    process.stderr.write(`${program}: Node 22.18 or newer is needed, this is Node ${version}\n`);
    process.exit(2);
  }
  // What was compiled once starts the next time in half the time.
  const { enableCompileCache } = await import('node:module');
  enableCompileCache();
  const { main } = await import('./main.ts');
  const code = await main(program, process.argv.slice(2));
  const { flushSpans } = await import('../telemetry/flush.ts');
  await flushSpans();
  process.exit(code);
}

/** Whether a version of Node lacks what the package stands on. */
export function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < 22 || (major === 22 && minor < 18);
}
