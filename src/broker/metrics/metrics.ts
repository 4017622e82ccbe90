import type { Vitals } from '../seen/status.ts';
import type { StoreMeter } from '../store-meter.ts';
import { brokerMetrics } from './broker-metrics.ts';
import { chatMetrics } from './chat-metrics.ts';
import { DesiredWorkers } from './desired-workers.ts';
import { Page } from './page.ts';
import { ProcessMetrics } from './process-metrics.ts';
import { one, type Reading } from './reading.ts';
import { storeMetrics } from './store-metrics.ts';
import { typeMetrics } from './type-metrics.ts';
import { workerMetrics } from './worker-metrics.ts';

const SAMPLE_MS = 2000;

/** What the broker's shell lets be seen of itself, and what workers are to be used to. */
export interface MeasuredVitals extends Vitals {
  /** The share of time in which a worker is to be busy. */
  readonly targetUse: number;
}

/** All that Prometheus is told of a broker, as one text; docs/metrics.md describes each. */
export class Metrics {
  readonly contentType = ProcessMetrics.contentType;
  readonly #readings: readonly Reading[];
  readonly #process = new ProcessMetrics();
  readonly #store: StoreMeter | null;
  readonly #page = new Page();
  readonly #timer: NodeJS.Timeout;

  /** `now` is the core's time; `consoles` is how many live streams are open. */
  constructor(vitals: MeasuredVitals, now: () => number, consoles: () => number = () => 0) {
    const { state, inventory } = vitals.broker;
    const desired = new DesiredWorkers(now(), vitals.targetUse);
    this.#timer = setInterval(() => desired.sample(now(), state.types.values()), SAMPLE_MS).unref();
    this.#store = vitals.store ?? null;
    this.#readings = [
      ...typeMetrics(state, {
        oldestMs: (type) => inventory.oldestMs(now(), type),
        desiredWorkers: (type) => desired.of(type),
      }),
      ...workerMetrics(state),
      ...brokerMetrics(vitals),
      one('latido_http_consoles', consoles),
      ...storeMetrics(this.#store),
      ...chatMetrics(vitals.chat ?? null),
    ];
  }

  /** Reads everything, in one go: what adds up does so on the page. */
  async page(): Promise<Buffer> {
    await this.#store?.refresh();
    const ofProcess = await this.#process.text();
    for (const reading of this.#readings) reading.write(this.#page);
    this.#page.text(ofProcess);
    return this.#page.take();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#process.close();
  }
}
