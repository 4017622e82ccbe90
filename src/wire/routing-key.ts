/** A routing id as the key of a map. */
export function routingKey(routingId: Uint8Array): string {
  const { buffer, byteOffset, length } = routingId;
  return Buffer.from(buffer, byteOffset, length).toString('latin1');
}
