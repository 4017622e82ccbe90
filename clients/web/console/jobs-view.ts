import type { JobLine, JobPage, LivesPage } from '../../../src/web.ts';
import { button, make, setText } from '../dom.ts';
import { drawState, headline } from './fields.ts';
import { FilterView } from './filter-view.ts';
import { jobColumns } from './job-columns.ts';
import { MorePages } from './more-pages.ts';
import { hashOf, type Route } from './route.ts';
import { Table } from './table.ts';
import type { Console, View } from './view.ts';
import { Watched } from './watched.ts';

const EVERY_MS = 3000;
const LIMIT = '25';
const LIVES = 25;

/** Jobs: one looked up by its id, those that a filter finds, and those that were seen of late. */
export class JobsView implements View {
  readonly element: HTMLElement;
  readonly #console: Console;
  readonly #id = make('input', { id: 'job-id', placeholder: 'id of a job', spellcheck: 'false' });
  readonly #filter: FilterView;
  readonly #found: Watched<JobPage>;
  readonly #lives: Watched<LivesPage>;
  readonly #pages = new MorePages();
  readonly #foundState = make('p', { class: 'state', role: 'status' });
  readonly #livesState = make('p', { class: 'state' });
  readonly #foundTable = new Table<JobLine>('Jobs found', jobColumns, ({ id }) => id);
  readonly #livesTable = new Table<JobLine>('Jobs seen of late', jobColumns, ({ id }) => id);
  readonly #more: HTMLButtonElement;
  #query: Readonly<Record<string, string>> = {};

  constructor(console: Console) {
    this.#console = console;
    this.#found = new Watched(
      () => console.drawSoon(),
      () => EVERY_MS,
    );
    this.#lives = new Watched(
      () => console.drawSoon(),
      () => EVERY_MS,
    );
    this.#filter = new FilterView(true, (query) => {
      location.hash = hashOf('jobs', '', query);
    });
    this.#more = button('Show more', '', () => void this.#showMore());
    this.element = make(
      'div',
      { class: 'screen' },
      headline('Jobs'),
      this.#lookUp(),
      section('Open and kept jobs', this.#filter.element, this.#foundState),
      section('Seen of late', this.#livesState, this.#livesTable.element),
    );
    this.#foundState.after(this.#foundTable.element, this.#more);
  }

  show(route: Route): void {
    this.#query = route.query;
    this.#filter.show(route);
    this.#pages.clear();
    this.#found.look(this.#path(''));
    this.#lives.look('/api/lives');
  }

  hide(): void {
    this.#found.look(null);
    this.#lives.look(null);
  }

  draw(): void {
    this.#filter.drawTypes(this.#console.scene.live.types);
    const jobs = this.#pages.after(this.#found.value);
    const isFiltered = Object.values(this.#query).some((value) => value !== '');
    const none = isFiltered
      ? 'No job fits.'
      : 'No job is open or kept. Submit one: npx client --type A hello';
    drawState(this.#foundState, this.#found, jobs.length === 0 ? none : '');
    this.#foundTable.draw(jobs);
    this.#foundTable.element.hidden = jobs.length === 0;
    this.#more.hidden = this.#pages.next(this.#found.value) === null;
    const lives = this.#lives.value?.jobs.slice(0, LIVES) ?? [];
    drawState(this.#livesState, this.#lives, lives.length === 0 ? 'No job has been seen yet.' : '');
    this.#livesTable.draw(lives);
    this.#livesTable.element.hidden = lives.length === 0;
  }

  #lookUp(): HTMLElement {
    const form = make('form', { class: 'filter', role: 'search' });
    const label = make('label', { for: 'job-id' }, 'Look up a job ( / )');
    label.append(this.#id);
    form.append(label, make('button', { type: 'submit', class: 'primary' }, 'Look up'));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const id = this.#id.value.trim();
      if (id !== '') location.hash = hashOf('jobs', id);
    });
    return form;
  }

  #path(after: string): string {
    const query = { ...this.#query, newest: 'true', limit: LIMIT, after };
    const asked = Object.entries(query).filter(([, value]) => value !== '');
    return `/api/jobs?${new URLSearchParams(asked)}`;
  }

  async #showMore(): Promise<void> {
    try {
      await this.#pages.more(this.#found.value, (after) => this.#path(after));
    } catch (error) {
      setText(this.#foundState, (error as Error).message);
    }
    this.#console.drawSoon();
  }
}

function section(title: string, ...parts: readonly Node[]): HTMLElement {
  return make('section', { class: 'panel screen' }, make('h2', {}, title), ...parts);
}
