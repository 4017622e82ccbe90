import { randomBytes } from 'node:crypto';
import { clock, Dealer } from '../wire/dealer.ts';
import type { PeerEvent } from '../wire/peer-event.ts';
import type { Link, Promised } from './promised.ts';
import { ClientSession } from './session.ts';

/** How long `close` waits for its goodbye to leave. */
const CLOSE_MS = 500;

export interface ConnectionSettings {
  readonly broker: string;
  readonly name: string;
  readonly connectTimeoutMs: number;
  readonly onEvent: ((event: PeerEvent) => void) | undefined;
}

/** A client's way to its broker, which goes on when the numbers of an instance are used up. */
export class Connection {
  readonly #settings: ConnectionSettings;
  #link: Link;
  #earlier = new Set<Dealer>();

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
    this.#link = this.#open();
  }

  /** Hands the call in, unless its signal has fired; its promise. */
  handIn<T>(call: Promised<T>): Promise<T> {
    if (call.options.signal?.aborted) {
      call.handleEvent();
      return call.promise;
    }
    if (this.#link.session.spent) this.#renew();
    const { session, dealer } = this.#link;
    call.link = this.#link;
    session.call(clock(), call);
    if (session.size === 1) dealer.wakeSoon();
    else dealer.wake();
    return call.promise;
  }

  /** Ends open calls CLOSED, says goodbye and closes. */
  async close(): Promise<void> {
    this.#link.session.bye();
    const dealers = [this.#link.dealer, ...this.#earlier];
    await Promise.all(dealers.map((dealer) => dealer.end(CLOSE_MS)));
  }

  #open(): Link {
    const instance = randomBytes(16);
    const wallOffset = performance.timeOrigin;
    const session = new ClientSession({ instance, wallOffset, ...this.#settings });
    return { session, dealer: new Dealer(this.#settings.broker, session) };
  }

  /** After four billion calls an instance has no numbers left: its last calls end under it, new ones begin under another. */
  #renew(): void {
    const { session, dealer } = this.#link;
    this.#earlier.add(dealer);
    session.retire();
    void dealer.closed.then(() => this.#earlier.delete(dealer));
    this.#link = this.#open();
  }
}
