/** Where the chat writes down what must survive: texts by name. What is put is durable when the turn is. */
export interface Notes {
  /** Whether what is put survives the broker; not without a store. */
  readonly isKept: boolean;
  /** Whether the store has failed and not been read again: what was put of late may be lost with the broker. */
  readonly isShut: boolean;
  put(name: string, text: string): void;
  drop(name: string): void;
}

/** The names of the chat's notes begin so, then say what of. */
export const NOTES = 'chat/';

export function noteName(kind: 'nick' | 'room' | 'post' | 'reader', ...parts: string[]): string {
  return `${NOTES}${kind}/${parts.join('/')}`;
}

/** The kind of a note and the parts of its name behind that. */
export function partsOf(name: string): readonly string[] {
  return name.slice(NOTES.length).split('/');
}
