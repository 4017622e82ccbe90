import type { JobLine, JobPage, Tally } from '../../../src/web.ts';
import { button, make, setText } from '../dom.ts';
import { drawState, headline, linkTo } from './fields.ts';
import { FilterView } from './filter-view.ts';
import { count, cut, instant, some } from './format.ts';
import { MorePages } from './more-pages.ts';
import { hashOf, type Route } from './route.ts';
import { type Column, Table } from './table.ts';
import type { Console, View } from './view.ts';
import { Watched } from './watched.ts';
import { causeWords, tallyWords } from './words.ts';

const EVERY_MS = 3000;
const LIMIT = '100';
/** The page of the letter has all of it. */
const SAID_MAX = 200;

type Act = 'retry' | 'drop';

/** Dead letters with their causes: some or all of them are tried again, or dropped. */
export class DeadView implements View {
  readonly element: HTMLElement;
  readonly #console: Console;
  readonly #filter: FilterView;
  readonly #found: Watched<JobPage>;
  readonly #pages = new MorePages();
  readonly #state = make('p', { class: 'state', role: 'status' });
  readonly #table: Table<JobLine>;
  readonly #chosen = new Set<string>();
  readonly #all = button('Choose all shown', '', () => this.#chooseAll());
  readonly #more = button('Show more', '', () => void this.#showMore());
  readonly #acts: Readonly<Record<Act, HTMLButtonElement>>;
  #query: Readonly<Record<string, string>> = {};
  /** Others are asked for than those that are shown. */
  #isTurning = false;

