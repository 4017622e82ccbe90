import { widthOf } from './width.ts';

export type Cell = string | number;

/** Lines with a heading; the columns whose headings are in `numbers` stand to the right. */
export function table(
  heading: readonly string[],
  rows: readonly (readonly Cell[])[],
  numbers: ReadonlySet<string>,
): string[] {
  const lines = [heading, ...rows];
  const widths = heading.map((_, i) =>
    lines.reduce((width, line) => Math.max(width, widthOf(String(line[i]))), 0),
  );
  const right = heading.map((title) => numbers.has(title));
  return lines.map((line) =>
    line
      .map((cell, i) => padded(String(cell), widths[i] ?? 0, right[i]))
      .join('  ')
      .trimEnd(),
  );
}

function padded(cell: string, width: number, right?: boolean): string {
  const space = ' '.repeat(width - widthOf(cell));
  return right ? space + cell : cell + space;
}

/** Text of somebody else's for a terminal: one line, without what a terminal would obey. */
export function plainText(text: string, most = 80): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return plain.length > most ? `${plain.slice(0, most - 1)}…` : plain;
}
