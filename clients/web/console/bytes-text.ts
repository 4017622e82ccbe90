/** Bytes of a job as text, JSON or hex. */

import type { Bytes } from '../../../src/web.ts';

const HEX_MAX = 4096;
const HEX_WIDTH = 16;
/** Signs of indented JSON. */
const JSON_MAX = 2 ** 21;
/** A text with its quotes, a sign, or a number or word. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/g;
const STARTS: ReadonlySet<string> = new Set(['{', '[']);
const ENDS: ReadonlySet<string> = new Set(['}', ']']);

export type Shape = 'text' | 'JSON' | 'hex';

/** The shapes in which bytes can be shown, the best first. */
export function shapesOf(bytes: Bytes): readonly Shape[] {
  if (bytes.text === null) return ['hex'];
  return indented(bytes.text) === null ? ['text', 'hex'] : ['JSON', 'text', 'hex'];
}

export function shown(bytes: Bytes, shape: Shape): string {
  if (shape === 'hex') return hexOf(Uint8Array.from(atob(bytes.base64), (c) => c.charCodeAt(0)));
  const text = bytes.text ?? '';
  return shape === 'text' ? text : (indented(text) ?? text);
}

/**
 * The same JSON, a line for each thing in it: no number is rounded and no name is left out, as it would be if it were read and
 * written. Null for what is none, is nested too deep to be read, or is a bare word or number, which is as well read as text.
 */
function indented(text: string): string | null {
  if (!isNested(text)) return null;
  let lines = '';
  let depth = 0;
  let before = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (ENDS.has(token)) depth--;
    if (isApart(before, token)) lines += `\n${'  '.repeat(depth)}`;
    if (STARTS.has(token)) depth++;
    lines += token === ':' ? ': ' : token;
    if (lines.length > JSON_MAX) return null;
    before = token;
  }
  return lines;
}

/** Whether a new line is between the two; there is none inside of what is empty. */
function isApart(before: string, token: string): boolean {
  return ENDS.has(token) ? !STARTS.has(before) : before === ',' || STARTS.has(before);
}

function isNested(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

/** Lines of an offset, sixteen bytes and their characters; of the first 4 KiB. */
export function hexOf(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(bytes.length, HEX_MAX); at += HEX_WIDTH) {
    const row = [...bytes.subarray(at, at + HEX_WIDTH)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = row.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '.'));
    const offset = at.toString(16).padStart(6, '0');
    lines.push(`${offset}  ${hex.padEnd(3 * HEX_WIDTH - 1)}  ${text.join('')}`);
  }
  if (bytes.length > HEX_MAX) lines.push('…');
  return lines.join('\n');
}
