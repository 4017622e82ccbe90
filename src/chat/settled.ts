import type { Broker } from '../core/broker.ts';
import type { Client } from '../core/client.ts';
import { UntilDurable } from '../core/until-durable.ts';

/**
 * Kept jobs that have ended here, until that is durable. A store that fails may have no end of them: what they carried has
 * been given all the same, so they are taken back, and that again when the store fails before it is durable, too.
 */
export class Settled {
  readonly #broker: Broker;
  readonly #client: Client;
  readonly #ids: UntilDurable<string>;
  /** Those that are being taken back: call and id. */
  readonly #revoked = new Map<number, string>();

  constructor(broker: Broker, client: Client) {
    this.#broker = broker;
    this.#client = client;
    this.#ids = new UntilDurable(broker.state);
  }

  /** The job has ended, as the record says that was written last. */
  add(id: string): void {
    this.#ids.add(id, this.#broker.state.recorded);
  }

  /** The store has failed and been read again: takes back what it may lack the ends of, under calls that `nextCall` gives. */
  revoke(now: number, nextCall: () => number): void {
    for (const id of this.#ids.take()) this.#revoked.set(nextCall(), id);
    for (const [call, id] of [...this.#revoked]) {
      this.#broker.lookups.revoke(now, this.#client, call, id);
    }
  }

  /** The store knows of the end of the job that was taken back under this call; false when none was. */
  ended(call: number): boolean {
    const id = this.#revoked.get(call);
    if (id === undefined) return false;
    this.#revoked.delete(call);
    this.add(id);
    return true;
  }

  /** Whether the job of this call is being taken back. */
  has(call: number): boolean {
    return this.#revoked.has(call);
  }
}
