export type Cell = string | number;

/** Lines with a heading; the columns whose headings are in `numbers` stand to the right. */
export function table(
  heading: readonly string[],
  rows: readonly (readonly Cell[])[],
  numbers: ReadonlySet<string>,
): string[] {
  const lines = [heading, ...rows];
  const widths = heading.map((_, i) =>
    lines.reduce((width, line) => Math.max(width, String(line[i]).length), 0),
  );
  const right = heading.map((title) => numbers.has(title));
  return lines.map((line) =>
    line
      .map((cell, i) =>
        right[i] ? String(cell).padStart(widths[i] ?? 0) : String(cell).padEnd(widths[i] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

/** Text of somebody else's for a terminal: one line, without what a terminal would obey. */
export function plainText(text: string, most = 80): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return plain.length > most ? `${plain.slice(0, most - 1)}…` : plain;
}
