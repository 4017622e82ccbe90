import type { Reader } from './reader.ts';

const U32 = 2 ** 32;

/** The most bytes of a body that a WELCOME allows; no limit when it names none. */
export function bodyBytesMaxIn(reader: Reader): number {
  return reader.bodyLength < 4 ? Number.POSITIVE_INFINITY : viewOf(reader).getUint32(0, true);
}

/** What the broker's wall clock said when it wrote the WELCOME, in milliseconds; null when it does not say. */
export function wallTimeIn(reader: Reader): number | null {
  if (reader.bodyLength < 12) return null;
  const view = viewOf(reader);
  return view.getUint32(4, true) + U32 * view.getUint32(8, true);
}

function viewOf({ body, bodyAt }: Reader): DataView {
  return new DataView(body.buffer, body.byteOffset + bodyAt);
}
