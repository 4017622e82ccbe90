/** What a worker publishes with its answer, as it stands in front of that, and what the names in it may be. */

import type { Publication } from '../core/channels.ts';

export const CHANNEL_BYTES_MAX = 128;
/** Of what a subscription is called. */
export const NAME_BYTES_MAX = 64;
export const NAMES_MAX = 10_000;
/** Of one answer. */
export const PUBLICATIONS_MAX = 10_000;
/** The highest number that a publisher may give: what follows can still be counted. */
export const SEQ_MAX = 2 ** 52;

const HEAD_BYTES = 16;
const ALL = 0;
const ONLY = 1;
const BUT = 2;
const PRINTABLE = /^[^\p{Cc}\p{Cs}\uFFFD]+$/u;

/** Whether a channel may be called that. */
export function isChannelName(name: string): boolean {
  return PRINTABLE.test(name) && Buffer.byteLength(name) <= CHANNEL_BYTES_MAX;
}

/** Whether a subscription may be called that. */
export function isSubscriptionName(name: string): boolean {
  return PRINTABLE.test(name) && Buffer.byteLength(name) <= NAME_BYTES_MAX;
}

/** The bytes of a publication, those of its body apart. Its names are as they may be. */
export function headOf(publication: Omit<Publication, 'bytes' | 'offset'>): Buffer {
  const { channel, seq, only, but, length } = publication;
  const names = only ?? but ?? [];
  let size = HEAD_BYTES + Buffer.byteLength(channel);
  for (const name of names) size += 1 + Buffer.byteLength(name);
  const head = Buffer.allocUnsafe(size);
  head.writeUInt32LE(size + length, 0);
  head.writeUInt8(only === null ? (but === null ? ALL : BUT) : ONLY, 4);
  head.writeUInt16LE(names.length, 6);
  head.writeBigUInt64LE(BigInt(seq), 8);
  let at = HEAD_BYTES + head.write(channel, HEAD_BYTES);
  head.writeUInt8(at - HEAD_BYTES, 5);
  for (const name of names) {
    const length = head.write(name, at + 1);
    head.writeUInt8(length, at);
    at += 1 + length;
  }
  return head;
}

/** The publications that fill this stretch of bytes; null if it is not made of them. Their bodies are pieces of it. */
export function publicationsIn(
  bytes: Uint8Array,
  from: number,
  length: number,
): readonly Publication[] | null {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const publications: Publication[] = [];
  const end = from + length;
  for (let at = from; at < end; ) {
    if (at + HEAD_BYTES > end || publications.length === PUBLICATIONS_MAX) return null;
    const size = view.readUInt32LE(at);
    if (size < HEAD_BYTES || at + size > end) return null;
    const publication = publicationIn(bytes, view, at, at + size);
    if (publication === null) return null;
    publications.push(publication);
    at += size;
  }
  return publications;
}

function publicationIn(
  bytes: Uint8Array,
  view: Buffer,
  start: number,
  end: number,
): Publication | null {
  const audience = view.readUInt8(start + 4);
  const channelBytes = view.readUInt8(start + 5);
  const count = view.readUInt16LE(start + 6);
  const seq = Number(view.readBigUInt64LE(start + 8));
  const namesAt = start + HEAD_BYTES + channelBytes;
  if (namesAt > end || seq > SEQ_MAX || !isAudience(audience, count)) return null;
  const channel = view.toString('utf8', start + HEAD_BYTES, namesAt);
  if (!isChannelName(channel)) return null;
  const names: string[] = [];
  const offset = namesIn(view, namesAt, end, count, names);
  if (offset < 0) return null;
  const only = audience === ONLY ? names : null;
  const but = audience === BUT ? names : null;
  return { channel, seq, only, but, bytes, offset, length: end - offset };
}

function isAudience(audience: number, count: number): boolean {
  return audience === ALL ? count === 0 : audience <= BUT && count <= NAMES_MAX;
}

/** Reads so many names into `into`; where what follows them begins, or -1 if they are broken. */
function namesIn(view: Buffer, from: number, end: number, count: number, into: string[]): number {
  let at = from;
  for (let n = 0; n < count; n++) {
    if (at >= end) return -1;
    const length = view.readUInt8(at);
    if (length > NAME_BYTES_MAX || at + 1 + length > end) return -1;
    into.push(view.toString('utf8', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return at;
}
