import type { Client } from './client.ts';
import { type Job, JobState, stampOf } from './job.ts';
import type { Ledger } from './ledger.ts';
import type { State } from './state.ts';
import type { Type } from './type.ts';

/**
 * What a waiting job waits for: a `worker`; a worker that is free of others, because it has seen workers die (`alone`); the
 * worker that may have it since before the broker started (`offer`); its turn at its order `key`; its `delay` or `backoff`; its type to be resumed
 * (`pause`); the broker's next `start`.
 */
export type WaitsFor =
  | 'worker'
  | 'alone'
  | 'offer'
  | 'key'
  | 'delay'
  | 'backoff'
  | 'pause'
  | 'start';

/** Where a look at all jobs goes on: at a place among the jobs of a client. */
export interface Place {
  readonly client: number;
  readonly at: number;
}

const CALL_ID = /^(?:([0-9a-f]{32})|client(\d+))-(\d+)$/;

/** The jobs that are known here, to be looked at: open ones, and those ended ones that are still remembered. */
export class Inventory {
  readonly #state: State;
  readonly #ledger: Ledger;

  constructor(state: State, ledger: Ledger) {
    this.#state = state;
    this.#ledger = ledger;
  }

  /** A kept job by its id, any other by that of its client and its call; null when it is not known here. */
  find(id: string): Job | null {
    const kept = this.#ledger.get(id);
    if (kept !== null) return kept.job;
    const [, instance, number, call] = CALL_ID.exec(id) ?? [];
    if (call === undefined) return null;
    const client =
      instance === undefined
        ? this.#withNumber(Number(number))
        : this.#state.clientsByInstance.get(instance);
    return client?.calls.get(Number(call)) ?? null;
  }

  /** What `find` finds the job by, as long as it and its client are known. */
  idOf({ keep, client, call }: Job): string {
    if (keep !== null) return keep.kept.id;
    return `${client.instance === '' ? `client${client.number}` : client.instance}-${call}`;
  }

  /**
   * Shows jobs to `visit`, client by client, until it says no or `most` places have been looked at: where to go on, or null at
   * the end. What comes and goes meanwhile may be shown or not; what stays may be shown twice.
   */
  scan(from: Place, most: number, visit: (job: Job) => boolean): Place | null {
    let left = most;
    let stopped = false;
    const look = (job: Job) => {
      stopped = !visit(job);
      return !stopped;
    };
    for (const client of this.#clientsFrom(from.client)) {
      const start = client.number === from.client ? from.at : 0;
      const at = client.calls.scan(start, left, look);
      if (at >= 0) return { client: client.number, at };
      if (stopped || left <= 0) return { client: client.number + 1, at: 0 };
      left -= client.calls.places;
    }
    return null;
  }

  /** When the job was handed in, in wall-clock milliseconds. */
  submittedAt(now: number, { keep, submittedAt }: Job): number {
    if (keep !== null) return keep.kept.submittedAt;
    return this.#state.wallAt(now - ((stampOf(now) - submittedAt) >>> 0) / 10);
  }

  /** How long the job of the type that has waited longest has waited, of those that only wait for a worker; 0 when none does. */
  oldestMs(now: number, type: Type): number {
    const [suspect] = type.suspects;
    let oldest = 0;
    for (const job of [...type.backlog.heads(), ...(suspect === undefined ? [] : [suspect])]) {
      const from = Math.max(this.submittedAt(now, job), job.keep?.kept.notBefore ?? 0);
      oldest = Math.max(oldest, this.#state.wallAt(now) - from);
    }
    return oldest;
  }

  /** What the job waits for, and until when at least, in wall-clock milliseconds where that is known; null when it does not wait. */
  waitsFor(now: number, job: Job): { readonly what: WaitsFor; readonly until: number } | null {
    if (job.state !== JobState.WAITING) return null;
    const { keep, rare, type } = job;
    if (this.#state.draining && keep?.durable) return { what: 'start', until: 0 };
    if (rare?.line && rare.line.head !== job) return { what: 'key', until: 0 };
    if (keep !== null && keep.notBefore > now && keep.fence === 0) {
      const what = (rare?.causes.length ?? 0) > 0 ? 'backoff' : 'delay';
      return { what, until: this.#state.wallAt(keep.notBefore) };
    }
    if (type.suspects.has(job)) return { what: 'alone', until: 0 };
    if (!rare?.aside && type.paused) return { what: 'pause', until: 0 };
    return { what: rare?.aside ? 'offer' : 'worker', until: 0 };
  }

  #withNumber(number: number): Client | undefined {
    for (const client of this.#state.clients) if (client.number === number) return client;
    return undefined;
  }

  /** By their numbers, so that a place means the same the next time. */
  #clientsFrom(number: number): Client[] {
    return [...this.#ledger.keepers, ...this.#state.clients]
      .filter((client) => client.number >= number)
      .sort((x, y) => x.number - y.number);
  }
}
