/** Bytes of a job as text, JSON or hex. */

import type { Bytes } from '../../../src/web.ts';

const HEX_MAX = 4096;
const HEX_WIDTH = 16;

export type Shape = 'text' | 'JSON' | 'hex';

/** The shapes in which bytes can be shown, the best first. */
export function shapesOf(bytes: Bytes): readonly Shape[] {
  if (bytes.text === null) return ['hex'];
  return parsed(bytes.text) === undefined ? ['text', 'hex'] : ['JSON', 'text', 'hex'];
}

export function shown(bytes: Bytes, shape: Shape): string {
  if (shape === 'hex') return hexOf(Uint8Array.from(atob(bytes.base64), (c) => c.charCodeAt(0)));
  const text = bytes.text ?? '';
  return shape === 'text' ? text : JSON.stringify(parsed(text), null, 2);
}

/** Only what has a shape of its own: a bare word or number is as well read as text. */
function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
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
