import type { Happening } from '../../../src/web.ts';
import { keepChildren, make, setText } from '../dom.ts';
import { clock } from './format.ts';
import { hashOf } from './route.ts';
import { sentenceOf } from './words.ts';

const SHOWN_MAX = 60;
const TONES: Readonly<Record<string, string>> = {
  joined: 'good',
  back: 'good',
  awake: 'good',
  resumed: 'good',
  stalled: 'warning',
  away: 'warning',
  paused: 'warning',
  draining: 'warning',
  lost: 'warning',
  gone: 'bad',
  dead: 'bad',
};

/** What happened, in words, the newest first. */
export class LogView {
  readonly element: HTMLElement;
  readonly #list = make('ol', { class: 'log', tabindex: '0', 'aria-label': 'What happened' });
  readonly #none = make('p', { class: 'state' });
  readonly #numbers = new WeakMap<Happening, number>();
  #last = 0;

  constructor(title: string) {
    const heading = make('h2', {}, title);
    this.element = make('section', { class: 'panel' }, heading, this.#none, this.#list);
  }

  draw(happenings: readonly Happening[], besides = 0): void {
    const isEmpty = happenings.length === 0;
    setText(
      this.#none,
      isEmpty ? 'Nothing has happened yet: no worker came or went.' : more(besides),
    );
    this.#list.hidden = isEmpty;
    for (const each of happenings)
      if (!this.#numbers.has(each)) this.#numbers.set(each, ++this.#last);
    const newest = happenings.slice(-SHOWN_MAX).reverse();
    keepChildren(
      this.#list,
      newest,
      (each) => String(this.#numbers.get(each)),
      lineOf,
      () => {},
    );
  }
}

function more(besides: number): string {
  return besides === 0 ? '' : `${besides} more happened at once than are listed here.`;
}

function lineOf(happening: Happening): HTMLElement {
  const time = make('time', {}, clock(happening.at));
  const text = make('span', {}, sentenceOf(happening));
  const line = make('li', { 'data-tone': TONES[happening.event] ?? '' }, time, text);
  if (happening.kind === 'job') {
    text.append(' ', make('a', { href: hashOf('jobs', happening.id) }, 'its life'));
  }
  return line;
}
