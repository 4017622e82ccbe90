import { commandNames } from './help.ts';

/** What may be meant by a word that is not finished. */
export interface Known {
  readonly rooms: readonly string[];
  readonly nicks: readonly string[];
}

const BEFORE_A_ROOM = /^\/(?:join|leave|room|who|subscribe|unsubscribe|take +\S+) +\S*$/i;
const BEFORE_A_NICK = /^\/msg +\S*$/i;
const SAYS = /^\/(?:me|msg +\S+) /i;
const IN_ORDER = /^\/(?!\/)/;

/** What the last word of the line may become: a command, a room, or the mention of a nick. */
export function completionsOf(line: string, { rooms, nicks }: Known): readonly string[] {
  const word = /\S*$/.exec(line)?.[0] ?? '';
  const isFirst = word === line;
  if (isFirst && IN_ORDER.test(line)) return fitting(word, commandNames, ' ');
  if (BEFORE_A_ROOM.test(line)) return fitting(word, rooms, ' ');
  if (BEFORE_A_NICK.test(line)) return fitting(word, nicks, ' ');
  if (word === '' || (IN_ORDER.test(line) && !SAYS.test(line))) return [];
  const start = word.replace(/^@/, '');
  return fitting(start, nicks, ' ').map((nick) => `@${nick}`);
}

function fitting(word: string, all: readonly string[], end: string): readonly string[] {
  const start = word.toLowerCase();
  return all.filter((one) => one.toLowerCase().startsWith(start)).map((one) => one + end);
}
