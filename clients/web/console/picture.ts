import {
  type Happening,
  type JobHappening,
  rateText,
  type WorkerStatus,
} from '../../../src/web.ts';
import { draw, make, setText } from '../dom.ts';
import { type Cast, castOf } from './cast.ts';
import { some } from './format.ts';
import { type Layout, layoutOf, type Spot } from './layout.ts';
import { HubNode, TypeNode } from './nodes.ts';
import { hashOf } from './route.ts';
import type { Scene } from './scene.ts';
import { CellShape, RingShape, type Shape, type ShapeState } from './shapes.ts';
import { Traffic } from './traffic.ts';
import { Ways } from './ways.ts';

const LATE_MS = 500;

/** The picture of the whole: clients, the broker, types with what waits, workers with their load, and jobs under way. */
export class Picture {
  readonly element: HTMLElement;
  readonly #scene: Scene;
  readonly #svg = draw('svg', {
    role: 'group',
    'aria-label': 'The broker, its types and its workers',
  });
  readonly #ways = new Ways();
  readonly #typeLayer = draw('g');
  readonly #workerLayer = draw('g');
  readonly #clients = new HubNode('clients', 36, 'clients');
  readonly #broker = new HubNode('broker', 38, 'broker');
  readonly #types = new Map<string, TypeNode>();
  readonly #shapes = new Map<string, Shape>();
  readonly #shown = new Map<string, WorkerStatus>();
  readonly #caption = make('figcaption', { class: 'soft' });
  readonly #traffic = new Traffic();
  #cast: Cast = { groups: [], typesBesides: 0 };
  #layout: Layout | null = null;
  #membership = -1;
  #width = 0;

  constructor(scene: Scene, onResize: () => void) {
    this.#scene = scene;
    this.#svg.append(this.#ways.element, this.#clients.element, this.#broker.element);
    this.#svg.append(this.#typeLayer, this.#workerLayer, this.#ways.moves);
    const stage = make('div', { class: 'stage' });
    stage.append(this.#traffic.canvas, this.#svg);
    this.element = make('figure', { class: 'picture panel' }, stage, this.#caption);
    this.#workerLayer.addEventListener('click', ({ target }) => {
      const key = (target as SVGElement).closest<SVGElement>('.cell')?.dataset.key;
      if (key !== undefined) location.hash = hashOf('workers', key);
    });
    new ResizeObserver(() => {
      if (stage.clientWidth === this.#width || stage.clientWidth === 0) return;
      this.#width = stage.clientWidth;
      this.#membership = -1;
      onResize();
    }).observe(stage);
  }

  draw(now: number): void {
    if (this.#width === 0) return;
    if (this.#membership !== this.#scene.membership || this.#layout === null) this.#arrange();
    const layout = this.#layout!;
    const { live } = this.#scene;
    for (const type of live.types) this.#types.get(type.name)?.show(type, layout);
    for (const [key, shape] of this.#shapes) this.#showWorker(key, shape);
    const clients = live.figures?.clients ?? 0;
    this.#clients.show(layout.clients, String(clients));
    this.#clients.label(clients === 1 ? 'client' : 'clients');
    const rate = this.#scene.isLost ? null : live.rate(this.#scene.wall(now));
    this.#broker.show(layout.broker, rate === null ? '' : `${rateText(rate.answered)}/s`);
    this.#broker.element.classList.toggle('late', (live.figures?.lagMs ?? 0) >= LATE_MS);
    setText(this.#caption, this.#words());
  }

  /** What happened is seen: jobs that move to another worker. */
  happened(happenings: readonly Happening[]): void {
    for (const each of happenings)
      if (each.kind === 'job' && each.event === 'moved') this.#moved(each);
  }

  /** Jobs go their way as fast as they really do. */
  beat(wall: number, beatMs: number): void {
    const layout = this.#layout;
    if (layout === null || this.#traffic.isStill) return;
    const { live } = this.#scene;
    for (const { type, workers } of this.#cast.groups) {
      const rate = live.rate(wall, type);
      if (rate === null) continue;
      const alive = workers.filter((key) => live.workers.get(key)?.state === 'alive');
      const spots = alive.flatMap((key) => layout.workers.get(key) ?? []);
      this.#traffic.flow(layout, type, spots, rate, beatMs);
    }
  }

  #arrange(): void {
    const wasCompact = this.#layout?.isCompact;
    this.#membership = this.#scene.membership;
    this.#cast = castOf(this.#scene);
    const layout = layoutOf(this.#width, this.#cast.groups);
    this.#layout = layout;
    this.#svg.setAttribute('width', String(layout.width));
    this.#svg.setAttribute('height', String(layout.height));
    this.#traffic.resize(layout.width, layout.height);
    this.#ways.draw(layout, this.#cast.groups);
    this.#arrangeTypes(layout);
    if (wasCompact !== layout.isCompact) this.#forgetShapes();
    this.#arrangeWorkers(layout);
  }

  #arrangeTypes(layout: Layout): void {
    for (const [name, node] of this.#types) {
      if (layout.types.has(name)) continue;
      node.element.remove();
      this.#types.delete(name);
    }
    for (const [name, spot] of layout.types) {
      const node = this.#types.get(name) ?? new TypeNode();
      this.#types.set(name, node);
      node.place(spot, layout);
      this.#typeLayer.append(node.element);
    }
  }

  #arrangeWorkers(layout: Layout): void {
    for (const [key, shape] of this.#shapes) {
      if (layout.workers.has(key)) continue;
      shape.element.remove();
      this.#shapes.delete(key);
      this.#shown.delete(key);
    }
    const Kind = layout.isCompact ? CellShape : RingShape;
    for (const [key, spot] of layout.workers) {
      const worker = this.#scene.live.workers.get(key) ?? this.#scene.ghosts.get(key)?.worker;
      if (worker === undefined) continue;
      const known = this.#shapes.get(key);
      const shape = known ?? new Kind(worker);
      shape.place(spot);
      if (known !== undefined) continue;
      this.#shapes.set(key, shape);
      this.#workerLayer.append(shape.element);
    }
  }

  #forgetShapes(): void {
    for (const { element } of this.#shapes.values()) element.remove();
    this.#shapes.clear();
    this.#shown.clear();
  }

  /** Only what is another is touched: there may be a thousand. */
  #showWorker(key: string, shape: Shape): void {
    const worker = this.#scene.live.workers.get(key);
    const ghost = worker === undefined ? this.#scene.ghosts.get(key) : undefined;
    const seen = worker ?? ghost?.worker;
    if (seen === undefined) return;
    if (ghost === undefined && this.#shown.get(key) === seen) return;
    if (ghost === undefined) this.#shown.set(key, seen);
    else this.#shown.delete(key);
    const state: ShapeState = ghost === undefined ? seen.state : ghost.hasLeft ? 'left' : 'gone';
    shape.show(seen, state);
  }

  #moved({ from, to, id }: JobHappening): void {
    const start = this.#spotOf(from, true);
    const end = to === null ? undefined : this.#spotOf(to, false);
    if (start === undefined || end === undefined || start === end) return;
    this.#traffic.move(start, end);
    this.#ways.moved(start, end, id);
  }

  /** Where the worker of that name stands: one that is gone, if that is what is asked for. */
  #spotOf(name: string, isGhost: boolean): Spot | undefined {
    const { live, ghosts } = this.#scene;
    const gone = [...ghosts.values()].map(({ worker }) => worker);
    const there = [...live.workers.values()];
    const found = (isGhost ? [...gone, ...there] : there).find((each) => each.name === name);
    return found === undefined ? undefined : this.#layout?.workers.get(found.key);
  }

  #words(): string {
    const { live } = this.#scene;
    if (live.workers.size === 0) return 'No worker is connected. Start one: npx worker --type A';
    const states = { alive: 0, stalled: 0, away: 0, leaving: 0 };
    for (const { state } of live.workers.values()) states[state]++;
    const listed = Object.entries(states).filter(([, many]) => many > 0);
    const workers = listed.map(([state, many]) => `${many} ${state}`).join(', ');
    const besides = this.#cast.typesBesides;
    const more = besides === 0 ? '' : ` ${some(besides, 'type')} besides, with fewer jobs.`;
    const unlisted =
      live.workersUnlisted === 0 ? '' : ` ${some(live.workersUnlisted, 'worker')} not shown.`;
    return `${some(live.workers.size, 'worker')}: ${workers}.${more}${unlisted}`;
  }
}
