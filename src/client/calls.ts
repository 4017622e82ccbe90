import type { Call } from './call.ts';

const SLOTS_MIN = 64;

/**
 * The open calls by number. Numbers rise by one, so the low bits of a number are a slot that is nearly always free:
 * finding a call is one array access. Where a call has stayed open for so long that its slot's turn comes again, the
 * newer one goes to a map.
 */
export class Calls {
  size = 0;
  #slots: (Call | null)[] = new Array(SLOTS_MIN).fill(null);
  #mask = SLOTS_MIN - 1;
  #others = new Map<number, Call>();

  get(number: number): Call | null {
    const call = this.#slots[number & this.#mask]!;
    if (call !== null && call.number === number) return call;
    return this.#others.size === 0 ? null : (this.#others.get(number) ?? null);
  }

  add(call: Call): void {
    if (this.size * 2 >= this.#slots.length) this.#grow();
    this.size++;
    this.#place(call);
  }

  delete(call: Call): void {
    const at = call.number & this.#mask;
    if (this.#slots[at] === call) this.#slots[at] = null;
    else if (!this.#others.delete(call.number)) return;
    this.size--;
  }

  /** All of them, lowest number first. */
  inOrder(): Call[] {
    const calls = this.#slots.filter((call) => call !== null);
    return [...calls, ...this.#others.values()].sort((a, b) => a.number - b.number);
  }

  #place(call: Call): void {
    const at = call.number & this.#mask;
    if (this.#slots[at] === null) this.#slots[at] = call;
    else this.#others.set(call.number, call);
  }

  #grow(): void {
    const calls = this.inOrder();
    this.#slots = new Array(this.#slots.length * 2).fill(null);
    this.#mask = this.#slots.length - 1;
    this.#others.clear();
    for (const call of calls) this.#place(call);
  }
}
