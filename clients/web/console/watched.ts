import { ask, Refused } from './ask.ts';

/** What is asked for, and asked for again for as long as it is looked at. */
export class Watched<T> {
  value: T | null = null;
  /** Why there is no value, or why it is not that of now. */
  refused: Refused | null = null;
  #path: string | null = null;
  #timer: number | undefined;
  #asked = 0;
  readonly #onChange: () => void;
  /** After how many milliseconds it is asked for again; 0 is not. */
  readonly #everyMs: (value: T | null) => number;

  constructor(onChange: () => void, everyMs: (value: T | null) => number) {
    this.#onChange = onChange;
    this.#everyMs = everyMs;
  }

  get isLoading(): boolean {
    return this.#path !== null && this.value === null && this.refused === null;
  }

  /** Looks at that from now on; null at nothing. */
  look(path: string | null): void {
    if (path === this.#path) return;
    this.#path = path;
    this.value = null;
    this.refused = null;
    this.again();
  }

  /** Asks at once. */
  again(): void {
    clearTimeout(this.#timer);
    const path = this.#path;
    if (path !== null) void this.#ask(path, ++this.#asked);
  }

  async #ask(path: string, number: number): Promise<void> {
    let value: T | null = null;
    let refused: Refused | null = null;
    try {
      if (!document.hidden || this.value === null) value = await ask<T>(path);
    } catch (error) {
      refused = error instanceof Refused ? error : new Refused('INTERNAL', String(error), 0);
    }
    if (this.#path !== path || this.#asked !== number) return;
    // What is not known any more is not shown; a broker that does not answer may know it yet.
    this.value = value ?? (refused === null || refused.status === 0 ? this.value : null);
    this.refused = refused;
    this.#onChange();
    const everyMs = this.#everyMs(this.value);
    if (everyMs > 0) this.#timer = window.setTimeout(() => this.again(), everyMs);
  }
}
