import type { History } from '../../../src/web.ts';
import { make, setText } from '../dom.ts';
import { Plot } from './plot.ts';
import type { Console } from './view.ts';
import { Watched } from './watched.ts';

const EVERY_MS = 2000;

/** Throughput, latency, what waits and what was lost in the last five minutes, of all types or of one. */
export class Plots {
  readonly element: HTMLElement;
  readonly #console: Console;
  readonly #select = make('select', { id: 'plot-type', class: 'plots-of' });
  readonly #state = make('p', { class: 'state' });
  readonly #throughput = new Plot('Jobs a second', 'perSecond', [
    'submitted',
    'answered',
    'failed',
  ]);
  readonly #latency = new Plot('From submit to answer', 'ms', ['half within', '99 % within']);
  readonly #waiting = new Plot('Jobs at the broker', 'count', ['at workers', 'waiting']);
  readonly #lost = new Plot('Attempts given up', 'perSecond', ['lost']);
  /** Of one type; what is of all is asked for anyway. */
  readonly #one: Watched<History>;

  constructor(console: Console) {
    this.#console = console;
    this.#one = new Watched(
      () => console.drawSoon(),
      () => EVERY_MS,
    );
    this.#select.addEventListener('change', () => this.#choose());
    const label = make('label', { for: 'plot-type' }, 'The last five minutes of');
    const head = make('div', { class: 'tabs' }, label, this.#select);
    const plots = [this.#throughput, this.#latency, this.#waiting, this.#lost];
    const grid = make('div', { class: 'plots' }, ...plots.map(({ element }) => element));
    this.element = make(
      'section',
      { class: 'panel', 'aria-label': 'Plots' },
      head,
      this.#state,
      grid,
    );
  }

  hide(): void {
    this.#one.look(null);
  }

  show(): void {
    this.#choose();
  }

  draw(): void {
    this.#drawTypes();
    const { value, refused } = this.#select.value === '' ? this.#console.history : this.#one;
    const isEmpty = value !== null && value.at.length === 0;
    setText(this.#state, refused?.message ?? (isEmpty ? 'Nothing has been counted yet.' : ''));
    if (value === null) return;
    const { at, submitted, answered, failed, p50Ms, p99Ms, waiting, dispatched, lost } = value;
    this.#throughput.draw(at, [
      { label: 'submitted', values: submitted },
      { label: 'answered', values: answered },
      { label: 'failed', values: failed },
    ]);
    this.#latency.draw(at, [
      { label: 'half within', values: p50Ms },
      { label: '99 % within', values: p99Ms },
    ]);
    this.#waiting.draw(at, [
      { label: 'at workers', values: dispatched },
      { label: 'waiting', values: waiting },
    ]);
    this.#lost.draw(at, [{ label: 'lost', values: lost }]);
  }

  #choose(): void {
    const type = this.#select.value;
    this.#one.look(type === '' ? null : `/api/history?type=${encodeURIComponent(type)}`);
    this.#console.drawSoon();
  }

  #drawTypes(): void {
    const names = this.#console.scene.live.types.map(({ name }) => name);
    const there = [...this.#select.options].slice(1).map(({ value }) => value);
    if (this.#select.options.length > 0 && names.join('\n') === there.join('\n')) return;
    const chosen = this.#select.value;
    const options = names.map((name) => make('option', { value: name }, name));
    this.#select.replaceChildren(make('option', { value: '' }, 'all types'), ...options);
    this.#select.value = names.includes(chosen) ? chosen : '';
    if (this.#select.value !== chosen) this.#choose();
  }
}
