import { order, Refused } from './ask.ts';
import { confirmed, type Question } from './dialog.ts';
import type { Notice } from './notice.ts';
import type { Token } from './token.ts';

/** What somebody wants to be done. */
export interface Order<T> extends Question {
  readonly path: string;
  readonly body?: object;
  /** What is said when it is done. */
  told(answer: T): string;
}

/** Has changes made: with the token, after a confirmation, and with a word of what came of it. */
export class Orders {
  readonly #token: Token;
  readonly #notice: Notice;

  constructor(token: Token, notice: Notice) {
    this.#token = token;
    this.#notice = notice;
  }

  /** Whether it was done. */
  async give<T>({ path, body = {}, told, ...question }: Order<T>): Promise<boolean> {
    if (!(await this.#token.unlock()) || !(await confirmed(question))) return false;
    try {
      this.#notice.say(told(await order<T>(path, this.#token.value, body)));
      return true;
    } catch (error) {
      if (error instanceof Refused && error.status === 401) this.#token.forget();
      const why = error instanceof Error ? error.message : String(error);
      this.#notice.complain(`${question.title}: not done, ${why}.`);
      return false;
    }
  }
}
