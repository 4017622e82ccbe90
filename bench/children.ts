/** The processes that the bench starts, each awaited for a limited time and ended by its id. */

import { type ChildProcess, fork, type Serializable } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const WAIT_MS = 60_000;
const END_MS = 5_000;
const ERROR_CHARS_MAX = 4_000;
const root = new URL('../', import.meta.url);
const leash = new URL('leash.ts', import.meta.url).href;

export interface Message {
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** One process and what it has said: messages, and on stdout lines of JSON, which count as messages. */
export class Child {
  readonly name: string;
  readonly pid: number;
  readonly ended: Promise<void>;
  #process: ChildProcess;
  #inbox: Message[] = [];
  /** Lets go whoever waits for a message or the end. */
  #wake: () => void = () => {};
  #errors = '';
  #gone = false;

  constructor(name: string, started: ChildProcess) {
    this.name = name;
    this.pid = started.pid ?? 0;
    this.#process = started;
    started.on('message', (message) => this.#put(message as Message));
    if (started.stdout) {
      createInterface({ input: started.stdout }).on('line', (line) => this.#putLine(line));
    }
    started.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-ERROR_CHARS_MAX);
    });
    this.ended = new Promise((resolve) => {
      started.on('error', (error) => this.#end(error.message, resolve));
      started.on('exit', (code, signal) => this.#end(`ended with ${code ?? signal}`, resolve));
    });
  }

  /** The next message of this kind; throws when the process ends first or the time does. */
  async next(kind: string, timeoutMs = WAIT_MS): Promise<Message> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const at = this.#inbox.findIndex((message) => message.kind === kind);
      if (at >= 0) return this.#inbox.splice(at, 1)[0]!;
      const left = deadline - Date.now();
      if (this.#gone) throw new Error(`${this.name} ended before '${kind}'\n${this.#errors}`);
      if (left <= 0)
        throw new Error(`${this.name}: no '${kind}' in ${timeoutMs} ms\n${this.#errors}`);
      await this.#change(left);
    }
  }

  send(message: Message): void {
    this.#process.send(message as Serializable);
  }

  /** Lets the process go, and kills it when it stays. */
  async end(): Promise<void> {
    if (this.#gone) return;
    if (this.#process.connected) this.#process.disconnect();
    else this.#process.kill('SIGTERM');
    const kill = setTimeout(() => this.#process.kill('SIGKILL'), END_MS);
    await this.ended;
    clearTimeout(kill);
  }

  /** Sends the process a signal, and resolves when it has ended. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    this.#process.kill(signal);
    await this.ended;
  }

  #change(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timeout = setTimeout(resolve, timeoutMs);
      const others = this.#wake;
      this.#wake = () => {
        clearTimeout(timeout);
        others();
        resolve();
      };
    });
  }

  #put(message: Message): void {
    this.#inbox.push(message);
    this.#wake();
  }

  #putLine(line: string): void {
    if (!line.startsWith('{')) return;
    const said = JSON.parse(line) as Record<string, unknown>;
    this.#put({ ...said, kind: String(said.event) });
  }

  #end(why: string, resolve: () => void): void {
    this.#gone = true;
    this.#errors += why;
    this.#wake();
    resolve();
  }
}

/** Starts processes and, at the end, ends them all. */
export class Children {
  readonly #nodeFlags: readonly string[];
  #started: Child[] = [];

  constructor(nodeFlags: readonly string[]) {
    this.#nodeFlags = nodeFlags;
  }

  /** Starts a source file of the project on this Node; it ends when the bench does. */
  start(file: string, args: readonly string[], nodeFlags: readonly string[] = []): Child {
    const process = fork(fileURLToPath(new URL(file, root)), args, {
      execArgv: [...this.#nodeFlags, ...nodeFlags, '--import', leash],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    return this.keep(file, process);
  }

  /** A process of the bench's own, with its settings. */
  startWith(file: string, settings: object): Child {
    return this.start(file, [JSON.stringify(settings)]);
  }

  keep(name: string, process: ChildProcess): Child {
    const child = new Child(name, process);
    this.#started.push(child);
    return child;
  }

  async endAll(): Promise<void> {
    const started = this.#started;
    this.#started = [];
    await Promise.all(started.map((child) => child.end()));
  }
}
