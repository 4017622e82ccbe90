import { LatidoError } from '../../errors.ts';
import { isCount, type Words } from './heard.ts';
import type { Message } from './message.ts';
import type { Wish } from './orders.ts';

/** An order that is replied to once, and the promise of what the reply says. */
export class Asked<T> implements Wish {
  readonly isMessage = false;
  readonly words: Words;
  readonly promise: Promise<T>;
  readonly #read: (reply: Words) => T | null;
  #resolve!: (value: T) => void;
  #reject!: (error: LatidoError) => void;

  /** `read` finds the value in a reply, or null where there is none. */
  constructor(words: Words, read: (reply: Words) => T | null) {
    this.words = words;
    this.#read = read;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  replied(reply: Words): boolean {
    const value = this.#read(reply);
    if (value === null) return false;
    this.#resolve(value);
    return true;
  }

  failed(code: string, text: string): void {
    this.#reject(new LatidoError(code, text));
  }
}

/** A message on its way, and who is told of its states. */
export class Saying implements Wish {
  readonly isMessage = true;
  readonly words: Words;
  readonly message: Message;
  readonly #changed: (message: Message) => void;

  constructor(words: Words, message: Message, changed: (message: Message) => void) {
    this.words = words;
    this.message = message;
    this.#changed = changed;
  }

  replied({ state, seq, to, notice }: Words): boolean {
    const { message } = this;
    if (state === 'delivered') {
      message.delivered(isCount(to) ? to : 0, typeof notice === 'string' ? notice : '');
    } else if (state === 'sent' && message.state === 'waiting') {
      message.sent(isCount(seq) ? seq : 0);
    } else return false;
    this.#changed(message);
    return state === 'delivered';
  }

  failed(code: string, text: string): void {
    this.message.failed(code, text);
    this.#changed(this.message);
  }
}
