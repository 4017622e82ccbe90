type Message = readonly Uint8Array[];

/** What a call is answered with: messages, the last of which ends it. */
interface Place {
  readonly messages: Message[];
  isOver: boolean;
}

/**
 * The answers of one peer on their way out: as they come, or each behind those of the calls before it, for peers who tell
 * answers apart by nothing but their order.
 */
export class ReplyLine {
  readonly #isOrdered: boolean;
  readonly #send: (message: Message) => void;
  /** Calls in the order in which they came. */
  readonly #places = new Map<number, Place>();

  constructor(isOrdered: boolean, send: (message: Message) => void) {
    this.#isOrdered = isOrdered;
    this.#send = send;
  }

  /** A call has come. */
  begin(call: number): void {
    if (this.#isOrdered) this.#places.set(call, { messages: [], isOver: false });
  }

  /** No call that has come is answered any more. */
  clear(): void {
    this.#places.clear();
  }

  /** Part of its answer, or the end of it. */
  say(call: number, message: Message, isFinal: boolean): void {
    const place = this.#places.get(call);
    if (place === undefined) {
      if (!this.#isOrdered) this.#send(message);
      return;
    }
    place.messages.push(message);
    place.isOver = isFinal;
    for (const [first, { messages, isOver }] of this.#places) {
      for (const each of messages.splice(0)) this.#send(each);
      if (!isOver) return;
      this.#places.delete(first);
    }
  }
}
