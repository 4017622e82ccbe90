/**
 * Several frames as one body, for peers that have one body a job, and back. What is one frame is the body itself; several
 * frames, none, or one that begins like this form, are
 *
 *   'LTF' 0x01, then for each frame: u32 length, little endian | its bytes
 *
 * docs/dialects.md has it for users: a native peer may write it too.
 */

/** A message of more frames is not taken: frames cost far more than their bytes. */
export const FRAMES_MAX = 10_000;

const MAGIC = 0x0146544c;
const MAGIC_BYTES = 4;
const LENGTH_BYTES = 4;

/** The frames as one body; the only frame itself where it can be. */
export function bodyOfFrames(frames: readonly Uint8Array[]): Uint8Array {
  if (frames.length === 1 && !isPacked(frames[0]!)) return frames[0]!;
  const length = frames.reduce((sum, frame) => sum + LENGTH_BYTES + frame.length, MAGIC_BYTES);
  const body = new Uint8Array(length);
  const view = new DataView(body.buffer);
  view.setUint32(0, MAGIC, true);
  let at = MAGIC_BYTES;
  for (const frame of frames) {
    view.setUint32(at, frame.length, true);
    body.set(frame, at + LENGTH_BYTES);
    at += LENGTH_BYTES + frame.length;
  }
  return body;
}

/** The frames that a body is; what only begins like several frames, or is too many, is one. They share its memory. */
export function framesOfBody(body: Uint8Array): Uint8Array[] {
  if (!isPacked(body)) return [body];
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const frames: Uint8Array[] = [];
  for (let at = MAGIC_BYTES; at < body.length; ) {
    if (body.length - at < LENGTH_BYTES) return [body];
    const end = at + LENGTH_BYTES + view.getUint32(at, true);
    if (end > body.length || frames.length === FRAMES_MAX) return [body];
    frames.push(body.subarray(at + LENGTH_BYTES, end));
    at = end;
  }
  return frames;
}

function isPacked(body: Uint8Array): boolean {
  if (body.length < MAGIC_BYTES) return false;
  return new DataView(body.buffer, body.byteOffset, body.length).getUint32(0, true) === MAGIC;
}
