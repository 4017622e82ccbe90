import type { History } from '../../../src/web.ts';
import type { Orders } from './orders.ts';
import type { Route } from './route.ts';
import type { Scene } from './scene.ts';
import type { Watched } from './watched.ts';

/** What every screen has to do with. */
export interface Console {
  readonly scene: Scene;
  readonly orders: Orders;
  /** Of all types, and asked for again and again. */
  readonly history: Watched<History>;
  /** All that is shown is drawn anew before long. */
  drawSoon(): void;
}

/** A screen; it is there once, and shown when the address says so. */
export interface View {
  readonly element: HTMLElement;
  /** It is looked at from now on, or the address says something else of it. */
  show(route: Route): void;
  hide(): void;
  /** Draws what is known now. */
  draw(now: number): void;
  /** For the window's title; without it the screen's name. */
  readonly title?: string;
}
