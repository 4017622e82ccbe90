/** The screens of the console, and the links to them. */

import { byId, make, setText } from '../dom.ts';
import { DeadView } from './dead-view.ts';
import { count } from './format.ts';
import { JobView } from './job-view.ts';
import { JobsView } from './jobs-view.ts';
import { hashOf, type Route, type Screen, screens } from './route.ts';
import { TypesView } from './types-view.ts';
import type { Console, View } from './view.ts';
import { WorkerView } from './worker-view.ts';
import { WorkersView } from './workers-view.ts';

export const screenNames: Readonly<Record<Screen, string>> = {
  overview: 'Overview',
  jobs: 'Jobs',
  dead: 'Dead letters',
  types: 'Types',
  workers: 'Workers',
};

/** Gives the view of an address; each is made when it is first looked at, and kept. */
export function viewsOf(console: Console, overview: View): (route: Route) => View {
  const made = new Map<string, View>([['overview', overview]]);
  const makers: Readonly<Record<string, () => View>> = {
    jobs: () => new JobsView(console),
    job: () => new JobView(console),
    dead: () => new DeadView(console),
    types: () => new TypesView(console),
    workers: () => new WorkersView(console),
    worker: () => new WorkerView(console),
  };
  return ({ screen, id }) => {
    const isOne = id !== '' && (screen === 'jobs' || screen === 'workers');
    const name = isOne ? screen.slice(0, -1) : screen;
    const view = made.get(name) ?? makers[name]?.() ?? overview;
    made.set(name, view);
    return view;
  };
}

/** Makes the links; what it gives says which screen is looked at, and how many dead letters there are. */
export function makeLinks(): (screen: Screen, letters: number) => void {
  const badge = make('span', { class: 'badge' });
  const links = screens.map((screen) => {
    const link = make('a', { href: hashOf(screen) }, screenNames[screen]);
    if (screen === 'dead') link.append(badge);
    return { screen, link };
  });
  const chat = make('a', { href: '/chat' }, 'Chat');
  byId('nav', HTMLElement).append(...links.map(({ link }) => link), chat);
  return (shown, letters) => {
    for (const { screen, link } of links) {
      const isShown = screen === shown;
      if (isShown === link.hasAttribute('aria-current')) continue;
      link.toggleAttribute('aria-current', isShown);
      if (!isShown) continue;
      link.setAttribute('aria-current', 'page');
      link.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
    badge.hidden = letters === 0;
    setText(badge, count(letters));
  };
}

/** A slash leads to the search, unless somebody types. */
export function searchAtSlash(event: KeyboardEvent): void {
  const { target, key, ctrlKey, metaKey, altKey } = event;
  if (key !== '/' || ctrlKey || metaKey || altKey) return;
  if (target instanceof HTMLElement && target.matches('input, select, textarea')) return;
  if (document.querySelector('dialog[open]') !== null) return;
  event.preventDefault();
  const find = () => document.getElementById('job-id')?.focus();
  if (document.getElementById('job-id') !== null) {
    find();
    return;
  }
  addEventListener('hashchange', () => setTimeout(find), { once: true });
  location.hash = hashOf('jobs');
}
