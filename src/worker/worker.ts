import { randomBytes } from 'node:crypto';
import { LatidoError } from '../errors.ts';
import { checkOption, optionsFrom } from '../option.ts';
import { typeOption, type WorkerSdkOptions, workerSdkOptions } from '../options.ts';
import type { AnyJobs, JobTypes } from '../wire/bodies.ts';
import { Dealer } from '../wire/dealer.ts';
import type { PeerEvent } from '../wire/peer-event.ts';
import { chaosFrom } from './chaos.ts';
import { Tally, type WorkerFigures } from './figures.ts';
import { type AnyHandler, Host } from './host.ts';
import { hostName } from './host-name.ts';
import type { Job } from './job.ts';
import type { LoadSource } from './load.ts';
import { WorkerSession } from './session.ts';

/** How long `close` waits for its last words to leave. */
const CLOSE_MS = 500;
/** How long `drain` waits for the jobs that run, when nothing else is said. */
const DRAIN_MS = 30_000;

/**
 * Does jobs of one type: returns the answer (bytes, a string, or a value that is sent as JSON) or throws. Bytes that
 * were returned must not be changed afterwards. A handler that needs no await and no promise is the fastest.
 */
export type Handler<In = unknown, Out = unknown> = (
  job: Job<In>,
) => Out | Uint8Array | Promise<Out | Uint8Array>;

/** The options of `new Worker()`: those of the table, any source of load, and who hears of connections. */
export interface WorkerSettings extends Omit<WorkerSdkOptions, 'load'> {
  readonly load?: LoadSource | undefined;
  readonly onEvent?: ((event: PeerEvent) => void) | undefined;
}

/**
 * Takes jobs from a broker, `capacity` at once, and answers them. It connects, and connects again, by itself: jobs that
 * run go on meanwhile, and their answers are kept until the broker has confirmed them. A started worker keeps its
 * process alive until `drain()` or `close()`.
 */
export class Worker<Jobs extends JobTypes<Jobs> = AnyJobs> {
  readonly #settings: WorkerSettings;
  readonly #handlers = new Map<string, AnyHandler>();
  #session: WorkerSession | null = null;
  #dealer: Dealer | null = null;
  #host: Host | null = null;
  /** Whether somebody has asked for figures. */
  #counts = false;
  #joined = false;

  constructor(settings: WorkerSettings = {}) {
    const { onEvent, load = 'auto', ...given } = settings;
    const options = optionsFrom(workerSdkOptions, { ...given, load: loadName(load) });
    chaosFrom(options.chaos);
    this.#settings = { ...options, load: fixedLoad(load), onEvent };
  }

  /** Says what does the jobs of a type; before `start`. */
  handle<T extends keyof Jobs & string>(
    type: T,
    handler: Handler<Jobs[T]['input'], Jobs[T]['answer']>,
  ): this {
    checkOption('type', typeOption, type);
    if (this.#session !== null) {
      throw new LatidoError('OPTION_INVALID', `handler '${type}' must be given before start()`);
    }
    this.#handlers.set(type, handler as AnyHandler);
    return this;
  }

  /** Connects; resolves when the broker has welcomed the worker, rejects with CLOSED if it leaves before that. */
  start(): Promise<void> {
    if (this.#handlers.size === 0) {
      return Promise.reject(
        new LatidoError('HANDLER_INVALID', 'a worker needs a handler: handle(type, handler)'),
      );
    }
    return new Promise((resolve, reject) => {
      this.#connect((event) => {
        if (event.kind === 'connected') {
          this.#joined = true;
          resolve();
        } else if (event.kind === 'disconnected') this.#joined = false;
        this.#settings.onEvent?.(event);
      });
      const text = 'The worker was closed before a broker had welcomed it.';
      void this.left.then(() => reject(new LatidoError('CLOSED', text)));
    });
  }

  /**
   * Takes no more jobs, hands back those that have not started, and closes when the others are answered and the broker
   * has confirmed it, or after `withinMs`: what runs then is left to other workers.
   */
  async drain(withinMs: number = DRAIN_MS): Promise<void> {
    if (this.#session === null || this.#dealer === null) return;
    this.#session.leave();
    this.#dealer.wake();
    const late = setTimeout(() => void this.close(), withinMs);
    await this.#dealer.closed;
    clearTimeout(late);
  }

  /** Resolves when it has left: drained or closed, or told to go by an operator of the broker. */
  get left(): Promise<void> {
    return this.#dealer?.closed ?? Promise.resolve();
  }

  /** Leaves at once. Jobs that run are told to stop, and are done again by other workers. */
  async close(): Promise<void> {
    this.#session?.bye();
    await this.#dealer?.end(CLOSE_MS);
  }

  /**
   * What the worker says of itself now, and what its handlers have done since this was called first: before that nothing is
   * counted.
   */
  figures(): WorkerFigures {
    this.#counts = true;
    const host = this.#host;
    if (host !== null) host.tally ??= this.#newTally();
    return {
      joined: this.#joined && this.#session?.ended === false,
      capacity: this.#settings.capacity!,
      load: host?.reportedLoad ?? 0,
      handlers: (host?.tally ?? this.#newTally()).figures(),
    };
  }

  #newTally(): Tally {
    return new Tally([...this.#handlers.keys()]);
  }

  #connect(onEvent: (event: PeerEvent) => void): void {
    if (this.#session !== null)
      throw new LatidoError('OPTION_INVALID', 'start() must be called once');
    const { broker, capacity, name, load, chaos } = this.#settings;
    const host = new Host({
      handlers: [...this.#handlers],
      capacity: capacity!,
      load: load!,
      chaos: chaosFrom(chaos!),
      name: name!,
      tally: this.#counts ? this.#newTally() : null,
    });
    const introduction = {
      instance: randomBytes(16),
      types: [...this.#handlers.keys()],
      capacity: capacity!,
      name: name!,
      pid: process.pid,
      host: hostName(),
    };
    this.#session = new WorkerSession({ ...introduction, onEvent }, host);
    this.#dealer = new Dealer(broker!, this.#session);
    this.#host = host;
    host.session = this.#session;
    host.dealer = this.#dealer;
  }
}

/** What the table of options checks: a function needs no check. */
function loadName(load: LoadSource): string {
  return typeof load === 'function' ? 'auto' : String(load);
}

/** A number may come as text, from a flag. */
function fixedLoad(load: LoadSource): LoadSource {
  return typeof load === 'string' && /\d/.test(load) ? Number(load) : load;
}
