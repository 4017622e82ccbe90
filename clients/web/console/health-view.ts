import {
  durationText,
  type Finding,
  findingsOf,
  type LiveModel,
  levelOf,
  many,
  rateText,
} from '../../../src/web.ts';
import { byId, keepChildren, make, setText } from '../dom.ts';
import { clock, count, cut } from './format.ts';
import { hashOf } from './route.ts';
import type { Console } from './view.ts';

/** More are only counted. */
const MORE_MAX = 5;
const SIGNS = { well: '✓', warning: '!', bad: '✕', lost: '✕', loading: '…' } as const;

type Shown = keyof typeof SIGNS;

interface Line {
  readonly text: string;
  /** Where one sees more; empty for nowhere. */
  readonly hash: string;
  readonly remedy: string;
}

/** The top of every screen: whether all is well, in a sentence, and the figures that say how much goes on. */
export class HealthView {
  readonly #console: Console;
  readonly #box = byId('health', HTMLElement);
  readonly #verdict = byId('verdict', HTMLDivElement);
  readonly #figures = byId('figures', HTMLElement);
  readonly #sign = make('span', { class: 'sign', 'aria-hidden': 'true' });
  readonly #sentence = make('span');
  #said = '';
  readonly #more = make('ul', { class: 'more' });

  constructor(console: Console) {
    this.#console = console;
    const first = make('p', { class: 'sentence' }, this.#sign, this.#sentence);
    this.#verdict.append(first, this.#more);
  }

  /** `lostSince`: since when the broker has not answered. */
  draw(now: number, lostSince: number | null): void {
    const { live } = this.#console.scene;
    const [level, lines] = verdictOf(live, this.#console.scene.wall(now), lostSince);
    this.#box.dataset.level = level;
    setText(this.#sign, SIGNS[level]);
    const [first, ...others] = lines;
    this.#say(first ?? line(''));
    const remedy = first?.remedy ? [line(first.remedy)] : [];
    keepChildren(
      this.#more,
      [...remedy, ...shortened(others)],
      ({ text, hash }) => (hash === '' ? text : hash),
      ({ text, hash }) => make('li', {}, hash === '' ? text : make('a', { href: hash })),
      (element, { text, hash }) => hash !== '' && setText(element.firstElementChild!, text),
    );
    this.#drawFigures(now);
  }

  /** Read out when it is another; that time passes is no news. */
  #say({ text, hash }: Line): void {
    if (this.#said === text) return;
    this.#said = text;
    this.#sentence.replaceChildren(hash === '' ? text : make('a', { href: hash }, text));
  }

  #drawFigures(now: number): void {
    const { scene, history } = this.#console;
    const { figures } = scene.live;
    if (figures === null) return;
    const rate = scene.isLost ? null : scene.live.rate(scene.wall(now));
    const p99 = history.value?.p99Ms.slice(-10).findLast((ms) => ms !== null) ?? null;
    const entries: [string, string][] = [
      ['jobs/s', rate === null ? '–' : rateText(rate.answered)],
      ['waiting', count(figures.waiting)],
      ['at workers', count(figures.dispatched)],
      ['workers', count(scene.live.workers.size + scene.live.workersUnlisted)],
      ['99 % within', p99 === null ? '–' : durationText(p99)],
    ];
    keepChildren(
      this.#figures,
      entries,
      ([name]) => name,
      ([name]) => make('div', {}, make('dt', {}, name), make('dd')),
      (element, [, value]) => setText(element.lastElementChild!, value),
    );
  }
}

function shortened(lines: readonly Line[]): readonly Line[] {
  if (lines.length <= MORE_MAX) return lines;
  return [...lines.slice(0, MORE_MAX - 1), line(`and ${lines.length - MORE_MAX + 1} more`)];
}

function verdictOf(live: LiveModel, wall: number, lostSince: number | null): [Shown, Line[]] {
  if (lostSince !== null) return ['lost', [lost(lostSince, live.figures === null)]];
  if (live.figures === null) return ['loading', [line('Asking the broker how it is …')]];
  const findings = findingsOf(live, wall);
  const level = levelOf(findings) ?? 'well';
  const lines = findings.map((finding) => lineOf(finding, live));
  return [level, level === 'well' ? [line('All is well'), ...lines] : lines];
}

function line(text: string, hash = '', remedy = ''): Line {
  return { text, hash, remedy };
}

function lost(since: number, isFirst: boolean): Line {
  const remedy = isFirst
    ? 'Is it running? Start it: npx broker'
    : 'What is shown is what was known last.';
  return line(`The broker does not answer since ${clock(since)}; trying again`, '', remedy);
}

function lineOf({ text, type, worker }: Finding, live: LiveModel): Line {
  const sentence = cut(`${text.slice(0, 1).toUpperCase()}${text.slice(1)}`, 160);
  if (worker !== null) return line(sentence, hashOf('workers', worker));
  if (type === null) return line(sentence, /dead letter/.test(text) ? hashOf('dead') : '');
  const found = live.types.find(({ name }) => name === type);
  const isAlone = found !== undefined && found.workers === 0 && found.state !== 'paused';
  return line(
    sentence,
    hashOf('types'),
    isAlone ? `Start one: npx worker --type ${cut(type)}` : '',
  );
}

/** Which broker it is, for the foot of the page. */
export function footText({ name, version, figures, types }: LiveModel): string {
  if (figures === null) return '';
  const up = durationText(figures.uptimeSeconds * 1000);
  return `${cut(name)}, Latido ${version}, up ${up}, ${many(types.length, 'type')}`;
}
