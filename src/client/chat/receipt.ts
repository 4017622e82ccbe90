/** So long after something has been shown the broker is told, with what is shown meanwhile. */
const SOON_MS = 100;
/** It is told no more often than this. */
const EVERY_MS = 1000;

/** When the broker is to be told what has been shown. */
export class Receipt {
  /** The instant; Infinity while there is nothing to tell. */
  dueAt = Number.POSITIVE_INFINITY;
  /** What the broker was told last. */
  last = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  /** Something has been shown. */
  shown(now: number): void {
    if (this.dueAt !== Number.POSITIVE_INFINITY) return;
    this.dueAt = Math.max(now + SOON_MS, this.#toldAt + EVERY_MS);
  }

  /** Another numbering begins. */
  restart(): void {
    this.last = 0;
    this.dueAt = Number.POSITIVE_INFINITY;
  }

  /** The broker has been told. */
  told(now: number, last: number): void {
    this.#toldAt = now;
    this.last = last;
    this.dueAt = Number.POSITIVE_INFINITY;
  }
}
