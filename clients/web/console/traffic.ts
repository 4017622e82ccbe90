/** Jobs under way, as moving dots on a canvas over the picture. */

import type { Rate } from '../../../src/web.ts';
import type { Layout, Spot } from './layout.ts';

const DOTS_MAX = 120;
/** Of one type in one beat. */
const BEAT_MAX = 6;
const LEG_MS = 650;
const MOVE_MS = 900;
const RADIUS = 3;
const MOVED_RADIUS = 5;

interface Colours {
  readonly dot: string;
  readonly moved: string;
}

interface Dot {
  readonly from: Spot;
  readonly to: Spot;
  readonly startedAt: number;
  readonly ms: number;
  /** How far the way bends, in pixels. */
  readonly bend: number;
  readonly isMoved: boolean;
}

export class Traffic {
  readonly canvas = document.createElement('canvas');
  readonly #stillness = matchMedia('(prefers-reduced-motion: reduce)');
  readonly #dots: Dot[] = [];
  #frame = 0;
  #colours: Colours | null = null;

  constructor() {
    this.canvas.className = 'traffic';
    this.canvas.setAttribute('aria-hidden', 'true');
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', () => {
      this.#colours = null;
    });
  }

  get isStill(): boolean {
    return this.#stillness.matches || document.hidden;
  }

  resize(width: number, height: number): void {
    const scale = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    this.canvas.getContext('2d')?.setTransform(scale, 0, 0, scale, 0, 0);
  }

  /** What comes and goes of a type in a beat: from clients to the type, and from there to its workers. */
  flow(layout: Layout, type: string, workers: readonly Spot[], rate: Rate, beatMs: number): void {
    const at = layout.types.get(type);
    if (at === undefined) return;
    for (const delay of delays(rate.submitted, beatMs)) {
      this.#send(layout.clients, layout.broker, delay);
      this.#send(layout.broker, at, delay + LEG_MS);
    }
    for (const delay of delays(rate.answered, beatMs)) {
      const spot = workers[Math.floor(Math.random() * workers.length)];
      if (spot !== undefined) this.#send(at, spot, delay);
    }
  }

  #send(from: Spot, to: Spot, delayMs: number): void {
    if (this.#dots.length >= DOTS_MAX) return;
    const startedAt = performance.now() + delayMs;
    this.#add({ from, to, startedAt, ms: LEG_MS, bend: 0, isMoved: false });
  }

  /** A job flies from the worker that lost it to the one that has it now. */
  move(from: Spot, to: Spot): void {
    if (this.isStill || this.#dots.length >= 2 * DOTS_MAX) return;
    const startedAt = performance.now() + Math.random() * 300;
    this.#add({ from, to, startedAt, ms: MOVE_MS, bend: -40, isMoved: true });
  }

  #add(dot: Dot): void {
    this.#dots.push(dot);
    if (this.#frame === 0) this.#frame = requestAnimationFrame((now) => this.#draw(now));
  }

  #draw(now: number): void {
    const context = this.canvas.getContext('2d');
    if (context === null) return;
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    let kept = 0;
    for (const dot of this.#dots) {
      const part = (now - dot.startedAt) / dot.ms;
      if (part >= 1) continue;
      this.#dots[kept++] = dot;
      if (part > 0) this.#dot(context, dot, part);
    }
    this.#dots.length = kept;
    this.#frame = kept === 0 ? 0 : requestAnimationFrame((then) => this.#draw(then));
  }

  #dot(context: CanvasRenderingContext2D, dot: Dot, part: number): void {
    const { from, to, bend, isMoved } = dot;
    const eased = part * part * (3 - 2 * part);
    const x = from.x + (to.x - from.x) * eased;
    const y = from.y + (to.y - from.y) * eased + bend * Math.sin(Math.PI * eased);
    context.beginPath();
    this.#colours ??= this.#readColours();
    context.fillStyle = isMoved ? this.#colours.moved : this.#colours.dot;
    context.arc(x, y, isMoved ? MOVED_RADIUS : RADIUS, 0, 2 * Math.PI);
    context.fill();
  }

  #readColours(): Colours {
    const style = getComputedStyle(this.canvas);
    return { dot: style.getPropertyValue('--dot'), moved: style.getPropertyValue('--bad') };
  }
}

/** When dots set out in a beat, at so many jobs a second; a part of one is a chance of one. */
function delays(perSecond: number, beatMs: number): number[] {
  const dots = Math.min(BEAT_MAX, Math.floor((perSecond * beatMs) / 1000 + Math.random()));
  return Array.from({ length: dots }, (_, i) => ((i + Math.random()) / dots) * beatMs);
}
