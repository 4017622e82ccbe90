/** What stands still in the picture: clients, the broker, and each type with its waiting jobs. */

import type { TypeStatus } from '../../../src/web.ts';
import { draw, setText } from '../dom.ts';
import { count, cut, some } from './format.ts';
import type { Layout, Spot } from './layout.ts';
import { hashOf } from './route.ts';

const HALF_HEIGHT = 26;
/** So many waiting jobs fill the bar of a type: it grows with their logarithm. */
const FULL = 10_000;

/** A round node with two lines of text. */
export class HubNode {
  readonly element = draw('g', { class: 'hub' });
  readonly #text = draw('text', { class: 'figure', y: 1 });
  readonly #label = draw('text', { class: 'label', y: 17 });

  constructor(label: string, radius: number, className: string) {
    this.element.classList.add(className);
    setText(this.#label, label);
    this.element.append(draw('circle', { r: radius }), this.#text, this.#label);
  }

  show(spot: Spot, text: string): void {
    this.element.setAttribute('transform', `translate(${spot.x} ${spot.y})`);
    setText(this.#text, text);
  }

  /** What it is, where one thing stands for many. */
  label(text: string): void {
    setText(this.#label, text);
  }
}

export class TypeNode {
  readonly element: SVGAElement;
  readonly #box = draw('rect', { class: 'box', height: 2 * HALF_HEIGHT, y: -HALF_HEIGHT, rx: 10 });
  readonly #bar = draw('rect', { class: 'bar', height: 6, y: HALF_HEIGHT - 10, rx: 3 });
  readonly #name = draw('text', { class: 'name', y: -6 });
  readonly #waiting = draw('text', { class: 'waiting', y: 10 });
  readonly #title = draw('title');

  constructor() {
    this.element = draw('a', { class: 'type', href: hashOf('types') });
    this.element.append(this.#title, this.#box, this.#bar, this.#name, this.#waiting);
  }

  place({ x, y }: Spot, { typeHalf }: Layout): void {
    this.element.setAttribute('transform', `translate(${x} ${y})`);
    this.#box.setAttribute('x', String(-typeHalf));
    this.#box.setAttribute('width', String(2 * typeHalf));
    this.#bar.setAttribute('x', String(-typeHalf + 10));
  }

  show(type: TypeStatus, { typeHalf }: Layout): void {
    const { name, waiting, workers, state } = type;
    const width = 2 * (typeHalf - 10);
    const part = Math.min(1, Math.log10(1 + waiting) / Math.log10(1 + FULL));
    this.#bar.setAttribute('width', String(Math.round(width * part)));
    setText(this.#name, cut(name, typeHalf > 50 ? 16 : 10));
    setText(this.#waiting, waitingText(type));
    this.element.dataset.state = waiting > 0 && workers === 0 ? 'helpless' : state;
    const jobs = `${count(waiting)} waiting, ${some(workers, 'worker')}`;
    setText(this.#title, `Type ${name}: ${state}, ${jobs}`);
  }
}

function waitingText({ waiting, workers, state }: TypeStatus): string {
  const jobs = `${count(waiting)} waiting`;
  if (state !== 'open') return waiting === 0 ? state : `${state}, ${count(waiting)}`;
  return workers === 0 ? `${count(waiting)}, no worker` : jobs;
}
