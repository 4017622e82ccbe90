/** How long an ack may be owed when nothing else is sent that would carry it. */
const ACK_MS = 100;

/** How many ends of calls a session has received, and which of them the broker has been told of. */
export class Receipts {
  received = 0;
  #told = 0;
  #dueAt = Number.POSITIVE_INFINITY;

  /** A new session counts from 0. */
  begin(): void {
    this.received = this.#told = 0;
    this.#dueAt = Number.POSITIVE_INFINITY;
  }

  add(now: number): void {
    this.received = (this.received + 1) >>> 0;
    if (this.#dueAt === Number.POSITIVE_INFINITY) this.#dueAt = now + ACK_MS;
  }

  /** A message must be sent for it now. */
  isDue(now: number): boolean {
    return this.received !== this.#told && now >= this.#dueAt;
  }

  /** When it will be due, if not already. */
  nextDue(now: number): number {
    return now >= this.#dueAt ? Number.POSITIVE_INFINITY : this.#dueAt;
  }

  /** The count went out with a message. */
  told(): void {
    this.#told = this.received;
    this.#dueAt = Number.POSITIVE_INFINITY;
  }
}
