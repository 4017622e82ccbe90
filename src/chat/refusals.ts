import type { Refusal } from '../core/outbox.ts';
import { TEXT_MAX } from './text.ts';

/** Why an order is refused, each with a sentence that says what to do. */
const SENTENCES = {
  CHAT_FIRST: 'Enter first: the first order says who you are.',
  ORDER_INVALID: 'The broker does not understand this order.',
  NICK_INVALID: "A nick is 1 to 24 letters, digits, '_' and '-': choose another.",
  NICK_TAKEN: 'Somebody else has this nick: choose another.',
  NICK_UNKNOWN: 'Nobody has this nick: /who shows who is here.',
  ROOM_INVALID: "A room's name is 1 to 64 letters, digits, '_', '-' and '.': choose another.",
  ROOM_UNKNOWN: 'There is no such room: /rooms shows those there are, /join makes one.',
  ROOM_KIND:
    'This room is of another kind: only durable rooms are subscribed to, only in queue rooms is taken.',
  NOT_THERE: 'You are not in this room: /join it first.',
  TEXT_EMPTY: 'There is nothing to say: type a text first.',
  TEXT_TOO_LONG: `A text has at most ${TEXT_MAX} characters: say it in parts.`,
  KEY_NEEDED: 'Only who has a key can have things kept: enter with one.',
  TOO_FAST: 'You are faster than others can read: wait a second, and say it again.',
  ROOMS_MAX: 'There are as many rooms as there may be: join one of them (/rooms).',
  YOUR_ROOMS_MAX: 'You are in as many rooms as one may be: /leave one first.',
  MAILBOX_FULL:
    'So much waits for this person that nothing more can be kept: try again when they are back.',
  ROOM_FULL: 'So much waits in this room that nothing more can be kept: try again later.',
  NOT_DONE: 'No worker of type chat could deal with it: say it again.',
  BUSY: 'The broker has too much to do: say it again in a moment.',
  STORE_FAILED: 'The broker cannot write to its disk now: say it again later.',
} as const;

export type ChatRefusal = keyof typeof SENTENCES;

export function sentence(code: ChatRefusal): string {
  return SENTENCES[code];
}

/** What a person is told when the broker declines a job. */
export function refusalOf(code: Refusal): ChatRefusal {
  if (code === 'DISK_FULL' || code === 'STORE_FAILED') return 'STORE_FAILED';
  return code === 'BUSY' ? 'BUSY' : 'NOT_DONE';
}
