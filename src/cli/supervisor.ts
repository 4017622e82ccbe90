import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Log } from '../broker/log.ts';
import { flagOf } from '../option.ts';
import type { WorkerOptions } from '../options.ts';
import { createLog } from './log.ts';
import { endOf, startProgram, stopAll } from './programs.ts';
import { stopAsked } from './stop.ts';

const PAUSE_MIN_MS = 250;
const PAUSE_MAX_MS = 10_000;
/** A process that lived that long did not fail at its start. */
const LIVED_MS = 5000;
const MISUSE = 2;

/**
 * `worker --processes N`: that many children, each a worker. One that crashes is started again
 * after a pause, a longer one when it keeps happening; one that was told to go by the broker is not.
 * A stop drains them all.
 */
export async function superviseWorkers(options: WorkerOptions): Promise<number> {
  const supervisor = new Supervisor(childArguments(options), createLog(options.json));
  const stop = stopAsked().then(() => 0);
  const code = await Promise.race([stop, supervisor.run(options.processes)]);
  await supervisor.stop();
  return code;
}

class Supervisor {
  readonly #args: readonly string[];
  readonly #log: Log;
  readonly #children = new Set<ChildProcess>();
  #stopping = false;

  constructor(args: readonly string[], log: Log) {
    this.#args = args;
    this.#log = log;
  }

  /** Keeps `count` children running; resolves when their arguments turn out to be a misuse, or all have been told to go. */
  async run(count: number): Promise<number> {
    // The first one tells whether the handler loads at all: one sentence, not one from each.
    const first = this.#start();
    const loaded = await Promise.race([
      once(first, 'message').then(() => true),
      once(first, 'exit').then(() => first.exitCode !== MISUSE),
    ]);
    if (!loaded) return MISUSE;
    const places = Array.from({ length: count - 1 }, () => this.#keep(this.#start()));
    return worstOf([this.#keep(first), ...places]);
  }

  /** Tells every child to drain, and waits for them. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await stopAll(this.#children);
  }

  #start(): ChildProcess {
    const child = startProgram('worker', this.#args, 'inherit');
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }

  async #keep(first: ChildProcess): Promise<number> {
    let child = first;
    let pause = PAUSE_MIN_MS;
    for (;;) {
      const startedAt = performance.now();
      if (this.#children.has(child)) await once(child, 'exit');
      if (this.#stopping) return 0;
      if (child.exitCode === MISUSE) return MISUSE;
      if (child.exitCode === 0) return 0;
      pause =
        performance.now() - startedAt < LIVED_MS ? Math.min(pause * 2, PAUSE_MAX_MS) : PAUSE_MIN_MS;
      const end = endOf(child.exitCode, child.signalCode);
      const text = `worker process ${child.pid} ended ${end}, another starts in ${pause} ms`;
      this.#log({ level: 'warn', text });
      await new Promise((resolve) => setTimeout(resolve, pause));
      if (this.#stopping) return 0;
      child = this.#start();
    }
  }
}

/** MISUSE as soon as one says so, 0 when all have ended with it. */
function worstOf(ends: readonly Promise<number>[]): Promise<number> {
  const misuse = ends.map((end) => end.then((code) => code === MISUSE || Promise.reject()));
  return Promise.any(misuse).then(
    () => MISUSE,
    () => 0,
  );
}

function childArguments(options: WorkerOptions): string[] {
  const { type, processes: _, json, ...rest } = options;
  const flags = Object.entries(rest).flatMap(([key, value]) =>
    value === '' ? [] : [`${flagOf(key)}=${value}`],
  );
  const types = type.map((each) => `--type=${each}`);
  return [...types, ...flags, '--processes=1', ...(json ? ['--json'] : [])];
}
