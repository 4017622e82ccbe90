import type { Answer, Part } from './answer.ts';

/**
 * A job whose answer comes in pieces: iterate over its parts (progress too), then await `answer`. The iteration ends
 * when the job does, and throws if it failed. Parts that nobody takes are kept, however many. Leaving the iteration
 * early leaves the job alone: a signal cancels it.
 */
export class Stream<Value = unknown> implements AsyncIterable<Part> {
  readonly answer: Promise<Answer<Value>>;
  #parts: Part[] = [];
  #wake: (() => void) | null = null;
  #ended = false;

  constructor(start: (onPart: (part: Part) => void) => Promise<Answer<Value>>) {
    this.answer = start((part) => {
      this.#parts.push(part);
      this.#wake?.();
    });
    const end = () => {
      this.#ended = true;
      this.#wake?.();
    };
    this.answer.then(end, end);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Part, void, undefined> {
    while (!this.#ended || this.#parts.length > 0) {
      const parts = this.#parts;
      this.#parts = [];
      yield* parts;
      if (this.#ended || this.#parts.length > 0) continue;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    await this.answer;
  }
}
