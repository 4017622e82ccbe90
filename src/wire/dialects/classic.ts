const MAJORDOMO = /^MDP[CW]\d\d$/;

/** Whether these first frames are a REQ socket's: an empty one in front, and no other protocol's name behind it. */
export function isClassic(frames: Uint8Array[]): boolean {
  const [delimiter, first] = frames;
  if (delimiter === undefined || delimiter.length > 0 || first === undefined) return false;
  return first.length !== 6 || !MAJORDOMO.test(Buffer.from(first).toString('latin1'));
}
