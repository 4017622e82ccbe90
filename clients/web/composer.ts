import { readTyped } from '../../src/web.ts';
import type { ChatApp } from './chat-app.ts';
import { byId } from './dom.ts';
import { obey } from './typed-order.ts';

const HISTORY_MAX = 50;

/** The field that messages and commands are typed in. Arrow up brings back what was sent. */
export class Composer {
  readonly #app: ChatApp;
  readonly #input = byId('say', HTMLInputElement);
  readonly #history: string[] = [];
  /** Where in the history one is; its length for the line that is being typed. */
  #at = 0;
  #draft = '';
  readonly #onQuit: () => void;

  constructor(app: ChatApp, onQuit: () => void) {
    this.#app = app;
    this.#onQuit = onQuit;
    byId('composer', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#input.addEventListener('keydown', (event) => {
      if (event.key === 'ArrowUp') this.#go(event, -1);
      else if (event.key === 'ArrowDown') this.#go(event, 1);
    });
  }

  focus(): void {
    this.#input.focus();
  }

  #send(): void {
    const line = this.#input.value;
    this.#input.value = '';
    if (line.trim() === '') return;
    if (this.#history.at(-1) !== line) this.#history.push(line);
    if (this.#history.length > HISTORY_MAX) this.#history.shift();
    this.#at = this.#history.length;
    const typed = readTyped(line);
    if (typed.do === 'quit') this.#onQuit();
    else obey(typed, this.#app);
  }

  #go(event: KeyboardEvent, by: number): void {
    const to = this.#at + by;
    if (to < 0 || to > this.#history.length) return;
    event.preventDefault();
    if (this.#at === this.#history.length) this.#draft = this.#input.value;
    this.#at = to;
    this.#input.value = this.#history[to] ?? this.#draft;
  }
}
