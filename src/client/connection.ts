import { randomBytes } from 'node:crypto';
import { LatidoError } from '../errors.ts';
import { isTracing } from '../telemetry/otel.ts';
import { clock, Dealer } from '../wire/dealer.ts';
import type { PeerEvent } from '../wire/peer-event.ts';
import { Chat, type ChatSettings } from './chat/chat.ts';
import type { Listener } from './listener.ts';
import { ListeningSession } from './listening.ts';
import type { Link, Promised } from './promised.ts';
import { spanOf } from './spans.ts';

/** How long `close` waits for its goodbye to leave. */
const CLOSE_MS = 500;

export interface ConnectionSettings {
  readonly broker: string;
  readonly name: string;
  readonly connectTimeoutMs: number;
  readonly onEvent: ((event: PeerEvent) => void) | undefined;
}

interface OwnLink extends Link {
  readonly session: ListeningSession;
}

/** A client's way to its broker, which goes on when the numbers of an instance are used up. */
export class Connection {
  readonly #settings: ConnectionSettings;
  #link: OwnLink;
  #earlier = new Set<Dealer>();
  #chat: Chat | null = null;

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
    if (isTracing()) {
      call.span = spanOf(call);
      call.trace = call.span?.trace ?? null;
    }
    session.call(clock(), call);
    if (session.size === 1) dealer.wakeSoon();
    else dealer.wake();
    return call.promise;
  }

  /** Who this client is, in hex: another when the numbers of an instance are used up. */
  get instance(): string {
    return this.#link.instance;
  }

  /** Subscribes; resolves when the broker has taken it for the first time. */
  subscribe(listener: Listener): Promise<void> {
    if (this.#link.session.spent) this.#renew();
    this.#link.session.subscribe(listener);
    this.#link.dealer.wake();
    return listener.stood;
  }

  unsubscribe(listener: Listener): void {
    this.#link.session.unsubscribe(listener);
    this.#link.dealer.wake();
  }

  /** Begins the chat of one person; an instance has one in its life, for its orders are numbered. */
  chat(settings: ChatSettings): Chat {
    if (this.#chat !== null) {
      const message = 'A client has one chat: make another client for another person.';
      throw new LatidoError('OPTION_INVALID', message);
    }
    const { session, dealer } = this.#link;
    if (session.ended) throw new LatidoError('CLOSED');
    this.#chat = new Chat(session, dealer, settings);
    return this.#chat;
  }

  /** Ends open calls CLOSED, says goodbye and closes. */
  async close(): Promise<void> {
    this.#chat?.close();
    this.#link.session.bye();
    const dealers = [this.#link.dealer, ...this.#earlier];
    await Promise.all(dealers.map((dealer) => dealer.end(CLOSE_MS)));
  }

  #open(): OwnLink {
    const instance = randomBytes(16);
    const wallOffset = performance.timeOrigin;
    const session = new ListeningSession({ instance, wallOffset, ...this.#settings });
    const dealer = new Dealer(this.#settings.broker, session);
    return { session, dealer, instance: instance.toString('hex') };
  }

  /** After four billion calls an instance has no numbers left: its last calls end under it, new ones begin under another. */
  #renew(): void {
    const { session, dealer } = this.#link;
    this.#earlier.add(dealer);
    const listeners = session.releaseAll();
    session.retire();
    void dealer.closed.then(() => this.#earlier.delete(dealer));
    this.#link = this.#open();
    for (const listener of listeners) this.#link.session.subscribe(listener);
  }
}