  constructor(console: Console) {
    this.#console = console;
    this.#found = new Watched(
      () => console.drawSoon(),
      () => EVERY_MS,
    );
    this.#filter = new FilterView(false, (query) => this.#turn(hashOf('dead', '', query)));
    this.#table = new Table<JobLine>('Dead letters', this.#columns(), ({ id }) => id);
    this.#acts = {
      retry: button('', 'primary', () => void this.#give('retry')),
      drop: button('', '', () => void this.#give('drop')),
    };
    const acts = make('div', { class: 'acts' }, this.#all, this.#acts.retry, this.#acts.drop);
    const panel = make('section', { class: 'panel screen' }, this.#filter.element, acts);
    panel.append(this.#state, this.#table.element, this.#more);
    const about = make(
      'p',
      { class: 'soft' },
      'Jobs that were given up: every attempt was lost, or the handler failed for good.',
    );
    this.element = make('div', { class: 'screen' }, headline('Dead letters'), about, panel);
  }

  show(route: Route): void {
    this.#isTurning = false;
    this.#query = route.query;
    this.#filter.show(route);
    this.#chosen.clear();
    this.#pages.clear();
    this.#found.look(this.#path(''));
  }

  hide(): void {
    this.#found.look(null);
  }

  draw(): void {
    this.#filter.drawTypes(this.#console.scene.live.types);
    const letters = this.#pages.after(this.#found.value);
    const ids = new Set(letters.map(({ id }) => id));
    for (const id of this.#chosen) if (!ids.has(id)) this.#chosen.delete(id);
    drawState(this.#state, this.#found, letters.length === 0 ? this.#emptyText() : '');
    this.#table.draw(letters);
    this.#table.element.hidden = letters.length === 0;
    this.#more.hidden = this.#pages.next(this.#found.value) === null;
    const isAny = letters.length > 0;
    const isAll = this.#chosen.size === letters.length;
    setText(this.#all, isAll ? 'Choose none' : 'Choose all shown');
    for (const act of ['retry', 'drop'] as const) {
      const verb = act === 'retry' ? 'Retry' : 'Drop';
      const what =
        this.#chosen.size > 0 ? count(this.#chosen.size) : `all ${this.#howMany(letters)}`;
      setText(this.#acts[act], `${verb} ${what}`);
      this.#acts[act].hidden = !isAny;
    }
    this.#all.hidden = !isAny;
  }

  #turn(hash: string): void {
    if (hash === location.hash) return;
    this.#isTurning = true;
    location.hash = hash;
  }

  #columns(): Column<JobLine>[] {
    return [
      {
        title: '',
        stamp: ({ id }) => `${id} ${this.#chosen.has(id)}`,
        make: ({ id }) => this.#boxOf(id),
      },
      { title: 'Job', kind: 'id', stamp: ({ id }) => id, make: ({ id }) => linkTo('jobs', id) },
      { title: 'Type', kind: 'long', text: ({ type }) => type },
      {
        title: 'Cause',
        kind: 'long',
        text: ({ lost }) => (lost === null ? '' : causeWords(lost.cause)),
      },
      {
        title: 'What was said',
        kind: 'long',
        text: ({ lost }) => cut(lost?.message ?? '', SAID_MAX),
      },
      { title: 'Last worker', kind: 'long', text: ({ lost }) => lost?.worker ?? '' },
      { title: 'Attempts', kind: 'number', text: ({ attempts }) => count(attempts) },
      { title: 'Given up', text: ({ endedAt }) => instant(endedAt, Date.now()) },
    ];
  }

  #boxOf(id: string): HTMLInputElement {
    const box = make('input', { type: 'checkbox', 'aria-label': `Choose ${id}` });
    box.checked = this.#chosen.has(id);
    box.addEventListener('change', () => {
      if (box.checked) this.#chosen.add(id);
      else this.#chosen.delete(id);
      this.#console.drawSoon();
    });
    return box;
  }

  #chooseAll(): void {
    const letters = this.#pages.after(this.#found.value);
    const isAll = this.#chosen.size === letters.length;
    this.#chosen.clear();
    if (!isAll) for (const { id } of letters) this.#chosen.add(id);
    this.#console.drawSoon();
  }

  async #give(act: Act): Promise<void> {
    // Whoever leaves a field of the filter for a button means what the field says, and has not seen yet what that is.
    if (this.#isTurning || this.#found.value === null) return;
    const ids = [...this.#chosen];
    const letters = this.#pages.after(this.#found.value);
    const many = ids.length > 0 ? some(ids.length, 'dead letter') : this.#allText(letters);
    const filter = Object.fromEntries(
      Object.entries(this.#query).filter(([, value]) => value !== ''),
    );
    const done = await this.#console.orders.give<Tally>({
      title: act === 'retry' ? `Retry ${many}` : `Drop ${many}`,
      text: act === 'retry' ? RETRY : DROP,
      verb: act === 'retry' ? `Retry ${many}` : `Drop ${many}`,
      isGrave: act === 'drop',
      path: `/api/dead/${act}`,
      body: ids.length > 0 ? { ids } : { filter },
      told: (tally) =>
        tallyWords(tally, 'dead letter', act === 'retry' ? 'tried again' : 'dropped'),
    });
    if (!done) return;
    this.#chosen.clear();
    this.#pages.clear();
    this.#found.again();
  }

  #allText(letters: readonly JobLine[]): string {
    const { type = '', since = '', until = '' } = this.#query;
    const then = since + until === '' ? '' : ' of the time asked for';
    const of = `${type === '' ? '' : ` of type ${cut(type)}`}${then}`;
    const noun = letters.length === 1 ? 'dead letter' : 'dead letters';
    return `all ${this.#howMany(letters)} ${noun}${of}`;
  }

  /** Those behind the last page are counted only all together. */
  #howMany(letters: readonly JobLine[]): string {
    if (this.#pages.next(this.#found.value) === null) return count(letters.length);
    const all = this.#console.scene.live.figures?.store?.deadLetters ?? null;
    if (all === null || this.#isFiltered) return `(more than ${count(letters.length)})`;
    return count(all);
  }

  get #isFiltered(): boolean {
    return Object.values(this.#query).some((value) => value !== '');
  }

  #emptyText(): string {
    return this.#isFiltered ? 'No dead letter fits.' : 'There are no dead letters.';
  }

  #path(after: string): string {
    const asked = Object.entries({ ...this.#query, newest: 'true', limit: LIMIT, after });
    return `/api/dead?${new URLSearchParams(asked.filter(([, value]) => value !== ''))}`;
  }

  async #showMore(): Promise<void> {
    try {
      await this.#pages.more(this.#found.value, (after) => this.#path(after));
    } catch (error) {
      setText(this.#state, (error as Error).message);
    }
    this.#console.drawSoon();
  }
}

const RETRY =
  'They wait for a worker again, with all their attempts before them, as if they had just been submitted.';
const DROP = 'Their bodies and their causes are thrown away. This cannot be undone.';
