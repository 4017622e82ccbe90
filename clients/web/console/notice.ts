import { button, byId, make } from '../dom.ts';

const SHOWN_MS = 12_000;

/** The last word on what somebody did; read out, and gone after a while unless it is a complaint. */
export class Notice {
  readonly #box = byId('notice', HTMLDivElement);
  #timer: number | undefined;

  say(text: string): void {
    this.#show(text, 'said');
    this.#timer = window.setTimeout(() => this.#clear(), SHOWN_MS);
  }

  complain(text: string): void {
    this.#show(text, 'complained');
  }

  #show(text: string, className: string): void {
    clearTimeout(this.#timer);
    const close = button('Close', 'quiet', () => this.#clear());
    this.#box.replaceChildren(make('p', { class: className }, text), close);
    this.#box.classList.add('shown');
  }

  #clear(): void {
    this.#box.replaceChildren();
    this.#box.classList.remove('shown');
  }
}
