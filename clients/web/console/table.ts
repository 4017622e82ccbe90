import { keepChildren, make, setText } from '../dom.ts';

/** What a cell holds: text, or what is made once for a row and then updated. */
export interface Column<T> {
  readonly title: string;
  /** The class of its cells. */
  readonly kind?: 'number' | 'long' | 'id' | 'acts';
  text?(row: T): string;
  /** Makes what stands in the cell; it is made again when `stamp` says another thing. */
  make?(row: T): Node;
  stamp?(row: T): string;
  /** Sorts by it when its head is chosen; the larger of two comes first. */
  sort?(row: T): number | string;
}

/** A table that keeps its rows; on a narrow screen each row is a card. */
export class Table<T> {
  readonly element: HTMLElement;
  readonly #columns: readonly Column<T>[];
  readonly #keyOf: (row: T) => string;
  readonly #body = make('tbody');
  readonly #heads: HTMLTableCellElement[] = [];
  readonly #onSort: () => void;
  readonly #stamps = new WeakMap<Element, string>();
  #sorted: { column: Column<T>; isUp: boolean } | null = null;

  constructor(
    label: string,
    columns: readonly Column<T>[],
    keyOf: (row: T) => string,
    onSort: () => void = () => {},
  ) {
    this.#columns = columns;
    this.#keyOf = keyOf;
    this.#onSort = onSort;
    const head = make('tr', {}, ...columns.map((column) => this.#headOf(column)));
    const table = make('table', {}, make('thead', {}, head), this.#body);
    this.element = make('div', { class: 'scroll', role: 'region', tabindex: '0' }, table);
    this.element.setAttribute('aria-label', label);
  }

  /** Shows these, sorted as was chosen, or as they come. */
  draw(rows: readonly T[]): void {
    keepChildren(
      this.#body,
      this.#inOrder(rows),
      this.#keyOf,
      () => make('tr', {}, ...this.#columns.map(cellOf)),
      (element, row) => this.#update(element, row),
    );
  }

  /** So that a long list is cut after it is sorted. */
  drawFirst(rows: readonly T[], max: number): void {
    this.draw(rows.length <= max ? rows : this.#inOrder(rows).slice(0, max));
  }

  #inOrder(rows: readonly T[]): readonly T[] {
    const { column, isUp } = this.#sorted ?? {};
    if (column?.sort === undefined) return rows;
    const by = (row: T) => column.sort!(row);
    const direction = isUp ? 1 : -1;
    return rows.toSorted((x, y) => {
      const [a, b] = [by(x), by(y)];
      return a === b ? 0 : a < b ? -direction : direction;
    });
  }

  #update(element: HTMLElement, row: T): void {
    this.#columns.forEach((column, i) => {
      const cell = element.children[i]!;
      if (column.text !== undefined) {
        setText(cell, column.text(row));
        return;
      }
      const stamp = column.stamp?.(row) ?? '';
      if (this.#stamps.get(cell) === stamp) return;
      this.#stamps.set(cell, stamp);
      cell.replaceChildren(column.make?.(row) ?? '');
    });
  }

  #headOf(column: Column<T>): HTMLTableCellElement {
    const head = make('th', { scope: 'col', class: column.kind ?? '' });
    this.#heads.push(head);
    if (column.sort === undefined) {
      head.append(column.title === '' ? make('span', { class: 'unseen' }, 'Choice') : column.title);
      return head;
    }
    const sorter = make('button', { type: 'button', class: 'sorter' }, column.title);
    sorter.addEventListener('click', () => this.#sort(column));
    head.append(sorter);
    return head;
  }

  #sort(column: Column<T>): void {
    const isText = this.#sorted?.column !== column;
    this.#sorted = { column, isUp: isText ? false : !this.#sorted?.isUp };
    this.#heads.forEach((head, i) => {
      if (this.#columns[i] !== column) head.removeAttribute('aria-sort');
      else head.setAttribute('aria-sort', this.#sorted?.isUp ? 'ascending' : 'descending');
    });
    this.#onSort();
  }
}

function cellOf<T>({ title, kind }: Column<T>): HTMLTableCellElement {
  return make('td', { class: kind ?? '', 'data-title': title });
}
