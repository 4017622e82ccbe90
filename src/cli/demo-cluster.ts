import type { ChildProcess } from 'node:child_process';
import type { LogEvent } from '../broker/log.ts';
import type { Addresses } from './free-addresses.ts';
import { sentenceWithFields } from './log.ts';
import { endOf, readyOf, startProgram, stopAll } from './programs.ts';

/** Two workers a type; B waits most of the time, so it takes more at once. */
const CAPACITY = { A: 2, B: 16, C: 4 } as const;
const WORKERS_A_TYPE = 2;

/** The processes of the demo. Whichever is killed is started again, so that one can play on. */
export class DemoCluster {
  readonly #restartMs: number;
  readonly #say: (text: string) => void;
  readonly #running = new Map<string, ChildProcess>();
  #addresses: Addresses;
  #stopping = false;

  constructor(addresses: Addresses, restartMs: number, say: (text: string) => void) {
    this.#addresses = addresses;
    this.#restartMs = restartMs;
    this.#say = say;
  }

  /** Starts all of them; resolves with the addresses when every worker has joined. */
  async start(): Promise<Addresses> {
    const { frontend, backend, http } = await this.#startBroker();
    this.#addresses = { frontend, backend, http };
    const workers = Object.keys(CAPACITY).flatMap((type) =>
      Array.from({ length: WORKERS_A_TYPE }, (_, i) => this.#startWorker(type, i + 1)),
    );
    await Promise.all(workers);
    return this.#addresses;
  }

  /** Names and process ids. */
  get processes(): ReadonlyMap<string, number> {
    return new Map([...this.#running].map(([name, child]) => [name, child.pid ?? 0]));
  }

  /** Drains the workers, then the broker. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const broker = this.#running.get('broker');
    await stopAll([...this.#running.values()].filter((child) => child !== broker));
    if (broker !== undefined) await stopAll([broker]);
  }

  #startBroker(): Promise<Addresses> {
    const { frontend, backend, http } = this.#addresses;
    const args = [`--frontend=${frontend}`, `--backend=${backend}`, `--http=${http}`, '--memory'];
    return this.#run('broker', 'broker', args, () => this.#startBroker());
  }

  #startWorker(type: string, index: number): Promise<unknown> {
    const name = `${type}${index}`;
    const capacity = CAPACITY[type as keyof typeof CAPACITY];
    const args = [`--type=${type}`, `--name=${name}`, `--capacity=${capacity}`];
    const broker = `--broker=${this.#addresses.backend}`;
    return this.#run(name, 'worker', [...args, broker], () => this.#startWorker(type, index));
  }

  async #run<T>(
    name: string,
    program: 'broker' | 'worker',
    args: readonly string[],
    again: () => Promise<unknown>,
  ): Promise<T> {
    const child = startProgram(program, [...args, '--json'], 'pipe');
    this.#running.set(name, child);
    const ready = await readyOf<T>(child, (line) => this.#log(name, line));
    child.once('exit', (code, signal) => {
      if (this.#stopping) return;
      const seconds = this.#restartMs / 1000;
      this.#say(`${name} (pid ${child.pid}) ended ${endOf(code, signal)}, back in ${seconds} s`);
      setTimeout(() => this.#again(name, again), this.#restartMs).unref();
    });
    return ready;
  }

  #again(name: string, start: () => Promise<unknown>): void {
    if (this.#stopping) return;
    start().then(
      () => this.#say(`${name} is back (pid ${this.#running.get(name)?.pid})`),
      (error: Error) => this.#stopping || this.#say(`${name}: ${error.message}`),
    );
  }

  #log(name: string, line: string): void {
    if (this.#stopping) return;
    try {
      const { time: _, ...event } = JSON.parse(line) as LogEvent;
      const worth = name === 'broker' ? event.level !== 'info' : event.level === 'error';
      if (worth) this.#say(`${name}: ${sentenceWithFields(event)}`);
    } catch {
      this.#say(`${name}: ${line}`);
    }
  }
}
