import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Programs start three times as fast when what was compiled is kept: there are hundreds of starts here. */
const env = {
  LATIDO_MEMORY: 'true',
  ...process.env,
  NODE_COMPILE_CACHE: join(tmpdir(), 'latido-test-compiled'),
};
const keep = new URL('./keep-compiled.ts', import.meta.url).href;
const cli = fileURLToPath(new URL('../../src/cli/', import.meta.url));
const running = new Set<Process>();

/** What a process finds in its environment besides what all of them do. */
export type Environment = Readonly<Record<string, string>>;

/** A process under test that is killed, stopped and woken with signals, and that does not outlive the tests. */
export class Process {
  /** What it said of itself in the line that says it is ready. */
  readonly ready: Promise<Record<string, string>>;
  readonly ended: Promise<void>;
  /** All that it said, for the message of a test that failed. */
  said = '';
  readonly #child: ChildProcess;

  constructor(file: string, args: readonly string[], own: Environment = {}) {
    // Over the channel a program notices that the tests are gone, however they ended, and leaves.
    this.#child = spawn(process.execPath, ['--import', keep, file, ...args], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...env, LATIDO_TEST_RECORD: process.env.LATIDO_TEST_RECORD, ...own },
    });
    running.add(this);
    this.ended = once(this.#child, 'close').then(() => {
      running.delete(this);
    });
    this.#child.stderr!.on('data', (text) => {
      this.said += text;
    });
    this.ready = this.#readyLine();
    this.ready.catch(() => {});
  }

  get pid(): number {
    return this.#child.pid!;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Kills it and waits until it is gone. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  async #readyLine(): Promise<Record<string, string>> {
    for await (const line of createInterface({ input: this.#child.stdout! })) {
      if (line.startsWith('{"event":"ready"')) return JSON.parse(line);
    }
    throw new Error(`the process ended before it was ready: ${this.said}`);
  }
}

/** A program of the package. */
export function program(
  name: 'broker' | 'worker',
  args: readonly string[],
  own: Environment = {},
): Process {
  return new Process(`${cli}${name}.ts`, [...args, '--json'], own);
}

const given = new Set<number>();

/**
 * A free port that the system gives to nobody by itself: one of those could be taken, or be
 * connected to itself, while the broker that had it is dead. No port is given twice: a broker whose
 * two sides got the same one would find it taken, by itself.
 */
export async function quietPort(): Promise<number> {
  for (;;) {
    const port = 10_240 + Math.floor(Math.random() * 20_000);
    if (given.has(port)) continue;
    given.add(port);
    const server = createServer();
    server.listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch {
      continue;
    }
    server.close();
    await once(server, 'close');
    return port;
  }
}

function killAll(): void {
  for (const each of running) each.signal('SIGKILL');
}

process.on('exit', killAll);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(1));
}
