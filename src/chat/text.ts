/** What a text, a nick and the name of a room may be. */

/** Characters of a text, at most. */
export const TEXT_MAX = 4000;
const NICK = /^[\p{L}\p{N}_-]{1,24}$/u;
const ROOM = /^[\p{L}\p{N}_.-]{1,64}$/u;
/** Controls, the two separators of lines, and what turns or hides the direction of a line. */
const UNSEEN = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu;

/** A text as it may be shown anywhere: on one line, without what would steer a terminal. Empty when nothing is left. */
export function clean(text: string): string {
  return text.replace(UNSEEN, ' ').trim();
}

/** Whether so many characters, as people count them, are not too many. */
export function fits(text: string): boolean {
  return text.length <= TEXT_MAX || (text.length <= 2 * TEXT_MAX && [...text].length <= TEXT_MAX);
}

export function isNick(nick: string): boolean {
  return NICK.test(nick) && nick === nick.normalize('NFC');
}

export function isRoomName(name: string): boolean {
  return ROOM.test(name) && name === name.normalize('NFC');
}

/** Whether one of these is the nick, whatever the case. */
export function includesNick(nicks: readonly string[], nick: string): boolean {
  return nicks.some((each) => each === nick || folded(each) === folded(nick));
}

/** Two nicks are the same when these are. */
export function folded(nick: string): string {
  return nick.normalize('NFKC').toLowerCase();
}
