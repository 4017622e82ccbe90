const KEY = 'latido-chat-key';
const NICK = 'latido-chat-nick';
const INSTANCE = 'latido-chat-instance';
const KEY_BYTES = 32;
const INSTANCE_BYTES = 16;

/** Who sits before this page. */
export interface Identity {
  /** One for each tab, and the same after a reload of it. */
  readonly instance: string;
  /** One for each browser: what is kept for a nick is given to nobody without it. */
  readonly key: string;
  /** The last one used; empty at the first visit. */
  readonly nick: string;
  /** Whether this tab was in the chat before it was loaded again. */
  readonly isBack: boolean;
}

/** Reads who this is from what the browser keeps, and makes up what is not there yet. */
export async function identify(): Promise<Identity> {
  const known = sessionStorage.getItem(INSTANCE);
  const isBack = known !== null && (await isOnlyTab(known));
  const instance = isBack ? known : await fresh();
  sessionStorage.setItem(INSTANCE, instance);
  const key = localStorage.getItem(KEY) ?? randomHex(KEY_BYTES);
  localStorage.setItem(KEY, key);
  return { instance, key, nick: localStorage.getItem(NICK) ?? '', isBack };
}

/** The nick that the next visit begins with. */
export function rememberNick(nick: string): void {
  localStorage.setItem(NICK, nick);
}

/** This tab is in the chat no more: loaded again, it asks. */
export function forgetInstance(): void {
  sessionStorage.removeItem(INSTANCE);
}

async function fresh(): Promise<string> {
  const instance = randomHex(INSTANCE_BYTES);
  await isOnlyTab(instance);
  return instance;
}

/**
 * Whether no other tab is this instance: a tab that is duplicated takes its storage along. Holds the name until the tab is
 * closed. Pages that were not loaded safely have no locks.
 */
function isOnlyTab(instance: string): Promise<boolean> {
  if (!('locks' in navigator)) return Promise.resolve(true);
  return new Promise((resolve) => {
    const hold = (lock: Lock | null) => {
      resolve(lock !== null);
      return lock === null ? undefined : new Promise(() => {});
    };
    navigator.locks
      .request(`latido-chat-${instance}`, { ifAvailable: true }, hold)
      .catch(() => resolve(true));
  });
}

function randomHex(bytes: number): string {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  return [...random].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
