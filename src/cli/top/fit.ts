/** Text that takes exactly so many columns of a terminal. */

import type { Line, Span } from '../chat/line.ts';
import { plainText } from '../table.ts';
import { columnsOf, widthOf } from '../width.ts';

/** Names are shorter; a text is never measured longer than it could be shown. */
const NAME_MAX = 256;

/** The text, filled up with spaces or cut to that many columns. */
export function fitted(text: string, width: number, right = false): string {
  const plain = plainText(text, width * 2 + 1);
  const cut = cutTo(plain, width);
  const space = ' '.repeat(Math.max(0, width - widthOf(cut)));
  return right ? space + cut : cut + space;
}

/** A name, cut in its middle: what tells it from others stands as a rule at its ends. */
export function fittedName(name: string, width: number): string {
  const plain = plainText(name, NAME_MAX);
  if (widthOf(plain) <= width) return fitted(plain, width);
  const end = cutTo([...plain].reverse().join(''), Math.floor(width / 2) + 1).slice(0, -1);
  const start = cutTo(plain, width - widthOf(end));
  return fitted(start + [...end].reverse().join(''), width);
}

/** The line, cut where it would be wider. */
export function cutLine(line: Line, width: number): Line {
  const spans: Span[] = [];
  let left = width;
  for (const span of line) {
    const text = typeof span === 'string' ? span : span[1];
    const cut = cutTo(text, left);
    if (cut !== '') spans.push(typeof span === 'string' ? cut : [span[0], cut]);
    left -= widthOf(cut);
    if (cut !== text || left <= 0) break;
  }
  return spans;
}

/** How many columns the line takes. */
export function lineWidth(line: Line): number {
  return line.reduce((sum, span) => sum + widthOf(typeof span === 'string' ? span : span[1]), 0);
}

function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let cut = '';
  let used = 0;
  for (const sign of text) {
    const next = used + columnsOf(sign);
    if (next > width - 1) break;
    cut += sign;
    used = next;
  }
  return width > 0 ? `${cut}…` : '';
}
