/** The page at /: which screen is shown, and that it is drawn when something is another. */

import { bytesText, type Change, type History, type Whole } from '../../../src/web.ts';
import { byId, setText } from '../dom.ts';
import { cut } from './format.ts';
import { footText, HealthView } from './health-view.ts';
import { Link } from './link.ts';
import { Notice } from './notice.ts';
import { Orders } from './orders.ts';
import { OverviewView } from './overview-view.ts';
import { routeOf } from './route.ts';
import { Scene } from './scene.ts';
import { makeLinks, screenNames, searchAtSlash, viewsOf } from './screens.ts';
import { Token } from './token.ts';
import type { Console } from './view.ts';
import { Watched } from './watched.ts';

const HISTORY_MS = 2000;
const TICK_MS = 500;

class Page implements Console {
  readonly scene = new Scene();
  readonly history = new Watched<History>(
    () => this.drawSoon(),
    () => HISTORY_MS,
  );
  readonly orders = new Orders(new Token(() => this.drawSoon()), new Notice());
  readonly #main = byId('main', HTMLElement);
  readonly #name = byId('broker-name', HTMLElement);
  readonly #foot = byId('foot', HTMLElement);
  readonly #overview = new OverviewView(this);
  readonly #views = viewsOf(this, this.#overview);
  readonly #health = new HealthView(this);
  readonly #links = makeLinks();
  readonly #link = new Link({
    whole: (whole) => this.#whole(whole),
    change: (change) => this.#change(change),
    turned: () => this.drawSoon(),
  });
  #route = routeOf(location.hash);
  #view = this.#views(this.#route);
  #isDue = false;

  start(): void {
    addEventListener('hashchange', () => {
      // The skip link leads to a part of the page, and to no screen.
      if (location.hash !== '#main') this.#turn();
    });
    document.addEventListener('visibilitychange', () => this.drawSoon());
    document.addEventListener('keydown', searchAtSlash);
    setInterval(() => this.#tick(), TICK_MS);
    this.history.look('/api/history');
    this.#main.replaceChildren(this.#view.element);
    this.#view.show(this.#route);
    this.#draw();
    this.#link.start();
  }

  drawSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    // A page that nobody sees draws no frames; it is drawn when it is seen again.
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#draw();
    });
  }

  #whole(whole: Whole): void {
    this.scene.whole(performance.now(), whole);
    this.drawSoon();
  }

  #change(change: Change): void {
    this.scene.change(performance.now(), change);
    this.drawSoon();
    const isSeen = this.#view === this.#overview && change.happenings.length > 0;
    if (isSeen) requestAnimationFrame(() => this.#overview.happened(change.happenings));
  }

  #tick(): void {
    this.scene.tick(performance.now());
    this.drawSoon();
  }

  /** The address is another. */
  #turn(): void {
    const before = this.#view;
    this.#route = routeOf(location.hash);
    this.#view = this.#views(this.#route);
    if (before !== this.#view) {
      before.hide();
      this.#main.replaceChildren(this.#view.element);
    }
    this.#view.show(this.#route);
    this.#draw();
    if (before === this.#view) return;
    scrollTo(0, 0);
    this.#main.focus({ preventScroll: true });
  }

  #draw(): void {
    const now = performance.now();
    const { live } = this.scene;
    const { figures } = live;
    this.scene.isLost = this.#link.lostSince !== null;
    document.body.dataset.link = this.scene.isLost ? 'lost' : 'alive';
    setText(this.#name, cut(live.name, 24));
    const memory = figures === null ? '' : `, ${bytesText(figures.memoryBytes)} of memory`;
    setText(this.#foot, `${footText(live)}${memory}`);
    this.#health.draw(now, this.#link.lostSince);
    this.#links(this.#route.screen, figures?.store?.deadLetters ?? 0);
    this.#view.draw(now);
    document.title = `${this.#view.title ?? screenNames[this.#route.screen]} · Latido`;
  }
}

new Page().start();
