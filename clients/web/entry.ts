import type { Message, Utterance } from '../../src/web.ts';
import { make, setText } from './dom.ts';
import { isSameNick, linksIn, mentionsOf, textNodes } from './text-view.ts';

const ACT = '/me ';
const LOST = 'The page was loaded again before the broker had it.';
/** What the same person says within this follows without the name. */
const TOGETHER_MS = 5 * 60_000;

/** A line of a conversation. */
export type Entry =
  | { readonly kind: 'said'; readonly at: number; readonly said: Utterance }
  | OwnEntry
  | { readonly kind: 'note'; readonly at: number; readonly text: string; readonly tone: Tone };

/** Something of one's own. */
export interface OwnEntry {
  readonly kind: 'own';
  readonly at: number;
  readonly message: OwnMessage;
  readonly from: string;
  /** To how many it was given, once it is delivered. */
  reached: number;
}

/** What is shown of it. */
type OwnMessage = Pick<Message, 'n' | 'text' | 'state' | 'notice'>;

/** A note by the page: what happened, what does not work, a table. */
export type Tone = 'event' | 'warning' | 'help';

/** The line as an element of the list; `before` is the one above it. */
export function viewOf(entry: Entry, before: Entry | undefined, self: string): HTMLLIElement {
  if (entry.kind === 'note') return make('li', { class: `note ${entry.tone}` }, entry.text);
  const own = entry.kind === 'own';
  const { text, isAct } = wordsOf(entry);
  const mentions = own ? mentionsOf(text) : (entry.said.mentions ?? []);
  const links = own ? linksIn(text) : (entry.said.links ?? []);
  const view = make('li', { class: 'said' });
  const { classList } = view;
  classList.toggle('own', own);
  classList.toggle('act', isAct);
  classList.toggle('together', !isAct && isTogether(entry, before));
  classList.toggle('to-me', mentionsIn(entry, self));
  const who = make('span', { class: 'who' }, authorOf(entry));
  if (!own && entry.said.bot === true) who.append(make('span', { class: 'kind' }, 'bot'));
  view.append(who, timeOf(entry.at));
  view.append(make('span', { class: 'text' }, ...textNodes(text, links, mentions, self)));
  if (own) {
    view.append(make('span', { class: 'state' }), make('span', { class: 'aside' }));
    view.dataset.message = String(entry.message.n);
  }
  return view;
}

/** Shows what has become of a message of one's own. */
export function showState(view: Element, own: OwnEntry, isOnline: boolean): void {
  const { state, notice } = own.message;
  view.classList.toggle('failed', state === 'failed');
  setText(view.querySelector('.state')!, stateOf(own, isOnline));
  setText(view.querySelector('.aside')!, notice);
}

/** Where a notice says why nobody was given it, it is not called delivered. */
function stateOf({ message, reached }: OwnEntry, isOnline: boolean): string {
  const { state, notice } = message;
  if (state === 'waiting') return isOnline ? 'sending' : 'waiting';
  if (state !== 'delivered' || reached > 0) return state;
  return notice === '' ? 'nobody was there' : 'sent';
}

/** The line as it can be written down and read again; what was not taken yet is not taken any more. */
export function keptOf(entry: Entry): Entry {
  if (entry.kind !== 'own') return entry;
  const { n, text, state, notice } = entry.message;
  const message =
    state === 'waiting'
      ? { n: -n, text, state: 'failed' as const, notice: LOST }
      : { n: -Math.abs(n), text, state, notice };
  return { ...entry, message };
}

/** Whether somebody else speaks of this person. */
export function mentionsIn(entry: Entry, self: string): boolean {
  if (entry.kind !== 'said') return false;
  return entry.said.mentions?.some((nick) => isSameNick(nick, self)) ?? false;
}

function wordsOf(entry: Exclude<Entry, { kind: 'note' }>): { text: string; isAct: boolean } {
  if (entry.kind === 'said') return { text: entry.said.text, isAct: entry.said.act === true };
  const { text } = entry.message;
  const isAct = text.startsWith(ACT);
  return { text: isAct ? text.slice(ACT.length) : text, isAct };
}

function authorOf(entry: Exclude<Entry, { kind: 'note' }>): string {
  return entry.kind === 'own' ? entry.from : entry.said.from;
}

function isTogether(entry: Exclude<Entry, { kind: 'note' }>, before: Entry | undefined): boolean {
  if (before === undefined || before.kind === 'note' || before.kind !== entry.kind) return false;
  return (
    authorOf(before) === authorOf(entry) &&
    !wordsOf(before).isAct &&
    entry.at - before.at < TOGETHER_MS
  );
}

function timeOf(at: number): HTMLTimeElement {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date().toDateString();
  const clock = { hour: 'numeric', minute: '2-digit' } as const;
  const words = isToday
    ? date.toLocaleTimeString([], clock)
    : date.toLocaleString([], { month: 'short', day: 'numeric', ...clock });
  return make('time', { datetime: date.toISOString(), title: date.toLocaleString() }, words);
}
