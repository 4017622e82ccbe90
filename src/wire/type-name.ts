export const TYPE_BYTES_MAX = 64;
const PRINTABLE = /^(?!\s)[^\p{Cc}\p{Cs}\uFFFD]+(?<!\s)$/u;

/** Whether a text may name a type: 1 to 64 bytes, printable, no space at its ends. */
export function isTypeName(name: string): boolean {
  return name !== '' && Buffer.byteLength(name) <= TYPE_BYTES_MAX && PRINTABLE.test(name);
}
