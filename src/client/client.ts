import { optionsFrom } from '../option.ts';
import { type ClientSdkOptions, clientSdkOptions } from '../options.ts';
import { type AnyJobs, encodeBody, type JobTypes } from '../wire/bodies.ts';
import type { PeerEvent } from '../wire/peer-event.ts';
import { Verb } from '../wire/verbs.ts';
import type { Answer } from './answer.ts';
import type { CallNumbers } from './call.ts';
import type { Chat, ChatSettings } from './chat/chat.ts';
import { Connection } from './connection.ts';
import { Handle, Submitting } from './handle.ts';
import type { CallOptions, JobLevel, SubmitOptions } from './job-options.ts';
import { Kept } from './kept.ts';
import { Pending } from './pending.ts';
import { Stream } from './stream.ts';
import { type SubscribeOptions, type Subscription, subscribe } from './subscription.ts';
import { checkId, isKept, numbersOf, termsOf } from './terms.ts';

const NO_OPTIONS: CallOptions & SubscribeOptions = Object.freeze({});
const NO_NUMBERS: CallNumbers = { timeoutMs: 0, answerTimeoutMs: 0, priority: 0 };

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
  readonly #connection: Connection;

  constructor(settings: ClientSettings = {}) {
    const { onEvent, ...given } = settings;
    this.#connection = new Connection({ ...optionsFrom(clientSdkOptions, given), onEvent });
  }

  /**
   * Hands in a job; resolves with its answer. The body is bytes, a string, or a value that is sent as JSON; bytes must
   * not be changed until the answer. Rejects with a LatidoError whose code says why there is none. At level disk, or
   * with an id, the job is the broker's: it goes on when this client is gone.
   */
  call<T extends keyof Jobs & string>(
    type: T,
    body: Jobs[T]['input'],
    options: CallOptions = NO_OPTIONS,
  ): Promise<Answer<Jobs[T]['answer']>> {
    let pending: Pending;
    try {
      const isPlain = options === NO_OPTIONS;
      const numbers = isPlain ? NO_NUMBERS : numbersOf(options);
      const kept = isPlain || !isKept(options) ? null : keptOf(options, 'memory', true);
      pending = new Pending(type, encodeBody(body), numbers, options, kept);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#connection.handIn(pending) as Promise<Answer<Jobs[T]['answer']>>;
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

  /**
   * Hands in a job that the broker keeps; resolves when it has been accepted at the level asked for, on disk if nothing
   * else is said. From then on the job is done whatever becomes of this client. The body is as that of a `call`.
   */
  submit<T extends keyof Jobs & string>(
    type: T,
    body: Jobs[T]['input'],
    options: SubmitOptions = NO_OPTIONS,
  ): Promise<Handle<Jobs[T]['answer']>> {
    let submitting: Submitting;
    try {
      const { answerTimeoutMs, priority } = options;
      const numbers = numbersOf({ answerTimeoutMs, priority });
      const kept = keptOf(options, 'disk', false);
      submitting = new Submitting(this.#connection, type, encodeBody(body), numbers, kept, options);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#connection.handIn(submitting) as Promise<Handle<Jobs[T]['answer']>>;
  }

  /** The job of that id, whoever handed it in; whether there is one is found out when it is asked for something. */
  attach<T extends keyof Jobs & string = keyof Jobs & string>(
    id: string,
  ): Handle<Jobs[T]['answer']> {
    return new Handle(this.#connection, id, null);
  }

  /** Subscribes to a channel: what workers publish in it with their answers (`job.publish`) is delivered from then on. */
  subscribe(channel: string, options: SubscribeOptions = NO_OPTIONS): Promise<Subscription> {
    return subscribe(this.#connection, channel, options);
  }

  /** Enters the chat as one person; a client can do so once. */
  chat(settings: ChatSettings): Chat {
    return this.#connection.chat(settings);
  }

  /** Leaves the chat. Cancels the jobs of open calls but those the broker keeps; the calls end CLOSED. Says goodbye and closes. */
  close(): Promise<void> {
    return this.#connection.close();
  }
}

function keptOf(options: CallOptions, byDefault: JobLevel, follows: boolean): Kept {
  const { id } = options;
  const given = id === undefined ? '' : checkId(id);
  return new Kept(Verb.SUBMIT, given, follows, termsOf(options, byDefault));
}
