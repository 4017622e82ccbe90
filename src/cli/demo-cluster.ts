import type { ChildProcess } from 'node:child_process';
import type { LogEvent } from '../broker/log.ts';
import { DemoSides } from './demo-sides.ts';
import type { Addresses } from './free-addresses.ts';
import { sentenceWithFields } from './log.ts';
import { endOf, readyOf, startProgram, stopAll } from './programs.ts';

/** Two workers a type; B waits most of the time, so it takes more at once. */
const CAPACITY: Readonly<Record<string, number>> = { A: 2, B: 16, C: 4, chat: 16 };
const WORKERS = Object.keys(CAPACITY).flatMap((type) => [`${type}1`, `${type}2`]);
/** What the workers of A, B and C suffer: each some seconds apart. */
const CHAOS = '--chaos=fail=0.03,slow=0.05:400,hang=0.002,stall=0.0005:1500,crash=0.0003';
/** Then a job that hangs is given up before somebody who watches has left. */
const CHAOS_ANSWER_TIMEOUT = '--answer-timeout-ms=2000';
/** After that long nobody waits for a worker whose handler hangs. */
const PATIENCE_MS = 5000;

export interface DemoSettings {
  readonly addresses: Addresses;
  /** The broker's data directory. */
  readonly data: string;
  readonly chaos: boolean;
  readonly restartMs: number;
}

/** The processes of the demo. Whichever is killed is started again, so that one can play on. */
export class DemoCluster {
  readonly #settings: DemoSettings;
  readonly #say: (text: string) => void;
  readonly #running = new Map<string, ChildProcess>();
  readonly #sides = new DemoSides();
  #addresses: Addresses;
  #stopping = false;

  constructor(settings: DemoSettings, say: (text: string) => void) {
    this.#settings = settings;
    this.#addresses = settings.addresses;
    this.#say = say;
  }

  /** Starts all of them; resolves with the addresses when every worker has joined. */
  async start(): Promise<Addresses> {
    const { frontend, backend, http } = await this.#startBroker();
    this.#addresses = { frontend, backend, http };
    await this.#sides.choose(this.#settings.addresses.http, WORKERS);
    await Promise.all(WORKERS.map((name) => this.#startWorker(name)));
    return this.#addresses;
  }

  /** Names and process ids. */
  get processes(): ReadonlyMap<string, number> {
    return new Map([...this.#running].map(([name, child]) => [name, child.pid ?? 0]));
  }

  /** Where each worker tells its metrics: hosts and ports. */
  get sides(): readonly string[] {
    return this.#sides.addresses;
  }

  /** A worker dies, any of them. */
  killOne(): void {
    const names = [...this.#running.keys()].filter((name) => name !== 'broker');
    const name = names[Math.floor(Math.random() * names.length)];
    if (name !== undefined) this.#running.get(name)?.kill('SIGKILL');
  }

  /** Drains the workers, then the broker. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const broker = this.#running.get('broker');
    const workers = [...this.#running.values()].filter((child) => child !== broker);
    const impatient = setTimeout(() => workers.map((worker) => worker.kill()), PATIENCE_MS);
    await stopAll(workers);
    clearTimeout(impatient);
    if (broker !== undefined) await stopAll([broker]);
  }

  #startBroker(): Promise<Addresses> {
    const { frontend, backend, http } = this.#addresses;
    const places = [`--frontend=${frontend}`, `--backend=${backend}`, `--http=${http}`];
    const data = ['--memory=false', `--data=${this.#settings.data}`];
    const chaos = this.#settings.chaos ? [CHAOS_ANSWER_TIMEOUT] : [];
    const args = [...places, ...data, ...chaos];
    return this.#run('broker', 'broker', args, () => this.#startBroker());
  }

  async #startWorker(name: string): Promise<void> {
    const type = name.slice(0, -1);
    const own = [`--type=${type}`, `--name=${name}`, `--capacity=${CAPACITY[type]}`];
    const chaos = this.#settings.chaos && type !== 'chat' ? [CHAOS] : [];
    const places = [`--broker=${this.#addresses.backend}`, `--http=${this.#sides.of(name)}`];
    const args = [...own, ...chaos, ...places];
    const ready = this.#run<{ http: string }>(name, 'worker', args, () => this.#startWorker(name));
    this.#sides.found(name, (await ready).http);
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
      const seconds = this.#settings.restartMs / 1000;
      this.#say(`${name} (pid ${child.pid}) ended ${endOf(code, signal)}, back in ${seconds} s`);
      this.#later(name, again);
    });
    return ready;
  }

  #later(name: string, start: () => Promise<unknown>): void {
    setTimeout(() => this.#again(name, start), this.#settings.restartMs).unref();
  }

  #again(name: string, start: () => Promise<unknown>): void {
    if (this.#stopping) return;
    start().then(
      () => this.#say(`${name} is back (pid ${this.#running.get(name)?.pid})`),
      (error: Error) => {
        if (this.#stopping) return;
        // Killed while it started, or its port is not free yet: whichever it is, once more.
        this.#say(`${name}: ${error.message}`);
        this.#later(name, start);
      },
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
