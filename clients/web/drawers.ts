import { byId } from './dom.ts';

const WIDE = matchMedia('(min-width: 56rem)');

interface Drawer {
  readonly opener: HTMLButtonElement;
  readonly element: HTMLElement;
}

/** Rooms and people beside the messages, or on a narrow screen over them, one at a time. */
export class Drawers {
  readonly #drawers: readonly Drawer[] = [
    { opener: byId('open-rooms', HTMLButtonElement), element: byId('rooms', HTMLElement) },
    { opener: byId('open-people', HTMLButtonElement), element: byId('people', HTMLElement) },
  ];
  readonly #shade = byId('shade', HTMLDivElement);
  readonly #middle: HTMLElement;
  #open: Drawer | null = null;

  /** `middle` is what they lie over. */
  constructor(middle: HTMLElement) {
    this.#middle = middle;
    for (const drawer of this.#drawers) {
      drawer.opener.addEventListener('click', () => this.#show(drawer));
    }
    this.#shade.addEventListener('click', () => this.close());
    WIDE.addEventListener('change', () => this.close());
    document.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') this.close();
    });
    this.#draw();
  }

  /** Closes the one that is open; whoever opened it is there again. */
  close(): void {
    const opener = this.#open?.opener;
    this.#open = null;
    this.#draw();
    opener?.focus();
  }

  #show(drawer: Drawer): void {
    this.#open = drawer;
    this.#draw();
    drawer.element.querySelector<HTMLElement>('button, input')?.focus();
  }

  #draw(): void {
    const isWide = WIDE.matches;
    for (const drawer of this.#drawers) {
      const isOpen = drawer === this.#open;
      drawer.element.inert = !isWide && !isOpen;
      drawer.element.classList.toggle('open', isOpen);
      drawer.opener.setAttribute('aria-expanded', String(isOpen));
    }
    this.#middle.inert = this.#open !== null;
    this.#shade.hidden = this.#open === null;
  }
}
