import type { State } from './state.ts';

/** A longer body is not copied for each who is given it. */
const COPIED_BYTES_MAX = 16 * 1024;
/** What a delivery takes besides its body. */
const DELIVERY_BYTES = 64;
/** As many clients may be written to in a turn as much as each may leave unreceived. */
const CLIENTS = 4;

/** What may be written for subscribers in one turn: one answer can be for very many, and all of it is in memory at once. */
export class TurnBudget {
  /** Deliveries that there was no room for. */
  leftOut = 0;
  readonly #state: State;
  #turn = -1;
  #left = 0;

  constructor(state: State) {
    this.#state = state;
  }

  /** Whether a delivery of so many bytes may still be made in this turn. */
  take(length: number): boolean {
    const { runs, settings } = this.#state;
    if (this.#turn !== runs.turn) {
      this.#turn = runs.turn;
      this.#left = CLIENTS * settings.unreceivedBytesMax;
    }
    this.#left -= DELIVERY_BYTES + Math.min(length, COPIED_BYTES_MAX);
    if (this.#left >= 0) return true;
    this.leftOut++;
    return false;
  }
}
