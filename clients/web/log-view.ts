import { make } from './dom.ts';
import { type Entry, type OwnEntry, showState, viewOf } from './entry.ts';

const ENTRIES_MAX = 500;
/** So near to its end, somebody is reading the newest. */
const NEAR_PX = 48;

/**
 * The list of what was said in one conversation. Who reads the newest sees what comes; who has scrolled to older ones is not
 * moved, and `unseen` counts what came below.
 */
export class LogView {
  readonly element: HTMLElement;
  /** What came while older ones were read. */
  unseen = 0;
  /** Whether the newest are what is read. */
  isAtEnd = true;
  readonly #list: HTMLUListElement;
  readonly #entries: Entry[] = [];
  readonly #onSeen: () => void;
  #top = 0;

  constructor(name: string, onSeen: () => void) {
    this.#list = make('ul');
    this.#onSeen = onSeen;
    const label = `Messages: ${name}`;
    const live = { role: 'log', 'aria-live': 'polite', 'aria-label': label, tabindex: '0' };
    this.element = make('div', { class: 'log', ...live }, this.#list);
    this.element.hidden = true;
    this.element.addEventListener('scroll', () => this.#scrolled());
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** Adds a line, and forgets the oldest when there are too many. */
  add(entry: Entry, self: string, isOnline: boolean): void {
    const view = viewOf(entry, this.#entries.at(-1), self);
    if (entry.kind === 'own') showState(view, entry, isOnline);
    this.#entries.push(entry);
    this.#list.append(view);
    while (this.#entries.length > ENTRIES_MAX) {
      this.#entries.shift();
      this.#list.firstElementChild!.remove();
    }
    if (this.isAtEnd || entry.kind === 'own') this.toEnd();
    else this.unseen++;
  }

  /** A message of one's own has another state. */
  changed(own: OwnEntry, isOnline: boolean): void {
    const view = this.#list.querySelector(`[data-message="${own.message.n}"]`);
    if (view === null) return;
    showState(view, own, isOnline);
    if (this.isAtEnd) this.toEnd();
  }

  /** Whether the connection stands is another state of all that waits. */
  turned(isOnline: boolean): void {
    for (const entry of this.#entries) {
      if (entry.kind === 'own' && entry.message.state === 'waiting') {
        this.changed(entry, isOnline);
      }
    }
  }

  show(): void {
    this.element.hidden = false;
    if (this.isAtEnd) this.toEnd();
    else this.element.scrollTop = this.#top;
  }

  hide(): void {
    this.element.hidden = true;
  }

  /** Goes to the newest. */
  toEnd(): void {
    this.isAtEnd = true;
    this.unseen = 0;
    this.element.scrollTop = this.element.scrollHeight;
  }

  /** The place it has has another size. */
  resized(): void {
    if (this.isAtEnd) this.toEnd();
  }

  #scrolled(): void {
    const { scrollTop, clientHeight, scrollHeight, hidden } = this.element;
    if (hidden || clientHeight === 0) return;
    this.#top = scrollTop;
    this.isAtEnd = scrollTop + clientHeight >= scrollHeight - NEAR_PX;
    if (this.isAtEnd && this.unseen > 0) {
      this.unseen = 0;
      this.#onSeen();
    }
  }
}
