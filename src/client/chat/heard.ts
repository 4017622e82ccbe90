/** What comes from the broker, read: it came from a peer, so anything may be wrong with it. */

import type { RoomKind, RoomLine, RoomView, SaidEvent, Utterance } from '../../chat/words.ts';

/** A JSON object of which nothing is known yet. */
export type Words = Readonly<Record<string, unknown>>;

const KINDS: readonly unknown[] = ['transient', 'durable', 'queue'] satisfies RoomKind[];

/** The object that a text is as JSON; null for anything else. */
export function wordsIn(text: string): Words | null {
  try {
    return wordsOf(JSON.parse(text));
  } catch {
    return null;
  }
}

/** The place of a `said` event, and what was said in it: null where nothing can be shown of that. */
export interface Heard {
  readonly place: Omit<SaidEvent, 'event' | 'said'>;
  readonly said: Utterance | null;
}

export function heardIn(words: Words): Heard | null {
  const { room, seq, prev } = words;
  if (typeof room !== 'string' || !isCount(seq) || !isCount(prev)) return null;
  return { place: { room, seq, prev }, said: utteranceIn(wordsOf(words.said)) };
}

export function viewIn(value: unknown): RoomView | null {
  const words = wordsOf(value);
  if (words === null) return null;
  const { room, kind, count, seq } = words;
  if (typeof room !== 'string' || !isKind(kind) || !isCount(count) || !isCount(seq)) return null;
  const people = textsIn(words.people);
  const subscribed = words.subscribed === true;
  return { room, kind, people, count, seq, subscribed, takes: words.takes === true };
}

export function viewsIn(value: unknown): RoomView[] | null {
  if (!Array.isArray(value)) return null;
  return value.map(viewIn).filter((view) => view !== null);
}

export function linesIn(value: unknown): RoomLine[] | null {
  if (!Array.isArray(value)) return null;
  return value.map(lineIn).filter((line) => line !== null);
}

/** The texts in a list. */
export function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((text) => typeof text === 'string') : [];
}

/** A whole number that is not negative. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function wordsOf(value: unknown): Words | null {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Words) : null;
}

function isKind(value: unknown): value is RoomKind {
  return KINDS.includes(value);
}

function lineIn(value: unknown): RoomLine | null {
  const words = wordsOf(value);
  if (words === null) return null;
  const { room, kind, online, members } = words;
  if (typeof room !== 'string' || !isKind(kind) || !isCount(online) || !isCount(members)) {
    return null;
  }
  return { room, kind, online, members, people: textsIn(words.people) };
}

/** What a worker has made, which anybody may have written: only what is as it should be is handed on. */
function utteranceIn(words: Words | null): Utterance | null {
  if (words === null) return null;
  const { from, id, n, at, text } = words;
  if (typeof from !== 'string' || typeof text !== 'string') return null;
  return {
    from,
    id: typeof id === 'string' ? id : '',
    n: isCount(n) ? n : 0,
    at: isCount(at) ? at : 0,
    text,
    ...(words.act === true && { act: true }),
    ...(words.bot === true && { bot: true }),
    ...(Array.isArray(words.mentions) && { mentions: textsIn(words.mentions) }),
    ...(Array.isArray(words.links) && { links: words.links.filter((link) => isLink(link, text)) }),
  };
}

function isLink(link: unknown, text: string): link is readonly [number, number] {
  if (!Array.isArray(link) || link.length !== 2) return false;
  const [from, end] = link;
  return isCount(from) && isCount(end) && from < end && end <= text.length;
}
