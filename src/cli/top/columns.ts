import type { Line, Span } from '../chat/line.ts';
import { fitted } from './fit.ts';

/** A column of a table that is as wide as the terminal. */
export interface Column<Row> {
  readonly title: string;
  /** At least; the first column takes what is left, up to 32. */
  readonly width: number;
  /** Figures stand to the right. */
  readonly right?: boolean;
  /** Where the terminal is too narrow, the column with the highest goes first; those with 0 stay. */
  readonly rank: number;
  cell(row: Row): Span;
}

const FIRST_MAX = 32;

/** The heading and the rows, none of them more than `width` wide. `note` stands behind the title of the first column. */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
  note = '',
): Line[] {
  const shown = shownOf(columns, width);
  const [first, ...others] = shown;
  if (first === undefined) return [];
  const rest = others.reduce((sum, column) => sum + column.width + 1, 0);
  const widths = [
    Math.max(1, Math.min(FIRST_MAX, width - rest)),
    ...others.map((column) => column.width),
  ];
  const heading = shown.map(({ title, right }, i) =>
    fitted(i === 0 ? title + note : title, widths[i] ?? 0, right),
  );
  const lines = rows.map((row) =>
    shown.flatMap((column, i) => {
      const gap = i === 0 ? [] : [' '];
      return [...gap, cellOf(column.cell(row), widths[i] ?? 0, column.right)];
    }),
  );
  return [[['mention', fitted(heading.join(' '), width)]], ...lines];
}

function shownOf<Row>(columns: readonly Column<Row>[], width: number): readonly Column<Row>[] {
  let shown = columns;
  const needed = () => shown.reduce((sum, column) => sum + column.width + 1, -1);
  while (needed() > width) {
    const worst = Math.max(...shown.map(({ rank }) => rank));
    if (worst === 0) break;
    shown = shown.filter(({ rank }) => rank !== worst);
  }
  return shown;
}

function cellOf(span: Span, width: number, right?: boolean): Span {
  if (typeof span === 'string') return fitted(span, width, right);
  return [span[0], fitted(span[1], width, right)];
}
