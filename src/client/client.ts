import { randomBytes } from 'node:crypto';
import { checkOption, type NumberOption, optionsFrom } from '../option.ts';
import { type ClientSdkOptions, clientOptions, clientSdkOptions } from '../options.ts';
import { type AnyJobs, encodeBody, type JobTypes } from '../wire/bodies.ts';
import { clock, Dealer } from '../wire/dealer.ts';
import type { PeerEvent } from '../wire/peer-event.ts';
import type { Answer } from './answer.ts';
import type { CallNumbers } from './call.ts';
import { type CallOptions, type Link, Pending } from './pending.ts';
import { ClientSession } from './session.ts';
import { Stream } from './stream.ts';

/** How long `close` waits for its goodbye to leave. */
const CLOSE_MS = 500;
const NO_OPTIONS: CallOptions = Object.freeze({});
const NO_NUMBERS: CallNumbers = { timeoutMs: 0, answerTimeoutMs: 0, priority: 0 };
const answerTimeoutOption: NumberOption = {
  ...clientOptions.timeoutMs,
  describe: 'how long one attempt may take',
};

/** The options of `new Client()`: those of the table, and who hears of connections. */
export interface ClientSettings extends ClientSdkOptions {
  readonly onEvent?: ((event: PeerEvent) => void) | undefined;
}

/**
 * Hands jobs to a broker. Any number of calls may be in flight. It connects, and connects again, by itself: calls wait
 * meanwhile, and a job that was on its way is found again, not done twice. An open client keeps its process alive
 * until `close()`.
 */
export class Client<Jobs extends JobTypes<Jobs> = AnyJobs> {
  readonly #settings: ClientSettings;
  #link: Link;
  #earlier = new Set<Dealer>();

  constructor(settings: ClientSettings = {}) {
    const { onEvent, ...given } = settings;
    this.#settings = { ...optionsFrom(clientSdkOptions, given), onEvent };
    this.#link = this.#connect();
  }

  /**
   * Hands in a job; resolves with its answer. The body is bytes, a string, or a value that is sent as JSON; bytes must
   * not be changed until the answer. Rejects with a LatidoError whose code says why there is none.
   */
  call<T extends keyof Jobs & string>(
    type: T,
    body: Jobs[T]['input'],
    options: CallOptions = NO_OPTIONS,
  ): Promise<Answer<Jobs[T]['answer']>> {
    let pending: Pending;
    try {
      const numbers = options === NO_OPTIONS ? NO_NUMBERS : numbersOf(options);
      pending = new Pending(type, encodeBody(body), numbers, options);
    } catch (error) {
      return Promise.reject(error);
    }
    if (options.signal?.aborted) pending.handleEvent();
    else this.#handIn(pending);
    return pending.promise as Promise<Answer<Jobs[T]['answer']>>;
  }

  /** Hands in a job whose answer comes in parts. */
  stream<T extends keyof Jobs & string>(
    type: T,
    body: Jobs[T]['input'],
    options: CallOptions = NO_OPTIONS,
  ): Stream<Jobs[T]['answer']> {
    return new Stream((push) => {
      const onPart: CallOptions['onPart'] = (part) => {
        push(part);
        options.onPart?.(part);
      };
      return this.call(type, body, { ...options, onPart });
    });
  }

  /** Cancels the jobs of open calls, which end CLOSED, says goodbye and closes. */
  async close(): Promise<void> {
    this.#link.session.bye();
    const dealers = [this.#link.dealer, ...this.#earlier];
    await Promise.all(dealers.map((dealer) => dealer.end(CLOSE_MS)));
  }

  #connect(): Link {
    const { broker, name, connectTimeoutMs, onEvent } = this.#settings;
    const session = new ClientSession({
      instance: randomBytes(16),
      name: name!,
      connectTimeoutMs: connectTimeoutMs!,
      onEvent,
    });
    return { session, dealer: new Dealer(broker!, session) };
  }

  #handIn(pending: Pending): void {
    if (this.#link.session.spent) this.#renew();
    const { session, dealer } = this.#link;
    pending.link = this.#link;
    session.call(clock(), pending);
    if (session.size === 1) dealer.wakeSoon();
    else dealer.wake();
  }

  /** After four billion calls an instance has no numbers left: its last calls end under it, new ones begin under another. */
  #renew(): void {
    const { session, dealer } = this.#link;
    this.#earlier.add(dealer);
    session.retire();
    void dealer.closed.then(() => this.#earlier.delete(dealer));
    this.#link = this.#connect();
  }
}

function numbersOf(options: CallOptions): CallNumbers {
  const { timeoutMs = 0, answerTimeoutMs = 0, priority = 0 } = options;
  checkOption('timeoutMs', clientOptions.timeoutMs, timeoutMs);
  checkOption('answerTimeoutMs', answerTimeoutOption, answerTimeoutMs);
  checkOption('priority', clientOptions.priority, priority);
  return { timeoutMs, answerTimeoutMs, priority };
}
