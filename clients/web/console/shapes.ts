/** The workers of the picture: a ring that fills with load while they are few, a coloured cell when they are many. */

import { type WorkerSeenState, type WorkerStatus, workerName } from '../../../src/web.ts';
import { draw, setText } from '../dom.ts';
import { count, cut, share, some } from './format.ts';
import type { Spot } from './layout.ts';
import { hashOf } from './route.ts';

const RADIUS = 21;
const AROUND = 2 * Math.PI * RADIUS;
const NAME_MAX = 9;
const CELL = 11;

export type ShapeState = WorkerSeenState | 'gone' | 'left';

/** A worker in the picture. */
export interface Shape {
  readonly element: SVGElement;
  place(spot: Spot): void;
  show(worker: WorkerStatus, state: ShapeState): void;
}

export class RingShape implements Shape {
  readonly element: SVGAElement;
  readonly #ring = draw('circle', { class: 'ring', r: RADIUS, 'stroke-dasharray': AROUND });
  readonly #inflight = draw('text', { class: 'inflight', y: 5 });
  readonly #name = draw('text', { class: 'name', y: RADIUS + 16 });
  readonly #mark = draw('text', { class: 'mark', x: 24, y: -16, 'aria-hidden': 'true' });
  readonly #title = draw('title');

  constructor(worker: WorkerStatus) {
    const body = draw('circle', { class: 'body', r: RADIUS });
    const cross = draw('path', { class: 'cross', d: 'M-13 -13 L13 13 M13 -13 L-13 13' });
    const inner = draw(
      'g',
      { class: 'inner' },
      body,
      this.#ring,
      this.#inflight,
      cross,
      this.#mark,
    );
    this.element = draw('a', { class: 'worker' }, this.#title, inner, this.#name);
    this.element.setAttribute('href', hashOf('workers', worker.key));
    this.element.dataset.key = worker.key;
    setText(this.#name, cut(workerName(worker), NAME_MAX));
  }

  place({ x, y }: Spot): void {
    this.element.style.transform = `translate(${x}px, ${y - 8}px)`;
  }

  show(worker: WorkerStatus, state: ShapeState): void {
    const isThere = state !== 'gone' && state !== 'left';
    const load = isThere ? Math.min(Math.max(worker.load, 0), 1) : 0;
    this.element.dataset.state = state;
    this.element.dataset.heat = heatOf(worker.load);
    this.#ring.style.strokeDashoffset = String(AROUND * (1 - load));
    setText(this.#inflight, isThere ? `${count(worker.inflight)}` : '');
    setText(this.#mark, MARKS[state]);
    setText(this.#title, titleOf(worker, state));
  }
}

export class CellShape implements Shape {
  readonly element: SVGRectElement;
  readonly #title = draw('title');

  constructor(worker: WorkerStatus) {
    this.element = draw('rect', { class: 'cell', width: CELL, height: CELL, rx: 2 }, this.#title);
    this.element.dataset.key = worker.key;
    setText(this.#title, workerName(worker));
  }

  place({ x, y }: Spot): void {
    this.element.setAttribute('x', String(x - CELL / 2));
    this.element.setAttribute('y', String(y - CELL / 2));
  }

  show(worker: WorkerStatus, state: ShapeState): void {
    const { dataset } = this.element;
    const heat = heatOf(worker.load);
    if (dataset.state !== state) dataset.state = state;
    if (dataset.heat !== heat) dataset.heat = heat;
  }
}

const MARKS: Readonly<Record<ShapeState, string>> = {
  alive: '',
  stalled: '❄',
  away: '?',
  leaving: '→',
  gone: '',
  left: '',
};

/** Five steps from idle to full. */
function heatOf(load: number): string {
  return String(Math.min(4, Math.max(0, Math.ceil(load * 4))));
}

function titleOf(worker: WorkerStatus, state: ShapeState): string {
  const { types, inflight, capacity, load } = worker;
  const who = `Worker ${workerName(worker)}, ${types.join(', ')}: `;
  if (state === 'gone') return `${who}gone`;
  if (state === 'left') return `${who}has left`;
  return `${who}${state}, load ${share(load)}, ${count(inflight)} of ${some(capacity, 'job')}`;
}
