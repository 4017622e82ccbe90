import { draw } from '../dom.ts';
import type { Group, Layout, Spot } from './layout.ts';

const MOVED_MS = 3000;
const MOVED_MAX = 40;

/** The lines of the picture: the ways of jobs, and for a moment those of jobs that moved to another worker. */
export class Ways {
  readonly element = draw('g', { 'aria-hidden': 'true' });
  readonly moves = draw('g', { 'aria-hidden': 'true' });

  draw(layout: Layout, groups: readonly Group[]): void {
    const { clients, broker, types, workers, isCompact } = layout;
    const lines = [line(clients, broker)];
    for (const { type, workers: keys } of groups) {
      const at = types.get(type)!;
      lines.push(line(broker, at));
      for (const key of isCompact ? keys.slice(0, 1) : keys) {
        const spot = workers.get(key);
        if (spot !== undefined) lines.push(line({ x: at.x + layout.typeHalf, y: at.y }, spot));
      }
    }
    this.element.replaceChildren(...lines);
    this.moves.replaceChildren();
  }

  /** Shows for three seconds where a job went. */
  moved(from: Spot, to: Spot, id: string): void {
    if (this.moves.childElementCount >= MOVED_MAX) return;
    const [x, y] = [(from.x + to.x) / 2, (from.y + to.y) / 2 - 50];
    const d = `M${from.x} ${from.y} Q${x} ${y} ${to.x} ${to.y}`;
    const path = draw('path', { class: 'moved', d });
    path.dataset.job = id;
    this.moves.append(path);
    setTimeout(() => path.remove(), MOVED_MS);
  }
}

function line(from: Spot, to: Spot): SVGPathElement {
  const middle = (from.x + to.x) / 2;
  const d = `M${from.x} ${from.y} C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`;
  return draw('path', { class: 'way', d });
}
