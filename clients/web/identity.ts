import type { ChatMemory } from '../../src/web.ts';
import type { KeptConversation } from './conversation.ts';

const KEY = 'latido-chat-key';
const NICK = 'latido-chat-nick';
const STAY = 'latido-chat-stay';
const KEY_BYTES = 32;
const INSTANCE_BYTES = 16;

/** Who sits before this page. */
export interface Identity {
  /** One for each tab. */
  readonly instance: string;
  /** One for each browser: what is kept for a nick is given to nobody without it. */
  readonly key: string;
  /** The last one used; empty at the first visit. */
  readonly nick: string;
  /** What this tab was before it was loaded again; null for a new one. */
  readonly stay: Stay | null;
}

/** All that a tab needs to be the same person in the same rooms when it is loaded again. */
export interface Stay {
  readonly instance: string;
  readonly nick: string;
  readonly memory: ChatMemory;
  readonly conversations: readonly KeptConversation[];
  /** The key of the conversation that is looked at; empty for none. */
  readonly shown: string;
}

/** Reads who this is from what the browser keeps, and makes up what is not there yet. */
export function identify(): Identity {
  const stay = takeStay();
  const instance = stay?.instance ?? randomHex(INSTANCE_BYTES);
  const key = localStorage.getItem(KEY) ?? randomHex(KEY_BYTES);
  localStorage.setItem(KEY, key);
  return { instance, key, nick: stay?.nick ?? localStorage.getItem(NICK) ?? '', stay };
}

/** The nick that the next visit begins with. */
export function rememberNick(nick: string): void {
  localStorage.setItem(NICK, nick);
}

/** The page is being left: if it is loaded again in this tab, it goes on. */
export function keepStay(stay: Stay): void {
  try {
    sessionStorage.setItem(STAY, JSON.stringify(stay));
  } catch {
    // More than the browser keeps: without what was said, then.
    sessionStorage.setItem(STAY, JSON.stringify({ ...stay, conversations: [] }));
  }
}

/**
 * Taken away, not read: a tab that is duplicated takes its storage along and is to be somebody else, and one whose browser has
 * died knows no more which numbers it has used.
 */
function takeStay(): Stay | null {
  const text = sessionStorage.getItem(STAY);
  sessionStorage.removeItem(STAY);
  if (text === null) return null;
  try {
    return JSON.parse(text) as Stay;
  } catch {
    return null;
  }
}

function randomHex(bytes: number): string {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  return [...random].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
