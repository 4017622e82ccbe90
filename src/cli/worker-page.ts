import { Member, Members } from '../broker/metrics/members.ts';
import { Page } from '../broker/metrics/page.ts';
import { one, type Reading } from '../broker/metrics/reading.ts';
import type { HandlerFigures, Worker, WorkerFigures } from '../index.ts';

const ENDS = ['ok', 'failed', 'cancelled'] as const;

/** What a worker tells Prometheus of itself; docs/metrics.md describes it. */
export class WorkerPage {
  readonly #worker: Worker;
  readonly #readings: readonly Reading[];
  readonly #page = new Page();
  #figures: WorkerFigures;

  /** From now on the worker counts. */
  constructor(worker: Worker) {
    this.#worker = worker;
    this.#figures = worker.figures();
    this.#readings = [
      ...handlerMetrics(() => this.#figures.handlers),
      one('latido_own_load', () => this.#figures.load),
      one('latido_own_capacity', () => this.#figures.capacity),
      one('latido_joined', () => Number(this.#figures.joined)),
    ];
  }

  text(): string {
    this.#figures = this.#worker.figures();
    for (const reading of this.#readings) reading.write(this.#page);
    return this.#page.take().toString();
  }
}

function handlerMetrics(figures: () => readonly HandlerFigures[]): Reading[] {
  const handlers = new Members(() =>
    figures().map((each) => new Member(each, { type: each.type })),
  );
  return [
    handlers.histogram('latido_handler_seconds', ({ seconds }) => ({
      counts: seconds.buckets.map(({ count }) => count),
      sum: seconds.sum * 10_000,
      count: seconds.count,
    })),
    handlers.each('latido_handler_ends_total', 'end', ENDS, (each, numbers) => {
      ENDS.forEach((end, at) => {
        numbers[at] = each[end];
      });
    }),
    handlers.single('latido_handler_running', ({ running }) => running),
  ];
}
