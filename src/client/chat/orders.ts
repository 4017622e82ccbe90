import type { Words } from './heard.ts';

/** So many messages may be on their way, and so many other orders. */
const ON_THEIR_WAY_MAX = 128;
const ORDER_BYTES_MAX = 64 * 1024;
const BYTES_PER_UNIT_MAX = 3;
/** What is written beside the words: the number, and that it is said again. */
const AROUND_BYTES_MAX = 40;

/** Something to be done by the broker, and who waits for it. */
export interface Wish {
  /** The order without its number. */
  readonly words: Words;
  /** Whether it is a message. */
  readonly isMessage: boolean;
  /** The broker has replied with anything but an error; true when that was the last word. */
  replied(reply: Words): boolean;
  failed(code: string, text: string): void;
}

/** One of the two lines in which wishes wait: messages, and all else. */
interface Line {
  readonly waiting: { readonly made: number; readonly wish: Wish }[];
  onTheirWay: number;
}

/**
 * Orders from their making to their last reply. Each has its number when it is sent for the first time, so numbers rise
 * on the wire. A message that must wait for others holds up those behind it, but no other order.
 */
export class Orders {
  #made = 0;
  #last: number;
  readonly #messages: Line = { waiting: [], onTheirWay: 0 };
  readonly #others: Line = { waiting: [], onTheirWay: 0 };
  /** Lowest number first. */
  readonly #sent = new Map<number, Wish>();

  /** `last` is the highest number that an earlier session of the same instance has used. */
  constructor(last: number) {
    this.#last = last;
  }

  /** The highest number that was used. */
  get last(): number {
    return this.#last;
  }

  /** It waits for `send`; one that is too large fails at once. */
  add(wish: Wish): void {
    const bytes = bytesOf(wish.words);
    if (bytes > ORDER_BYTES_MAX) wish.failed('TEXT_TOO_LONG', tooLong(bytes));
    else this.#lineOf(wish).waiting.push({ made: ++this.#made, wish });
  }

  /** Sends again what has no last reply. */
  repeat(send: (order: string) => void): void {
    for (const [n, wish] of this.#sent) {
      send(JSON.stringify({ n, ...wish.words, ...(wish.isMessage && { again: true }) }));
    }
  }

  /** Sends what waits and may leave, in the order in which it was made. */
  send(send: (order: string) => void): void {
    for (let line = this.#next(); line !== null; line = this.#next()) {
      const { wish } = line.waiting.shift()!;
      line.onTheirWay++;
      this.#sent.set(++this.#last, wish);
      send(JSON.stringify({ n: this.#last, ...wish.words }));
    }
  }

  /** The broker has replied to the order with this number. */
  replied(n: number, reply: Words): void {
    const wish = this.#sent.get(n);
    if (wish === undefined) return;
    const { error, text } = reply;
    if (typeof error !== 'string') {
      if (wish.replied(reply)) this.#end(n, wish);
      return;
    }
    this.#end(n, wish);
    wish.failed(error, typeof text === 'string' ? text : error);
  }

  /** Whether an order of this kind has not ended. */
  some(is: (words: Words) => boolean): boolean {
    for (const wish of this.#sent.values()) if (is(wish.words)) return true;
    return this.#others.waiting.some(({ wish }) => is(wish.words));
  }

  /** Takes back the first of this kind: it is not said again. */
  withdraw(is: (words: Words) => boolean): Wish | null {
    for (const [n, wish] of this.#sent) {
      if (!is(wish.words)) continue;
      this.#end(n, wish);
      return wish;
    }
    const { waiting } = this.#others;
    const at = waiting.findIndex(({ wish }) => is(wish.words));
    return at < 0 ? null : waiting.splice(at, 1)[0]!.wish;
  }

  /** Nothing is done any more. */
  fail(code: string, text: string): void {
    const waiting = [...this.#others.waiting.splice(0), ...this.#messages.waiting.splice(0)];
    const wishes = [...this.#sent.values(), ...waiting.map(({ wish }) => wish)];
    this.#sent.clear();
    for (const wish of wishes) wish.failed(code, text);
  }

  #end(n: number, wish: Wish): void {
    this.#sent.delete(n);
    this.#lineOf(wish).onTheirWay--;
  }

  #lineOf(wish: Wish): Line {
    return wish.isMessage ? this.#messages : this.#others;
  }

  /** The line whose first was made first, of those that may go on. */
  #next(): Line | null {
    const message = firstOf(this.#messages);
    const other = firstOf(this.#others);
    if (Math.min(message, other) === Number.POSITIVE_INFINITY) return null;
    return message < other ? this.#messages : this.#others;
  }
}

function firstOf({ waiting, onTheirWay }: Line): number {
  const first = onTheirWay < ON_THEIR_WAY_MAX ? waiting[0] : undefined;
  return first?.made ?? Number.POSITIVE_INFINITY;
}

/** How long an order with these words is at most, looked at closely only when that matters. */
function bytesOf(words: Words): number {
  const text = JSON.stringify(words);
  if (text.length * BYTES_PER_UNIT_MAX < ORDER_BYTES_MAX) return text.length;
  return new TextEncoder().encode(text).length + AROUND_BYTES_MAX;
}

function tooLong(bytes: number): string {
  return `This is ${bytes} bytes long, and the most is ${ORDER_BYTES_MAX}: say it in pieces.`;
}
