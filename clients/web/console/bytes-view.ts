import { type Bytes, bytesText } from '../../../src/web.ts';
import { button, make, setText } from '../dom.ts';
import { type Shape, shapesOf, shown } from './bytes-text.ts';

const SHOWN_BYTES = 256 * 1024;

/** A job's body or answer: as text, JSON or hex. */
export class BytesView {
  readonly element = make('section', { class: 'panel' });
  readonly #title: string;
  readonly #none: string;
  readonly #hrefOf: () => string;
  #base64: string | null | undefined;
  #shape: Shape | null = null;

  constructor(title: string, none: string, hrefOf: () => string) {
    this.#title = title;
    this.element.setAttribute('aria-label', title);
    this.#none = none;
    this.#hrefOf = hrefOf;
  }

  draw(bytes: Bytes | null): void {
    const base64 = bytes?.base64 ?? null;
    if (base64 === this.#base64) return;
    this.#base64 = base64;
    this.#shape = null;
    this.#drawAll(bytes);
  }

  #drawAll(bytes: Bytes | null): void {
    const title = make('h2', {}, this.#title);
    if (bytes === null) {
      this.element.replaceChildren(title, make('p', { class: 'state' }, this.#none));
      return;
    }
    const shapes = shapesOf(bytes);
    this.#shape ??= shapes[0]!;
    const label = `${this.#title} as ${this.#shape}`;
    const text = make('pre', { tabindex: '0', role: 'region', 'aria-label': label });
    text.classList.toggle('hex', this.#shape === 'hex');
    setText(text, bytes.bytes === 0 ? '(empty)' : shown(bytes, this.#shape));
    const tabs = shapes.map((shape) => this.#tabOf(shape, bytes));
    const size = make('span', { class: 'soft' }, sizeOf(bytes));
    const save = make('a', { href: this.#hrefOf(), download: '' }, 'save');
    this.element.replaceChildren(
      title,
      make('div', { class: 'tabs', role: 'group', 'aria-label': 'Shown as' }, ...tabs, size, save),
      text,
    );
  }

  #tabOf(shape: Shape, bytes: Bytes): HTMLButtonElement {
    const tab = button(shape, 'quiet', () => {
      this.#shape = shape;
      this.#drawAll(bytes);
      this.element.querySelector<HTMLElement>('[aria-pressed="true"]')?.focus();
    });
    tab.setAttribute('aria-pressed', String(shape === this.#shape));
    return tab;
  }
}

function sizeOf({ bytes }: Bytes): string {
  const cut = bytes > SHOWN_BYTES ? `, the first ${bytesText(SHOWN_BYTES)} of them` : '';
  return `${bytesText(bytes)}${cut}`;
}
