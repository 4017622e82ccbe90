import type { Line, Span } from '../chat/line.ts';
import { fitted, fittedName } from './fit.ts';

/** A column of a table that is as wide as the terminal. */
export interface Column<Row> {
  readonly title: string;
  /** At least; the first column takes what is left, up to 32. */
  readonly width: number;
  /** Figures stand to the right. */
  readonly right?: boolean;
  /** Where the terminal is too narrow, the column with the highest goes first; those with 0 stay. */
  readonly rank: number;
  /** It holds names: where they are too long, their ends stay. */
  readonly isName?: boolean;
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
      return [...gap, cellOf(column, row, widths[i] ?? 0)];
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

function cellOf<Row>({ cell, right, isName }: Column<Row>, row: Row, width: number): Span {
  const span = cell(row);
  const shown = (text: string) => (isName ? fittedName(text, width) : fitted(text, width, right));
  return typeof span === 'string' ? shown(span) : [span[0], shown(span[1])];
}
