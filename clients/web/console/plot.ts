import type UPlot from 'uplot';
import { durationText } from '../../../src/web.ts';
import { make, setText } from '../dom.ts';
import { rateShown } from './format.ts';

const HEIGHT = 170;
/** The axis of a plot of spans goes at least so far. */
const LEAST_MS = 10;
const UPLOT = '/web/lib/uplot.js';

export interface Curve {
  readonly label: string;
  readonly values: readonly (number | null)[];
}

export type PlotUnit = 'perSecond' | 'ms' | 'count';

let loading: Promise<typeof UPlot> | null = null;

/** A plot of a few curves over the last minutes, with its newest values in words beside it. */
export class Plot {
  readonly element: HTMLElement;
  readonly #unit: PlotUnit;
  readonly #space = make('div', { class: 'space' });
  readonly #keys: readonly HTMLElement[];
  #plot: UPlot | null = null;
  #isAsked = false;
  #data: UPlot.AlignedData | null = null;
  #width = 0;

  constructor(title: string, unit: PlotUnit, labels: readonly string[]) {
    this.#unit = unit;
    this.#keys = labels.map((_, i) => make('span', { class: 'key', 'data-series': String(i) }));
    const caption = make('figcaption', {}, make('strong', {}, title), ...this.#keys);
    this.element = make('figure', { class: 'plot' }, caption, this.#space);
    new ResizeObserver(() => this.#resized()).observe(this.#space);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', () => this.#forget());
  }

  /** `at` in wall-clock milliseconds. */
  draw(at: readonly number[], curves: readonly Curve[]): void {
    curves.forEach(({ label, values }, i) => {
      setText(this.#keys[i]!, `${label} ${this.#text(values.at(-1) ?? null)}`);
    });
    const seconds = at.map((ms) => ms / 1000);
    this.#data = [seconds, ...curves.map(({ values }) => [...values])] as UPlot.AlignedData;
    if (this.#plot !== null) this.#plot.setData(this.#data);
    else void this.#make();
  }

  async #make(): Promise<void> {
    if (this.#isAsked || this.#width === 0) return;
    this.#isAsked = true;
    loading ??= import(UPLOT).then((module) => module.default as typeof UPlot);
    try {
      const Kind = await loading;
      if (this.#data !== null) this.#plot = new Kind(this.#options(), this.#data, this.#space);
    } catch {
      loading = null;
      setText(this.#space, 'The plots could not be loaded.');
    }
    this.#isAsked = false;
  }

  #options(): UPlot.Options {
    const style = getComputedStyle(this.#space);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const axis = {
      stroke: colour('--soft'),
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { show: false },
      font: '11px system-ui, sans-serif',
    };
    const values = (_: UPlot, splits: number[]) => splits.map((value) => this.#short(value));
    const curves = this.#keys.map((_, i) => {
      return { stroke: colour(`--series-${i + 1}`), width: 2, points: { show: false } };
    });
    const least = this.#unit === 'ms' ? LEAST_MS : 1;
    return {
      width: this.#width,
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      scales: { y: { range: (_self, _min, max) => [0, Math.max(max ?? 0, least) * 1.1] } },
      series: [{}, ...curves],
      axes: [
        { ...axis, values: '{HH}:{mm}:{ss}', space: 80, size: 28 },
        { ...axis, values, size: 56 },
      ],
    };
  }

  #resized(): void {
    const width = this.#space.clientWidth;
    if (width === 0 || width === this.#width) return;
    this.#width = width;
    if (this.#plot !== null) this.#plot.setSize({ width, height: HEIGHT });
    else if (this.#data !== null) void this.#make();
  }

  /** Colours are another: it is made anew when it is drawn, because only what is on the page has colours. */
  #forget(): void {
    this.#plot?.destroy();
    this.#plot = null;
  }

  #text(value: number | null): string {
    if (value === null) return '–';
    if (this.#unit === 'ms') return durationText(value);
    return this.#unit === 'perSecond' ? `${rateShown(value)}/s` : rateShown(value);
  }

  #short(value: number): string {
    return this.#unit === 'ms' ? durationText(value) : rateShown(value);
  }
}
