import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { until } from './poll.ts';

const scripts = fileURLToPath(new URL('../interop/', import.meta.url));

/** A Python that has python3-zmq; null when there is none. */
export const python: string | null =
  ['python3', '/usr/bin/python3'].find(
    (name) => spawnSync(name, ['-c', 'import zmq']).status === 0,
  ) ?? null;

/** A program that is not ours to run by Node, and what it prints; it does not outlive its test. */
export class Foreign {
  readonly ended: Promise<number | null>;
  out = '';
  readonly #child: ChildProcess;

  constructor(t: ExecutionContext, command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.on('data', (text) => {
        this.out += text;
      });
    }
    this.ended = once(this.#child, 'close').then(([code]) => code);
    t.teardown(() => this.signal('SIGKILL'));
  }

  /** Lines that it has printed. */
  get lines(): string[] {
    return this.out.split('\n').slice(0, -1);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits until it has printed the line. */
  async says(line: string): Promise<void> {
    await until(`${line} in: ${this.out}`, () => this.lines.includes(line));
  }

  /** What it printed, when it has ended well. */
  async done(): Promise<string[]> {
    const code = await this.ended;
    if (code !== 0) throw new Error(`ended with ${code}: ${this.out}`);
    return this.lines;
  }
}

/** A worker in Python that has said READY. */
export async function pythonWorker(
  t: ExecutionContext,
  dialect: string,
  address: string,
  ...type: string[]
): Promise<Foreign> {
  const worker = new Foreign(t, python!, [`${scripts}workers.py`, dialect, address, ...type]);
  await worker.says('ready');
  return worker;
}

/** The answers that a client in Python was given, each as its frames. */
export async function pythonClient(
  t: ExecutionContext,
  kind: string,
  address: string,
  type: string,
  ...body: string[]
): Promise<string[][]> {
  const client = new Foreign(t, python!, [`${scripts}clients.py`, kind, address, type, ...body]);
  return (await client.done()).map((line) => JSON.parse(line));
}
