import type { State } from './state.ts';

interface Entry<T> {
  readonly value: T;
  /** Records written when that is recorded. */
  readonly recorded: number;
}

/** What must be remembered until records are durable: a store that fails may not have them. */
export class UntilDurable<T> {
  readonly #state: State;
  /** In the order of their records. */
  readonly #entries: Entry<T>[] = [];

  constructor(state: State) {
    this.#state = state;
  }

  /** Remembers it until so many records are durable. */
  add(value: T, recorded: number): void {
    const { durable } = this.#state;
    const entries = this.#entries;
    while (entries.length > 0 && entries[0]!.recorded <= durable) entries.shift();
    entries.push({ value, recorded });
  }

  /** All whose records are not durable; they are not remembered any longer. */
  take(): T[] {
    const { durable } = this.#state;
    return this.#entries
      .splice(0)
      .filter(({ recorded }) => recorded > durable)
      .map(({ value }) => value);
  }
}
