import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { joined, split } from '../broker/http/address.ts';
import type { Log } from '../broker/log.ts';
import { LatidoError } from '../errors.ts';
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
const PORT_MAX = 65_535;

/**
 * `worker --processes N`: that many children, each a worker. One that crashes is started again
 * after a pause, a longer one when it keeps happening; one that was told to go by the broker is not.
 * A stop drains them all.
 */
export async function superviseWorkers(options: WorkerOptions): Promise<number> {
  const places = placesOf(options);
  const supervisor = new Supervisor(createLog(options.json));
  const stop = stopAsked().then(() => 0);
  const code = await Promise.race([stop, supervisor.run(places)]);
  await supervisor.stop();
  return code;
}

class Supervisor {
  readonly #log: Log;
  readonly #children = new Set<ChildProcess>();
  #stopping = false;

  constructor(log: Log) {
    this.#log = log;
  }

  /**
   * Keeps a child running with each of these arguments. Resolves with 0 when all have been told to go, otherwise when one
   * cannot start at all, with what it ended with.
   */
  async run([args, ...others]: readonly (readonly string[])[]): Promise<number> {
    // The first one tells whether the handler loads at all: one sentence, not one from each.
    const first = this.#start(args!);
    const code = await startOf(first);
    if (code !== 0) return code;
    return worstOf([this.#keep(first, args!), ...others.map((own) => this.#fill(own))]);
  }

  /** Tells every child to drain, and waits for them. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await stopAll(this.#children);
  }

  #start(args: readonly string[]): ChildProcess {
    const child = startProgram('worker', args, 'inherit');
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }

  async #fill(args: readonly string[]): Promise<number> {
    const child = this.#start(args);
    const code = await startOf(child);
    return code === 0 ? this.#keep(child, args) : code;
  }

  async #keep(first: ChildProcess, args: readonly string[]): Promise<number> {
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
      child = this.#start(args);
    }
  }
}

/** 0 when a child has its handler and its port; what it ended with, when it ended before that by itself. */
function startOf(child: ChildProcess): Promise<number> {
  return Promise.race([
    once(child, 'message').then(() => 0),
    once(child, 'exit').then(() => child.exitCode ?? 0),
  ]);
}

/** What the first one that failed ended with, 0 when none has. */
function worstOf(ends: readonly Promise<number>[]): Promise<number> {
  const failed = ends.map((end) => end.then((code) => (code === 0 ? Promise.reject() : code)));
  return Promise.any(failed).catch(() => 0);
}

/** The arguments of each child: they differ in the ports of their HTTP sides. */
function placesOf(options: WorkerOptions): string[][] {
  const { http, processes } = options;
  const { host, port } = split(http);
  if (port > 0 && port + processes - 1 > PORT_MAX) {
    throw new LatidoError(
      'OPTION_INVALID',
      `option 'http' is ${http}: there are no ports for ${processes} processes from there on`,
    );
  }
  return Array.from({ length: processes }, (_, at) => {
    const own = port > 0 ? joined({ host, port: port + at }) : http;
    return childArguments({ ...options, http: own });
  });
}

function childArguments(options: WorkerOptions): string[] {
  const { type, processes: _, json, ...rest } = options;
  const flags = Object.entries(rest).flatMap(([key, value]) =>
    value === '' ? [] : [`${flagOf(key)}=${value}`],
  );
  const types = type.map((each) => `--type=${each}`);
  return [...types, ...flags, '--processes=1', ...(json ? ['--json'] : [])];
}
