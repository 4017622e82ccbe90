/** The chat as programs: a broker and its worker on ports that stay, and programs that talk. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quietPort } from './processes.ts';
import { Program } from './programs.ts';

export class ChatPrograms {
  readonly frontend: string;
  readonly #backend: string;
  readonly #data = mkdtempSync(join(tmpdir(), 'latido-chat-'));
  #broker: Program | null = null;
  #worker: Program | null = null;

  /** A broker that waits a minute for who is cut off: who leaves sooner than that has said so. */
  static async start(): Promise<ChatPrograms> {
    const programs = new ChatPrograms(await quietPort(), await quietPort());
    await programs.startBroker();
    programs.#worker = new Program('worker', ['--type=chat', `--broker=${programs.#backend}`]);
    await programs.#worker.line('stdout', /ready/);
    return programs;
  }

  private constructor(frontend: number, backend: number) {
    this.frontend = `tcp://127.0.0.1:${frontend}`;
    this.#backend = `tcp://127.0.0.1:${backend}`;
  }

  async startBroker(): Promise<void> {
    const addresses = [`--frontend=${this.frontend}`, `--backend=${this.#backend}`, '--http=off'];
    const store = ['--memory=false', `--data=${this.#data}`];
    this.#broker = new Program('broker', [...addresses, ...store, '--client-grace-ms=60000']);
    await this.#broker.line('stdout', /ready/);
  }

  async killBroker(): Promise<void> {
    this.#broker?.kill('SIGKILL');
    await this.#broker?.ended;
  }

  /** What `latido chat` is started with for somebody: the nick is theirs from one start to the next. */
  person(nick: string, room: string): string[] {
    const here = [`--broker=${this.frontend}`, `--key-file=${join(this.#data, 'keys', nick)}`];
    return ['chat', `--nick=${nick}`, `--room=${room}`, ...here];
  }

  /** The program `latido chat`, which says these lines and leaves. */
  chat(nick: string, room: string, input: string, ...args: readonly string[]): Program {
    return new Program('latido', [...this.person(nick, room), ...args], input);
  }

  async end(): Promise<void> {
    this.#worker?.kill('SIGKILL');
    await this.#worker?.ended;
    await this.killBroker();
    rmSync(this.#data, { recursive: true, force: true, maxRetries: 5 });
  }
}
