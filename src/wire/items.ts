/** The options block of a record: tag, length, value, as docs/protocol.md has it. */

export type Item = readonly [tag: number, value: Uint8Array];

/** An options block, its length in front, for `Batch.raw`. */
export function encodeOptions(items: readonly Item[]): Buffer {
  const parts: Uint8Array[] = [];
  let length = 0;
  for (const [tag, value] of items) {
    const head = Buffer.allocUnsafe(3);
    head.writeUInt8(tag, 0);
    head.writeUInt16LE(value.length, 1);
    parts.push(head, value);
    length += 3 + value.length;
  }
  const size = Buffer.allocUnsafe(2);
  size.writeUInt16LE(length, 0);
  return Buffer.concat([size, ...parts]);
}

export function textItem(tag: number, text: string): Item {
  return [tag, Buffer.from(text)];
}

export function u32Item(tag: number, value: number): Item {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32LE(value, 0);
  return [tag, bytes];
}

export function u64Item(tag: number, value: number): Item {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64LE(BigInt(value), 0);
  return [tag, bytes];
}

export function i8Item(tag: number, value: number): Item {
  const bytes = Buffer.allocUnsafe(1);
  bytes.writeInt8(value, 0);
  return [tag, bytes];
}
