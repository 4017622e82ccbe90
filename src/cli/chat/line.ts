/** What a terminal is shown. Text of others gets onto it through `rendered` alone, which lets no control character by. */

import { styleText } from 'node:util';

const STYLES = {
  dim: 'dim',
  bold: 'bold',
  mine: 'cyan',
  mention: 'inverse',
  private: 'magenta',
  good: 'green',
  warning: 'yellow',
  error: 'red',
} as const;

type Tone = keyof typeof STYLES;

/** A piece of a line; a plain string has no tone. */
export type Span = string | readonly [Tone, string];
export type Line = readonly Span[];

/** The line as it may be written to a terminal: without a line break, and with colours only if they are wanted. */
export function rendered(line: Line, hasColor: boolean): string {
  return line
    .map((span) => {
      if (typeof span === 'string') return safe(span);
      const [tone, text] = span;
      if (!hasColor || text === '') return safe(text);
      return styleText(STYLES[tone], safe(text), { validateStream: false });
    })
    .join('');
}

/** Whether a stream is to be written in colours. */
export function wantsColor(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true && (process.env.NO_COLOR ?? '') === '';
}

/** Control characters, halves of characters, line separators, and marks that turn the direction of what follows. */
const UNSAFE = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** The text with a sign in the place of each character that could do something to a terminal. */
export function safe(text: string): string {
  return text.replaceAll('\t', ' ').replaceAll(UNSAFE, '\uFFFD');
}

/** The value as one line of JSON: such characters are escaped in it, and what reads it has them again. */
export function jsonLine(value: object): string {
  return JSON.stringify(value).replaceAll(
    UNSAFE,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
