import { LatidoError } from '../errors.ts';
import { isChannelName, isSubscriptionName } from '../wire/publications.ts';
import { tell } from '../wire/tell.ts';
import type { ChannelDelivery } from './channel-delivery.ts';
import type { Connection } from './connection.ts';
import { Inbox } from './inbox.ts';
import { type Ear, Listener } from './listener.ts';

/** How a channel is subscribed to. */
export interface SubscribeOptions {
  /** What publishers call the subscription in `only` and `but`; several may have the same name. Without it, the instance of the client. */
  readonly as?: string | undefined;
  /** Is given each delivery, in order; nothing is kept for iteration then. */
  readonly onDelivery?: ((delivery: ChannelDelivery) => void) | undefined;
}

/**
 * A client's place in a channel: iterate over its deliveries, or give `onDelivery`. It goes on by itself when the connection
 * was lost; what came meanwhile is given then, once and in order, or the next delivery says that something was missed. Of
 * what nobody takes, the last 10,000 deliveries and 64 MiB are kept. Leaving the iteration does not end the subscription.
 */
export class Subscription implements AsyncIterable<ChannelDelivery> {
  /** Resolves when nothing more comes: with null when that was wanted, or with the error that ended it. */
  readonly ended: Promise<LatidoError | null>;
  readonly #connection: Connection;
  readonly #listener: Listener;
  readonly #inbox: Inbox;

  constructor(connection: Connection, listener: Listener, receiver: Receiver) {
    this.#connection = connection;
    this.#listener = listener;
    this.#inbox = receiver.inbox;
    this.ended = receiver.over;
  }

  get channel(): string {
    return this.#listener.channel;
  }

  /** What publishers call it. */
  get name(): string {
    return this.#listener.as === '' ? this.#connection.instance : this.#listener.as;
  }

  /** Nothing is delivered any more. */
  end(): void {
    this.#connection.unsubscribe(this.#listener);
  }

  /** Ends with the subscription, and throws if it was not this program that ended it. */
  [Symbol.asyncIterator](): AsyncGenerator<ChannelDelivery, void, undefined> {
    return this.#inbox.deliveries();
  }
}

/** Subscribes to a channel; resolves when the broker has taken the subscription. */
export async function subscribe(
  connection: Connection,
  channel: string,
  { as = '', onDelivery }: SubscribeOptions,
): Promise<Subscription> {
  if (typeof channel !== 'string' || !isChannelName(channel))
    throw new LatidoError('CHANNEL_INVALID');
  if (as !== '' && !(typeof as === 'string' && isSubscriptionName(as))) {
    const rule = 'must be 1 to 64 bytes of printable characters';
    throw new LatidoError('OPTION_INVALID', `option 'as' ${rule}, got '${as}'`);
  }
  const receiver = new Receiver(onDelivery);
  const listener = new Listener(channel, as, receiver);
  await connection.subscribe(listener);
  return new Subscription(connection, listener, receiver);
}

/** Where deliveries go: to a function of the program, or to where they wait for it. */
class Receiver implements Ear {
  readonly inbox = new Inbox();
  readonly over: Promise<LatidoError | null>;
  readonly #onDelivery: ((delivery: ChannelDelivery) => void) | undefined;
  #resolve!: (error: LatidoError | null) => void;

  constructor(onDelivery: ((delivery: ChannelDelivery) => void) | undefined) {
    this.#onDelivery = onDelivery;
    this.over = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  delivered(delivery: ChannelDelivery): void {
    if (this.#onDelivery === undefined) this.inbox.push(delivery);
    else tell(this.#onDelivery, delivery);
  }

  ended(error: LatidoError | null): void {
    this.inbox.end(error);
    this.#resolve(error);
  }
}
