import type { Reader } from './reader.ts';

/** The most bytes of a body that a WELCOME allows; no limit when it names none. */
export function bodyBytesMaxIn(reader: Reader): number {
  if (reader.bodyLength < 4) return Number.POSITIVE_INFINITY;
  const { buffer, byteOffset } = reader.body;
  return new DataView(buffer, byteOffset + reader.bodyAt).getUint32(0, true);
}
