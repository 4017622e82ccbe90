/** More than this is not kept for who does not read: the oldest goes. */
const KEPT_MAX = 10_000;

/** What comes, kept until somebody iterates over it. The iteration ends when nothing more comes. */
export class Inbox<T> implements AsyncIterable<T> {
  #items: T[] = [];
  #wake: (() => void) | null = null;
  #ended = false;

  push(item: T): void {
    if (this.#items.length >= KEPT_MAX) this.#items.shift();
    this.#items.push(item);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    while (!this.#ended || this.#items.length > 0) {
      const item = this.#items.shift();
      if (item !== undefined) yield item;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
