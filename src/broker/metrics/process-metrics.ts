import { collectDefaultMetrics, Registry } from 'prom-client';
import { LoopLag } from './loop-lag.ts';
import { Page, series } from './page.ts';
import { one, Reading } from './reading.ts';

/** prom-client's own that break Prometheus' rules for names, or say again what is said better here. */
const UNWANTED = /^nodejs_(eventloop_lag|active_handles|active_requests|active_resources_total)/;
/** prom-client's own loop monitor cannot be left out: it is made to wake up as seldom as it may. */
const UNUSED_MONITOR_MS = 60_000;

/** What is told of a process, a broker's or a worker's: its event loop, and what prom-client knows. */
export class ProcessMetrics {
  static readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  readonly #registry = new Registry();
  readonly #lag = new LoopLag();
  readonly #page = new Page();
  readonly #readings = lagMetrics(this.#lag);

  constructor() {
    const registry = this.#registry;
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: UNUSED_MONITOR_MS });
    for (const { name } of registry.getMetricsAsArray()) {
      if (UNWANTED.test(name)) registry.removeSingleMetric(name);
    }
  }

  async text(): Promise<string> {
    for (const reading of this.#readings) reading.write(this.#page);
    return this.#page.take().toString() + (await this.#registry.metrics());
  }

  close(): void {
    this.#lag.close();
    this.#registry.clear();
  }
}

function lagMetrics(loop: LoopLag): Reading[] {
  const name = 'latido_event_loop_lag_seconds';
  const sum = series(`${name}_sum`, {});
  const count = series(`${name}_count`, {});
  let maxSeconds = 0;
  return [
    new Reading(name, (page) => {
      const lag = loop.take(performance.now());
      maxSeconds = lag.maxSeconds;
      for (const [quantile, seconds] of lag.quantiles) {
        page.line(series(name, { quantile }), seconds);
      }
      page.line(sum, lag.sumSeconds);
      page.line(count, lag.count);
    }),
    one('latido_event_loop_lag_max_seconds', () => maxSeconds),
  ];
}
