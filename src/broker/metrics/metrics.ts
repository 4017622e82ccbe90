import { collectDefaultMetrics, Registry } from 'prom-client';
import { errorTable } from '../../errors.ts';
import type { Vitals } from '../seen/status.ts';
import type { StoreMeter } from '../store-meter.ts';
import { chatMetrics } from './chat-metrics.ts';
import { LoopLag } from './loop-lag.ts';
import { counter, gauge, type Lines, Reading } from './reading.ts';
import { storeMetrics } from './store-metrics.ts';
import { typeMetrics } from './type-metrics.ts';
import { workerMetrics } from './worker-metrics.ts';

/** prom-client's own that break Prometheus' rules for names, or say again what is said better here. */
const UNWANTED = /^nodejs_(eventloop_lag|active_handles|active_requests|active_resources_total)/;
/** prom-client's own loop monitor cannot be left out: it is made to wake up as seldom as it may. */
const UNUSED_MONITOR_MS = 60_000;

/** All that Prometheus is told, as one text; docs/metrics.md describes each. */
export class Metrics {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  readonly #registry = new Registry();
  readonly #lag = new LoopLag();
  readonly #store: StoreMeter | null;

  constructor(vitals: Vitals) {
    const { state } = vitals.broker;
    this.#store = vitals.store ?? null;
    const own = [
      ...typeMetrics(state),
      ...workerMetrics(state),
      ...brokerMetrics(vitals),
      ...channelMetrics(vitals),
      ...storeMetrics(this.#store),
      ...chatMetrics(vitals.chat ?? null),
    ];
    for (const reading of own) reading.register(this.#registry);
    for (const reading of lagMetrics(this.#lag)) reading.register(this.#registry);
    this.#addProcess();
  }

  /** Reads everything. */
  async text(): Promise<string> {
    await this.#store?.refresh();
    return this.#registry.metrics();
  }

  close(): void {
    this.#lag.close();
    this.#registry.clear();
  }

  #addProcess(): void {
    const registry = this.#registry;
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: UNUSED_MONITOR_MS });
    for (const { name } of registry.getMetricsAsArray()) {
      if (UNWANTED.test(name)) registry.removeSingleMetric(name);
    }
  }
}

/** What is of no type and no worker in particular. */
function brokerMetrics(vitals: Vitals): Reading[] {
  const { state } = vitals.broker;
  const { counts } = state;
  const info = { version: vitals.version };
  return [
    counter('latido_refusals_total', 'Refusals told to peers, by code.', () => {
      return byKey('code', refusals(counts.refused));
    }),
    counter('latido_drops_total', 'Messages and records dropped, by reason.', () => {
      return byKey('reason', vitals.drops);
    }),
    counter('latido_stale_answers_total', 'Answers and offers refused by their token.', () => {
      return [[{}, counts.stale]];
    }),
    counter('latido_repeated_submits_total', 'Submits of jobs that were known already.', () => {
      return [[{}, counts.repeated]];
    }),
    counter('latido_worker_events_total', 'What workers did or what became of them.', () => [
      [{ event: 'joined' }, counts.workersJoined],
      [{ event: 'back' }, counts.workersBack],
      [{ event: 'stalled' }, counts.workersStalled],
      [{ event: 'gone' }, counts.workersGone],
    ]),
    counter('latido_client_events_total', 'What clients did or what became of them.', () => [
      [{ event: 'joined' }, counts.clientsJoined],
      [{ event: 'back' }, counts.clientsBack],
      [{ event: 'gone' }, counts.clientsGone],
    ]),
    gauge('latido_connections', 'Connections that are open, by side.', () => {
      const { clients, workers } = vitals.connections();
      return [
        [{ side: 'client' }, clients],
        [{ side: 'worker' }, workers],
      ];
    }),
    gauge('latido_held_bytes', 'Bytes of all bodies and kept answers.', () => {
      return [[{}, state.slabs.heldBytes]];
    }),
    gauge('latido_ready', 'Whether jobs are taken: 1 or 0.', () => {
      return [[{}, vitals.ready() ? 1 : 0]];
    }),
    gauge('latido_info', 'Always 1; the version is a label.', () => [[info, 1]]),
  ];
}

function channelMetrics({ broker: { channels, state } }: Vitals): Reading[] {
  const { counts } = state;
  return [
    counter('latido_published_total', 'What workers published where somebody subscribes.', () => {
      return [[{}, counts.published]];
    }),
    counter('latido_deliveries_total', 'Deliveries of it to subscribers.', () => {
      return [[{}, counts.deliveries]];
    }),
    counter('latido_deliveries_left_out_total', 'Deliveries that were too many at once.', () => {
      return [[{}, channels.leftOut]];
    }),
    gauge('latido_channels', 'Channels with subscribers, or waiting for them.', () => {
      return [[{}, channels.size]];
    }),
    gauge('latido_subscriptions', 'Subscriptions of clients, of all channels.', () => {
      return [[{}, channels.subscriptions]];
    }),
  ];
}

function lagMetrics(loop: LoopLag): Reading[] {
  const name = 'latido_event_loop_lag_seconds';
  const help = 'How late the event loop was since the last scrape; sum and count: since the start.';
  let maxSeconds = 0;
  return [
    new Reading({ name, help, type: 'summary' }, (add) => {
      const lag = loop.take();
      maxSeconds = lag.maxSeconds;
      for (const [quantile, seconds] of lag.quantiles) add({ quantile }, seconds);
      add({}, lag.sumSeconds, `${name}_sum`);
      add({}, lag.count, `${name}_count`);
    }),
    gauge('latido_event_loop_lag_max_seconds', 'The worst of it since the last scrape.', () => {
      return [[{}, maxSeconds]];
    }),
  ];
}

/** Every code that a broker can refuse with, so that a first refusal is seen as a rise from 0. */
function refusals(refused: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const all = new Map<string, number>();
  for (const [code, { wire }] of Object.entries(errorTable)) if (wire !== null) all.set(code, 0);
  for (const [code, count] of refused) all.set(code, count);
  return all;
}

function byKey(label: string, counts: ReadonlyMap<string, number>): Lines {
  return [...counts].map(([key, count]) => [{ [label]: key }, count]);
}
