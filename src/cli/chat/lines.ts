/** Everything that a person is told, as lines of a terminal. */

import type { ChatNews, Message, RoomLine, RoomView, Utterance } from '../../index.ts';
import { helpLines } from './help.ts';
import type { Line, Span } from './line.ts';
import type { Outcome } from './orders.ts';

/** As whom the lines are read, and when. */
export interface Reader {
  readonly nick: string;
  /** It is in several rooms: what is said in one names it. */
  readonly isInSeveral: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Something that one has said oneself. */
export interface Saying {
  readonly message: Message;
  /** When it was typed, in milliseconds since 1970. */
  readonly at: number;
  /** To how many it was delivered. */
  readonly reached: number;
}

const MARKS = { waiting: '…', sent: '✓', delivered: '✓✓', failed: '✗' } as const;

/** What has happened. A message of one's own has lines of its own: `ownLine`. */
export function newsLines(news: ChatNews, reader: Reader): readonly Line[] {
  switch (news.news) {
    case 'said':
      return [saidLine(news.room, news.said, reader)];
    case 'people':
      return [dim(`${roomTag(news.room, reader)}${moved(news)}, ${people(news.count)} here`)];
    case 'renamed':
      // Who asked for it is told so by the reply, once for all rooms.
      if (same(news.is, reader.nick) || same(news.was, reader.nick)) return [];
      return [dim(`${roomTag(news.room, reader)}${news.was} is called ${news.is} now`)];
    case 'missed':
      return [dim(`${roomTag(news.room, reader)}some of what was said is not remembered any more`)];
    case 'notice':
    case 'refused':
      return [[['warning', news.text]]];
    case 'closing':
      return [dim('the broker is going down')];
    case 'offline':
      return [[['warning', 'the broker is away; what you type is sent when it is back']]];
    case 'gone':
      return [[['warning', `you are not in ${news.room} any more: /join ${news.room}`]]];
    default:
      return [];
  }
}

/** What became of an order. */
export function outcomeLines(outcome: Outcome): readonly Line[] {
  switch (outcome.outcome) {
    case 'joined':
      return [dim(`you are in ${sketch(outcome.room)}: ${names(outcome.room)}`)];
    case 'left':
      return [dim(outcome.next === '' ? `you left ${outcome.left}` : switched(outcome))];
    case 'room':
      return [dim(`what you type is said in ${outcome.room}`)];
    case 'who':
      return [[`${sketch(outcome.who)}: ${names(outcome.who)}`]];
    case 'rooms':
      return roomTable(outcome.rooms);
    case 'nick':
      return [dim(`you are ${outcome.nick} now`)];
    case 'subscribed':
      return [dim(subscribedText(outcome))];
    case 'takes':
      return [dim(`you ${outcome.takes ? 'take' : 'do not take'} messages of ${outcome.room}`)];
    case 'help':
      return helpLines.map((text) => [text]);
    case 'failed':
      return [[['warning', outcome.text]]];
    default:
      return [];
  }
}

/** What one has said oneself, with its state and what is to be known of it. */
export function ownLines({ message, at, reached }: Saying, reader: Reader): readonly Line[] {
  const { notice } = message;
  const own = ownLine({ message, at, reached }, reader);
  return notice === '' ? [own] : [own, [['warning', notice]]];
}

/** What one has said oneself, and its state. */
export function ownLine({ message, at, reached }: Saying, reader: Reader): Line {
  const { room, to, text } = message;
  const tag: Span = to === '' ? roomTag(room, reader) : ['private', `[private to ${to}] `];
  const act = /^\/me\s+(.*)$/su.exec(text)?.[1];
  const said: Span[] = act === undefined ? [`: ${text}`] : [` ${act}`];
  const author: Span = ['mine', act === undefined ? reader.nick : `* ${reader.nick}`];
  return [
    ['dim', `${timeOf(at, reader.now)} `],
    tag,
    author,
    ...said,
    ['dim', ` ${markOf(message, reached)}`],
  ];
}

/** Where a notice says why nobody was given it, it is not called delivered. */
function markOf({ state, notice }: Message, reached: number): string {
  if (state !== 'delivered' || reached > 0) return MARKS[state];
  return notice === '' ? `${MARKS.delivered} (nobody was there)` : MARKS.sent;
}

function saidLine(room: string, said: Utterance, reader: Reader): Line {
  const { from, at, text, act, bot } = said;
  const tag: Span = room === '' ? ['private', '[private] '] : roomTag(room, reader);
  const isMeant = said.mentions?.some((nick) => same(nick, reader.nick)) === true;
  const author = `${act ? '* ' : ''}${from}${bot ? ' (bot)' : ''}`;
  const rest = `${act ? ' ' : ': '}${text}`;
  const body: Span[] = isMeant ? [['mention', author + rest]] : [['bold', author], rest];
  return [['dim', `${timeOf(at, reader.now)} `], tag, ...body];
}

/** The local time of day, and the day if it is another than today. */
export function timeOf(at: number, now: number): string {
  const date = new Date(at);
  const time = date.toTimeString().slice(0, 5);
  if (date.toDateString() === new Date(now).toDateString()) return time;
  const [month, day] = [date.getMonth() + 1, date.getDate()];
  return `${date.getFullYear()}-${twoDigits(month)}-${twoDigits(day)} ${time}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

function roomTag(room: string, { isInSeveral }: Reader): string {
  return isInSeveral && room !== '' ? `[${room}] ` : '';
}

function moved({ came, went }: Extract<ChatNews, { news: 'people' }>): string {
  const moves = [
    came.length > 0 ? `${came.join(', ')} came` : '',
    went.length > 0 ? `${went.join(', ')} went` : '',
  ].filter((move) => move !== '');
  return moves.length > 0 ? moves.join('; ') : 'people came and went';
}

function people(count: number): string {
  return count === 1 ? '1 person' : `${count} people`;
}

function sketch({ room, kind, count, subscribed, takes }: RoomView): string {
  const own = [subscribed ? 'subscribed' : '', kind === 'queue' && takes ? 'you take' : ''];
  return [`${room} (${kind}`, ...own.filter((word) => word !== ''), `${people(count)})`].join(', ');
}

function names({ people: known, count }: RoomView): string {
  if (count === 0) return 'nobody is here';
  const more = count - known.length;
  return known.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function switched({ left, next }: Extract<Outcome, { outcome: 'left' }>): string {
  return `you left ${left}; what you type is said in ${next}`;
}

function subscribedText({ room, subscribed }: Extract<Outcome, { outcome: 'subscribed' }>): string {
  return subscribed
    ? `what is said in ${room} while you are away waits for you`
    : `nothing that is said in ${room} while you are away waits for you`;
}

function roomTable(rooms: readonly RoomLine[]): readonly Line[] {
  if (rooms.length === 0) return [dim('there is no room: /join name makes one')];
  const wide = Math.max(...rooms.map(({ room }) => room.length));
  return rooms.map(({ room, kind, online, members, people: known }) => {
    const more = online - known.length;
    const away = members > online ? `, ${members - online} away` : '';
    const nicks = known.join(', ') + (more > 0 ? ` and ${more} more` : '');
    return [`${room.padEnd(wide)}  ${kind.padEnd(9)}  ${online} here${away}  `, ['dim', nicks]];
  });
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function dim(text: string): Line {
  return [['dim', text]];
}
