import type { Delivery } from '../core/channel.ts';
import type { Publication } from '../core/channels.ts';
import type { Job } from '../core/job.ts';
import type { Room } from './room.ts';
import type { Saying } from './saying.ts';
import type { ChatJob } from './words.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The body of the job that carries what was said to one part of a room, of so many. */
export function bodyOf(
  room: Room,
  part: number,
  parts: number,
  sayings: readonly Saying[],
): Uint8Array {
  const { name, kind, channel } = room;
  const members = channel.parts[part]?.size ?? 0;
  const messages = sayings.map(({ message }) => message);
  const job: ChatJob = { room: name, kind, channel: channel.name, part, parts, members, messages };
  return encoder.encode(JSON.stringify(job));
}

/** The number of the first message that an open job carries. */
export function numberIn({ slab, offset, length }: Job): number {
  const text = decoder.decode(slab.bytes.subarray(offset, offset + length));
  return (JSON.parse(text) as ChatJob).messages[0]!.seq;
}

/** How it is given to members. Authors may have another nick by now, and are not given their own all the same. */
export function deliveryOf(
  publication: Publication,
  saying: Saying | undefined,
  durable: boolean,
): Delivery {
  const { seq, only, bytes, offset, length } = publication;
  let { but } = publication;
  const author = saying?.person?.nick;
  if (
    author !== undefined &&
    author !== saying!.message.from &&
    but?.includes(saying!.message.from)
  ) {
    but = [...but, author];
  }
  return { seq, only, but, bytes, offset, length, durable };
}
