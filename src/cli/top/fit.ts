/** Text that takes exactly so many columns of a terminal. */

import type { Line, Span } from '../chat/line.ts';
import { plainText } from '../table.ts';

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const NO_WIDTH = /^[\p{Mn}\p{Me}]$/u;
const ASCII = /^[ -~]*$/;

/** How many columns the text takes. */
export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const sign of text) width += columnsOf(sign);
  return width;
}

/** The text, filled up with spaces or cut to that many columns. */
export function fitted(text: string, width: number, right = false): string {
  const plain = plainText(text, width * 2 + 1);
  const cut = cutTo(plain, width);
  const space = ' '.repeat(Math.max(0, width - widthOf(cut)));
  return right ? space + cut : cut + space;
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

function columnsOf(sign: string): number {
  if (NO_WIDTH.test(sign)) return 0;
  return WIDE.test(sign) ? 2 : 1;
}
