import type { EnterOrder, Order, Place, RoomKind } from './words.ts';

/** Rooms that a person may be in. */
export const PLACES_MAX = 100;
const KEY_MAX = 200;
const KINDS: readonly RoomKind[] = ['transient', 'durable', 'queue'];

type Fields = Readonly<Record<string, unknown>>;

/** An order that is understood, or the number of one that is not. */
export interface Read {
  readonly order: Order | null;
  readonly n: number;
}

/** Reads one order; every field that the rest of the chat uses has its type. */
export function readOrder(text: string): Read {
  const fields = fieldsIn(text);
  const n = fields === null ? 0 : numberIn(fields.n);
  const order = fields === null ? null : orderOf(fields, n);
  return { order, n };
}

function fieldsIn(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Fields) : null;
  } catch {
    return null;
  }
}

function orderOf(fields: Fields, n: number): Order | null {
  const { do: verb } = fields;
  switch (verb) {
    case 'enter':
      return enterOf(fields);
    case 'exit':
      return { do: 'exit' };
    case 'seen':
      return isText(fields.room)
        ? { do: 'seen', room: fields.room, seq: numberIn(fields.seq) }
        : null;
    case 'again':
      return isText(fields.room)
        ? { do: 'again', room: fields.room, since: numberIn(fields.since) }
        : null;
    default:
      return n > 0 ? numberedOf(fields, n) : null;
  }
}

function numberedOf(fields: Fields, n: number): Order | null {
  const { do: verb, room, nick, on } = fields;
  switch (verb) {
    case 'join':
      return room === undefined || isText(room)
        ? { n, do: verb, room: room ?? '', kind: kindIn(fields.kind) }
        : null;
    case 'say':
    case 'msg':
      return saidOf(fields, n);
    case 'nick':
      return isText(nick) ? { n, do: verb, nick } : null;
    case 'rooms':
      return { n, do: verb };
    case 'take':
      return isText(room) && typeof on === 'boolean' ? { n, do: verb, room, on } : null;
    case 'leave':
    case 'who':
    case 'subscribe':
    case 'unsubscribe':
      return isText(room) ? { n, do: verb, room } : null;
    default:
      return null;
  }
}

function saidOf({ do: verb, room, to, text, again }: Fields, n: number): Order | null {
  if (!isText(text)) return null;
  if (verb === 'say')
    return isText(room) ? { n, do: verb, room, text, again: again === true } : null;
  return isText(to) ? { n, do: 'msg', to, text, again: again === true } : null;
}

function enterOf({ nick, key, rooms, mail }: Fields): EnterOrder | null {
  if (!isText(nick) || !isText(key) || key.length > KEY_MAX || !Array.isArray(rooms)) return null;
  const places = rooms.slice(0, PLACES_MAX).map(placeOf);
  if (places.includes(null)) return null;
  return { n: 0, do: 'enter', nick, key, rooms: places as Place[], mail: numberIn(mail) };
}

function placeOf(value: unknown): Place | null {
  if (typeof value !== 'object' || value === null) return null;
  const { room, kind, seen, takes } = value as Fields;
  if (!isText(room)) return null;
  return { room, kind: kindIn(kind) ?? 'transient', seen: numberIn(seen), takes: takes === true };
}

function kindIn(value: unknown): RoomKind | undefined {
  return KINDS.find((kind) => kind === value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** A whole number that is not negative; 0 for everything else. */
function numberIn(value: unknown): number {
  return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : 0;
}
