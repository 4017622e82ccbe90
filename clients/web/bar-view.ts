import { byId, setText } from './dom.ts';

const BACK_SHOWN_MS = 3000;
/** A blink of the connection is not worth a word. */
const BLINK_MS = 400;

/** The bar that says when the broker is away, and that it is back. */
export class BarView {
  readonly #bar = byId('bar', HTMLParagraphElement);
  #isAway = false;
  #isClosing = false;
  #timer: number | undefined;

  /** The broker said that it goes down. */
  closing(): void {
    this.#isClosing = true;
  }

  draw(isOnline: boolean): void {
    if (isOnline !== this.#isAway) return;
    this.#isAway = !isOnline;
    clearTimeout(this.#timer);
    if (!isOnline) {
      const why = this.#isClosing ? 'The broker has gone down.' : 'The broker cannot be reached.';
      const say = () => this.#say(`${why} What you say is sent when it is back.`, 'away');
      this.#timer = window.setTimeout(say, BLINK_MS);
    } else if (!this.#bar.hidden) {
      this.#isClosing = false;
      this.#say('Back.', 'back');
      this.#timer = window.setTimeout(() => this.#hide(), BACK_SHOWN_MS);
    }
  }

  #say(text: string, look: string): void {
    this.#bar.hidden = false;
    this.#bar.className = `bar ${look}`;
    setText(this.#bar, text);
  }

  #hide(): void {
    this.#bar.hidden = true;
    setText(this.#bar, '');
  }
}
