import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../src/cli/', import.meta.url));

/** How a program ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program of the package as a child of the test, its output kept. */
export class Program {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';

  constructor(program: string, args: readonly string[], input: string | null = '') {
    const stdin = input === null ? 'ignore' : 'pipe';
    this.child = spawn(process.execPath, [`${cli}${program}.ts`, ...args], {
      stdio: [stdin, 'pipe', 'pipe'],
      env: { LATIDO_MEMORY: 'true', ...process.env },
    });
    this.child.stdout?.on('data', (chunk) => {
      this.stdout += chunk;
    });
    this.child.stderr?.on('data', (chunk) => {
      this.stderr += chunk;
    });
    this.child.stdin?.on('error', () => {});
    if (input !== null) this.child.stdin?.end(input);
    this.ended = once(this.child, 'close').then(([code, signal]) => {
      return { code, signal, stdout: this.stdout, stderr: this.stderr };
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** The first line of an output stream that fits; throws with what was said if it ends before. */
  async line(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<string> {
    const said = () => this[stream].split('\n').find((line) => pattern.test(line));
    if (said() !== undefined) return said() ?? '';
    const lines = createInterface({ input: this.child[stream] as NodeJS.ReadableStream });
    for await (const line of lines) if (pattern.test(line)) return line;
    throw new Error(`no line like ${pattern}: ${this.stdout}\n${this.stderr}`);
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

/** Runs a program to its end. */
export function run(program: string, args: readonly string[], input: string | null = '') {
  return new Program(program, args, input).ended;
}

/** Where a broker of a test is, and the broker. */
export interface TestBroker {
  readonly frontend: string;
  readonly backend: string;
  readonly http: string;
  readonly program: Program;
}

/** A broker on free ports, ready. */
export async function startTestBroker(...args: string[]): Promise<TestBroker> {
  const free = ['--frontend=tcp://127.0.0.1:*', '--backend=tcp://127.0.0.1:*'];
  const program = new Program('broker', [...free, '--http=127.0.0.1:0', '--json', ...args]);
  const ready = JSON.parse(await program.line('stdout', /"ready"/));
  return { frontend: ready.frontend, backend: ready.backend, http: ready.http, program };
}

/** A worker that has joined. */
export async function startTestWorker(backend: string, ...args: string[]): Promise<Program> {
  const program = new Program('worker', [`--broker=${backend}`, ...args]);
  await program.line('stdout', /ready/);
  return program;
}

/** Polls until the condition holds. */
export async function waitUntil(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** A port of this machine on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
