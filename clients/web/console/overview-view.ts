import type { Happening } from '../../../src/web.ts';
import { make } from '../dom.ts';
import { LogView } from './log-view.ts';
import { Picture } from './picture.ts';
import { Plots } from './plots.ts';
import type { Console, View } from './view.ts';

const BEAT_MS = 500;

/** The first screen: the picture of the whole, plots, and what happened. */
export class OverviewView implements View {
  readonly element: HTMLElement;
  readonly #console: Console;
  readonly #picture: Picture;
  readonly #plots: Plots;
  readonly #log = new LogView('What happened');
  #beating: number | undefined;

  constructor(console: Console) {
    this.#console = console;
    this.#picture = new Picture(console.scene, () => console.drawSoon());
    this.#plots = new Plots(console);
    const heading = make('h1', { class: 'unseen' }, 'Overview');
    this.element = make('div', { class: 'screen' }, heading);
    this.element.append(this.#picture.element, this.#plots.element, this.#log.element);
  }

  show(): void {
    this.#plots.show();
    const { scene } = this.#console;
    const beat = () => this.#picture.beat(scene.wall(performance.now()), BEAT_MS);
    this.#beating ??= window.setInterval(beat, BEAT_MS);
  }

  hide(): void {
    this.#plots.hide();
    clearInterval(this.#beating);
    this.#beating = undefined;
  }

  draw(now: number): void {
    const { live } = this.#console.scene;
    this.#picture.draw(now);
    this.#plots.draw();
    this.#log.draw(live.happenings, live.happeningsUnlisted);
  }

  /** Something has happened that is to be seen moving; it is drawn before. */
  happened(happenings: readonly Happening[]): void {
    this.#picture.happened(happenings);
  }
}
