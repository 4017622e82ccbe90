import type { Notes } from './notes.ts';
import type { StoreRefusal } from './outbox.ts';
import type { State } from './state.ts';
import type { Type } from './type.ts';

const PREFIX = 'type ';
/** What can be noted of a type. */
type Order = 'paused' | 'draining';

/**
 * ```
 *   open ──pause──▶ paused     its jobs wait; new ones are taken
 *     ├────drain──▶ draining   what waits is done; new ones are refused
 *     ◀───resume─── either
 * ```
 * What was ordered of a type stands until it is resumed: a note has it survive the broker.
 */
export class TypeOrders {
  readonly #state: State;
  readonly #notes: Notes;

  constructor(state: State, notes: Notes) {
    this.#state = state;
    this.#notes = notes;
  }

  /** Its jobs wait from now on. Null, or why that could not be kept. */
  pause(type: Type): StoreRefusal | null {
    return this.#order(type, 'paused');
  }

  /** New jobs of it are refused from now on. Null, or why that could not be kept. */
  drain(type: Type): StoreRefusal | null {
    return this.#order(type, 'draining');
  }

  /** It is as any other again. Null, or why that could not be kept. */
  resume(type: Type): StoreRefusal | null {
    if (!type.paused && !type.draining) return null;
    if (this.#notes.isShut) return this.#state.storeRefusal;
    this.#set(type, null);
    this.#notes.drop(PREFIX + type.name);
    this.#state.watcher.type?.(type, 'resumed');
    return null;
  }

  /** The store has been read. */
  restored(): void {
    for (const [name, order] of this.#notes.all()) {
      if (!name.startsWith(PREFIX)) continue;
      this.#set(this.#state.typeOfKept(name.slice(PREFIX.length)), order as Order);
    }
  }

  #order(type: Type, order: Order): StoreRefusal | null {
    if (type[order]) return null;
    if (this.#notes.isShut) return this.#state.storeRefusal;
    this.#set(type, order);
    this.#notes.put(PREFIX + type.name, order);
    this.#state.watcher.type?.(type, order);
    return null;
  }

  #set(type: Type, order: Order | null): void {
    type.paused = order === 'paused';
    type.draining = order === 'draining';
    this.#state.touchType(type);
  }
}
