/** Pieces that more than one screen is made of. */

import type { JobLine, WorkerSeenState } from '../../../src/web.ts';
import { make, setText } from '../dom.ts';
import { cut } from './format.ts';
import { hashOf, type Screen } from './route.ts';
import type { Watched } from './watched.ts';

export type Tone = 'good' | 'warning' | 'bad' | '';

const JOB_TONES: Readonly<Record<string, Tone>> = {
  ok: 'good',
  failed: 'bad',
  dead: 'bad',
  cancelled: 'warning',
  expired: 'warning',
  waiting: 'warning',
};

/** A state in a coloured frame; the word says what the colour says. */
export function chip(text: string, tone: Tone): HTMLElement {
  return make('span', { class: 'chip', 'data-tone': tone }, text);
}

export function jobChip({ state, ending }: JobLine): HTMLElement {
  const word = state === 'dead' ? 'dead' : state === 'done' ? wordOf(ending) : state;
  return chip(word, JOB_TONES[state === 'done' ? (ending ?? 'ok') : state] ?? '');
}

function wordOf(ending: string | null): string {
  return ending === null || ending === 'ok' ? 'answered' : ending;
}

export function workerChip(state: WorkerSeenState | 'gone'): HTMLElement {
  const tone = state === 'alive' ? 'good' : state === 'gone' ? 'bad' : 'warning';
  return chip(state, tone);
}

/** A link to one job or worker; a long name is cut, and whole in its title. */
export function linkTo(screen: Screen, id: string, text: string = id): HTMLAnchorElement {
  const link = make('a', { href: hashOf(screen, id) }, cut(text));
  if (cut(text) !== text) link.title = text;
  return link;
}

/** A list of what is what. */
export function facts(entries: readonly (readonly [string, Node | string])[]): HTMLElement {
  const pairs = entries.flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)]);
  return make('dl', { class: 'facts' }, ...pairs);
}

/** A field with its label around it. */
export function labelled(label: string, field: HTMLElement): HTMLLabelElement {
  return make('label', {}, label, field);
}

/** One of several values. */
export function choice(options: Readonly<Record<string, string>>): HTMLSelectElement {
  const all = Object.entries(options).map(([value, text]) => make('option', { value }, text));
  return make('select', {}, ...all);
}

/** Says that something is on its way, could not be had, or is empty; nothing when it is there. */
export function drawState<T>(
  element: HTMLElement,
  { isLoading, refused }: Watched<T>,
  empty: string,
): void {
  element.classList.toggle('complaint', refused !== null);
  if (isLoading) setText(element, 'Asking the broker …');
  else if (refused === null) setText(element, empty);
  else if (refused.status === 0) setText(element, 'The broker does not answer; it is asked again.');
  else setText(element, `The broker says: ${refused.message}.`);
}

/** A heading with buttons beside it. */
export function headline(title: Node | string, ...acts: readonly Node[]): HTMLElement {
  const heading = make('h1', {}, title);
  return make('div', { class: 'headline' }, heading, make('div', { class: 'acts' }, ...acts));
}
