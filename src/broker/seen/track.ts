/** A track keeps numbers of the last five minutes, one row of them a second, in one stretch of memory. */
export class Track {
  readonly #columns: number;
  readonly #rows: number;
  readonly #values: Float32Array;
  #written = 0;

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#rows = rows;
    this.#values = new Float32Array(columns * rows).fill(Number.NaN);
  }

  /** Adds a row, in the place of the oldest when it is full. */
  push(row: readonly number[]): void {
    this.#values.set(row, (this.#written % this.#rows) * this.#columns);
    this.#written++;
  }

  /** One column, the last `count` rows of it, oldest first; what was not written is NaN. */
  column(at: number, count: number): number[] {
    const values: number[] = [];
    for (let row = this.#written - count; row < this.#written; row++) {
      const known = row >= 0 && row >= this.#written - this.#rows;
      const place = (((row % this.#rows) + this.#rows) % this.#rows) * this.#columns + at;
      values.push(known ? this.#values[place]! : Number.NaN);
    }
    return values;
  }
}
