import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A module of this package beside or below src/, as it lies here: .ts in the sources, .js when built. */
export function moduleUrl(path: string): URL {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  return new URL(path + extension, import.meta.url);
}

/**
 * Starts a program of this package as a child. It drains by itself when this process is gone: the
 * channel between the two ends then.
 */
export function startProgram(
  program: 'broker' | 'worker',
  args: readonly string[],
  output: 'inherit' | 'pipe',
): ChildProcess {
  const path = fileURLToPath(moduleUrl(`./${program}`));
  // A terminal's Ctrl-C reaches the whole group: the child would take the parent's stop for a second one.
  return fork(path, args, { stdio: ['ignore', output, output, 'ipc'], detached: true });
}

/** How a child ended, in words. */
export function endOf(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `with ${code}` : `by ${signal}`;
}

/**
 * The JSON `ready` line of a child that was started with --json and its output piped; rejects with
 * what the child said last when it ends before. Every line of its log goes to `onLog`.
 */
export async function readyOf<T>(child: ChildProcess, onLog: (line: string) => void): Promise<T> {
  let last = '';
  eachLine(child.stderr, (line) => {
    last = line;
    onLog(line);
  });
  return new Promise((resolve, reject) => {
    eachLine(child.stdout, (line) => {
      if (line.startsWith('{"event":"ready"')) resolve(JSON.parse(line) as T);
    });
    child.once('close', (code, signal) => {
      reject(new Error(`a child ended ${endOf(code, signal)} before it was ready: ${last}`));
    });
  });
}

/** Asks children to drain and waits until they have ended. */
export async function stopAll(children: Iterable<ChildProcess>): Promise<void> {
  const running = [...children].filter(isRunning);
  const ends = running.map((child) => once(child, 'exit'));
  for (const child of running) child.kill('SIGTERM');
  await Promise.all(ends);
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

function eachLine(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  if (stream !== null) createInterface({ input: stream }).on('line', onLine);
}
