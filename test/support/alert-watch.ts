import { until } from './poll.ts';
import type { Prometheus, SeenAlert } from './prometheus.ts';

const LOOK_MS = 250;
const WITHIN_MS = 90_000;

/** Looks all the time which alerts fire, so that one that has ended meanwhile is remembered. */
export class AlertWatch {
  readonly #prometheus: Prometheus;
  readonly #timer: NodeJS.Timeout;
  /** Those that fire now. */
  #firing: readonly SeenAlert[] = [];
  readonly #seen = new Map<string, SeenAlert>();

  constructor(prometheus: Prometheus) {
    this.#prometheus = prometheus;
    this.#timer = setInterval(() => void this.#look().catch(() => {}), LOOK_MS);
  }

  /** Waits until an alert about a broker fires. */
  async fires(broker: string, alert: string): Promise<void> {
    await until(`${alert} fires`, () => this.#fires(broker, alert), WITHIN_MS);
  }

  /** Waits until it fires no more. */
  async ends(broker: string, alert: string): Promise<void> {
    await until(`${alert} ends`, () => !this.#fires(broker, alert), WITHIN_MS);
  }

  /** All that has fired about a broker so far, in the order of the alphabet. */
  seen(broker: string): readonly string[] {
    const own = [...this.#seen.values()].filter(({ labels }) => labels.instance === broker);
    return own.map(nameOf).toSorted();
  }

  /** What people were told by all that has fired. */
  texts(): readonly string[] {
    return [...this.#seen.values()].flatMap(({ annotations }) => Object.values(annotations));
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #fires(broker: string, alert: string): boolean {
    return this.#firing.some((each) => nameOf(each) === alert && each.labels.instance === broker);
  }

  async #look(): Promise<void> {
    this.#firing = (await this.#prometheus.alerts()).filter(({ state }) => state === 'firing');
    for (const each of this.#firing)
      this.#seen.set(`${each.labels.instance} ${nameOf(each)}`, each);
  }
}

/** Its name, and which type or code it is about. */
function nameOf({ labels }: SeenAlert): string {
  return [labels.alertname, labels.type ?? labels.code ?? ''].join(' ').trim();
}
