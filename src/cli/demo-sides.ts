import { joined, split } from '../broker/http/address.ts';
import { isFree } from './free-addresses.ts';

/** Where the workers of the demo tell their metrics: on the ports behind the broker's, so that Prometheus can be told before. */
export class DemoSides {
  readonly #addresses = new Map<string, string>();

  /** All that are known, in the order of the workers. */
  get addresses(): readonly string[] {
    return [...this.#addresses.values()];
  }

  /** One for each worker; where a port is taken, or the broker has any, it is any. */
  async choose(broker: string, workers: readonly string[]): Promise<void> {
    const { host, port } = split(broker);
    for (const [at, worker] of workers.entries()) {
      const wanted = joined({ host, port: port === 0 ? 0 : port + 1 + at });
      this.#addresses.set(worker, (await isFree(wanted)) ? wanted : joined({ host, port: 0 }));
    }
  }

  of(worker: string): string {
    return this.#addresses.get(worker) ?? 'off';
  }

  /** It is there now, and will be there again when the worker is started again. */
  found(worker: string, address: string): void {
    this.#addresses.set(worker, address);
  }
}
