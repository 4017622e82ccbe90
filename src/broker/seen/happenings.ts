import type { Job } from '../../core/job.ts';
import type { JobEvent, TypeEvent, Watcher, WorkerEvent } from '../../core/outbox.ts';
import type { Type } from '../../core/type.ts';
import type { Worker } from '../../core/worker.ts';
import type { Happening, WorkerHappening } from '../../view/live.ts';

const KEPT = 500;
/** More than that of one second are counted and not written down: a worker that dies may have had thousands of jobs. */
const A_SECOND = 50;

/** What the happenings need to know of the broker they are of. */
export interface HappeningsHost {
  /** Wall-clock milliseconds. */
  wall(): number;
  idOf(job: Job): string;
}

/** What happened of late to workers, types, and jobs that were lost: for whoever looks. */
export class Happenings implements Watcher {
  /** Rises with each, written down or not. */
  count = 0;
  /** Is told of each, at once. */
  onHappening: () => void = () => {};
  readonly #host: HappeningsHost;
  readonly #kept: { readonly number: number; readonly happening: Happening }[] = [];
  #second = 0;
  #inSecond = 0;

  constructor(host: HappeningsHost) {
    this.#host = host;
  }

  /** Those that are written down of all behind the `count`-th, oldest first; at most `most`, the newest. */
  since(count: number, most: number): Happening[] {
    const kept = this.#kept;
    let from = kept.length;
    while (from > 0 && kept[from - 1]!.number > count && kept.length - from < most) from--;
    return kept.slice(from).map(({ happening }) => happening);
  }

  /** What happened to one worker, oldest first. */
  ofWorker(key: string): WorkerHappening[] {
    return this.#kept.flatMap(({ happening }) =>
      happening.kind === 'worker' && happening.key === key ? [happening] : [],
    );
  }

  worker(worker: Worker, event: WorkerEvent): void {
    const { identity: key, shownName: name, inflight } = worker;
    const types = worker.types.map((type) => type.name);
    this.#note((at) => ({ kind: 'worker', at, event, key, name, types, inflight }));
  }

  job(
    job: Job,
    event: JobEvent,
    attempt: number,
    cause: string,
    from: string,
    to: string | null,
  ): void {
    const type = job.type.name;
    this.#note((at) => {
      const id = this.#host.idOf(job);
      return { kind: 'job', at, event, id, type, attempt, cause, from, to };
    });
  }

  type({ name: type }: Type, event: TypeEvent): void {
    this.#note((at) => ({ kind: 'type', at, event, type }));
  }

  #note(make: (at: number) => Happening): void {
    const at = this.#host.wall();
    const second = Math.floor(at / 1000);
    if (second !== this.#second) this.#inSecond = 0;
    this.#second = second;
    this.count++;
    if (++this.#inSecond <= A_SECOND) {
      this.#kept.push({ number: this.count, happening: make(at) });
      if (this.#kept.length > 2 * KEPT) this.#kept.splice(0, KEPT);
    }
    this.onHappening();
  }
}

/** Tells several watchers. */
export function watchers(...all: readonly Watcher[]): Watcher {
  return {
    worker(worker, event) {
      for (const each of all) each.worker(worker, event);
    },
    job(job, event, attempt, cause, from, to) {
      for (const each of all) each.job?.(job, event, attempt, cause, from, to);
    },
    type(type, event) {
      for (const each of all) each.type?.(type, event);
    },
  };
}
