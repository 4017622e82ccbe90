/** A submit that is to come in behind those of its key that were handed in before it. */
export interface Ticket {
  readonly id: string;
  /** Asks the store for the id, (again). */
  readonly ask: (now: number) => void;
  /** What becomes of it, once that is known. */
  act: ((now: number) => void) | null;
  /** A job of that id has ended since. */
  isOutdated: boolean;
}

/**
 * Submits with an order key while one of that key waits for the store's word on its id: the others do not overtake it, whether
 * they wait for a word of their own or for none.
 */
export class KeyQueues {
  readonly #queues = new Map<string, Ticket[]>();
  /** Those that know what becomes of them and still wait, by id. */
  readonly #settled = new Map<string, Set<Ticket>>();

  /** Whether a submit of this key waits. */
  isBusy(key: string): boolean {
    return this.#queues.has(key);
  }

  /** Stands behind the others of this key, if there are any. */
  stand(key: string, id: string, ask: (now: number) => void): Ticket {
    const ticket: Ticket = { id, ask, act: null, isOutdated: false };
    const queue = this.#queues.get(key);
    if (queue === undefined) this.#queues.set(key, [ticket]);
    else queue.push(ticket);
    return ticket;
  }

  /** It is known what becomes of the ticket: that is done when all before it is. */
  settle(now: number, key: string, ticket: Ticket, act: (now: number) => void): void {
    ticket.act = act;
    this.#note(ticket);
    const queue = this.#queues.get(key)!;
    for (let first = queue[0]; first?.act; first = queue[0]) {
      const { act: next } = first;
      this.#forget(first);
      if (first.isOutdated) {
        first.act = null;
        first.isOutdated = false;
        first.ask(now);
        return;
      }
      queue.shift();
      if (queue.length === 0) this.#queues.delete(key);
      next(now);
    }
  }

  /** A job of that id has ended: who has been told of the id before that asks once more. */
  ended(id: string): void {
    for (const ticket of this.#settled.get(id) ?? []) ticket.isOutdated = true;
  }

  #note(ticket: Ticket): void {
    const others = this.#settled.get(ticket.id);
    if (others === undefined) this.#settled.set(ticket.id, new Set([ticket]));
    else others.add(ticket);
  }

  #forget(ticket: Ticket): void {
    const all = this.#settled.get(ticket.id);
    all?.delete(ticket);
    if (all?.size === 0) this.#settled.delete(ticket.id);
  }
}
