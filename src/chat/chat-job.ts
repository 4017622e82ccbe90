import type { Delivery } from '../core/channel.ts';
import type { Publication } from '../core/channels.ts';
import type { KeptSubmit } from '../core/intake.ts';
import { Ending, type Job } from '../core/job.ts';
import type { Level } from '../core/keep.ts';
import type { Lane } from './lane.ts';
import { NOTES } from './notes.ts';
import type { Room } from './room.ts';
import type { Saying } from './saying.ts';
import { failureOf } from './verdict.ts';
import type { ChatJob } from './words.ts';

/** No client can name a job or an order key so: nobody else's job stands in the way of a message. */
const ID = '@chat-';
const KEY = `\u0001${NOTES}`;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What a job reaches that is not for one part of its room: all of it, or nobody. */
export const Reach = { ALL: -1, NOBODY: -2 } as const;

/** A job that carries what was said, until it has ended. */
export interface Carried {
  readonly room: Room;
  readonly part: number;
  readonly parts: number;
  /** The part of the room that it reaches, or one of `Reach`. */
  readonly reach: number;
  /** One, where the room is kept. */
  readonly sayings: readonly Saying[];
  /** Of a transient room. */
  readonly lane: Lane | null;
  /** That of a kept job; else empty. */
  readonly id: string;
  /** It may have been handed in before. */
  isAgain: boolean;
}

/** The id of the job for one part of the room: the same in a later life of the broker. */
export function idOf(saying: Saying, part: number): string {
  return `${ID}${saying.id}-${part}`;
}

/** Whether it is a kept job of the chat's. */
export function isOurs({ keep }: Job): boolean {
  return keep?.kept.id.startsWith(ID) ?? false;
}

/** How a job is handed in that is kept: in each part of a room they go in order. */
export function keptOf({ id, part, room, isAgain }: Carried, level: Level): KeptSubmit {
  return {
    id,
    level,
    delayMs: 0,
    at: 0,
    deadline: 0,
    attemptsMax: 0,
    backoff: null,
    key: `${KEY}${part}/${room.key}`,
    follow: true,
    isNew: !isAgain,
  };
}

/** The body of the job. */
export function bodyOf({ room, part, parts, sayings }: Carried): Uint8Array {
  const { name, kind, channel } = room;
  const members = parts === 1 ? channel.size : (channel.parts[part]?.size ?? 0);
  const messages = sayings.map(({ message }) => message);
  const job: ChatJob = { room: name, kind, channel: channel.name, part, parts, members, messages };
  return encoder.encode(JSON.stringify(job));
}

/** The body of an open job, read. */
export function chatJobIn({ slab, offset, length }: Job): ChatJob {
  return JSON.parse(decoder.decode(slab.bytes.subarray(offset, offset + length))) as ChatJob;
}

/** How it is given to members. Its author may have another nick by now, and is not given it all the same. */
export function deliveryOf(publication: Publication, saying: Saying, durable: boolean): Delivery {
  const { only, bytes, offset, length } = publication;
  const { seq, from } = saying.message;
  const author = saying.person?.nick ?? from;
  const but = publication.but?.map((nick) => (nick === from ? author : nick)) ?? null;
  return { seq, only, but, bytes, offset, length, durable };
}

/** The job ended so, and not with a worker's answer: their authors are told. */
export function failAll(
  sayings: readonly Saying[] | undefined,
  ending: Ending,
  answer: Uint8Array,
): void {
  const text = ending === Ending.FAILED ? failureOf(decoder.decode(answer)) : '';
  for (const saying of sayings ?? []) saying.fail('NOT_DONE', text);
}
