import type { Call } from './call.ts';

const SLOTS_MIN = 64;

/**
 * The open calls by number. Numbers rise by one, so the low bits of a number are a slot that is nearly always free:
 * finding a call is one array access. A call that stays open for long is stepped over by those that come after it.
 */
export class Calls {
  size = 0;
  #slots: (Call | null)[] = new Array(SLOTS_MIN).fill(null);
  #mask = SLOTS_MIN - 1;

  get(number: number): Call | null {
    const slots = this.#slots;
    let at = number & this.#mask;
    for (let call = slots[at]; call != null; call = slots[at]) {
      if (call.number === number) return call;
      at = (at + 1) & this.#mask;
    }
    return null;
  }

  add(call: Call): void {
    if (this.size * 2 >= this.#slots.length) this.#grow();
    this.size++;
    this.#place(call);
  }

  /** Takes the call out, and moves those behind it that stepped over it back to where they belong. */
  delete(call: Call): void {
    const slots = this.#slots;
    const mask = this.#mask;
    let hole = call.number & mask;
    while (slots[hole] !== call) {
      if (slots[hole] === null) return;
      hole = (hole + 1) & mask;
    }
    this.size--;
    let at = (hole + 1) & mask;
    for (let other = slots[at]; other != null; other = slots[at]) {
      const home = other.number & mask;
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        slots[hole] = other;
        hole = at;
      }
      at = (at + 1) & mask;
    }
    slots[hole] = null;
  }

  /** All of them, lowest number first. */
  inOrder(): Call[] {
    const calls = this.#slots.filter((call) => call !== null);
    return calls.sort((a, b) => a.number - b.number);
  }

  #place(call: Call): void {
    let at = call.number & this.#mask;
    while (this.#slots[at] !== null) at = (at + 1) & this.#mask;
    this.#slots[at] = call;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Array(old.length * 2).fill(null);
    this.#mask = this.#slots.length - 1;
    for (const call of old) if (call !== null) this.#place(call);
  }
}
