/** Writes a text as UTF-8 at `at`; the end of it. There must be room for three bytes a character. */
export function writeText(bytes: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code > 127) return at + encoder.encodeInto(text, bytes.subarray(at)).written;
    bytes[at + i] = code;
  }
  return at + text.length;
}

/** The UTF-8 text between two places. */
export function readText(bytes: Uint8Array, from: number, to: number): string {
  if (from === to) return '';
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8');
}

const encoder = new TextEncoder();
