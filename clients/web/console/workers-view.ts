import { type WorkerStatus, workerName } from '../../../src/web.ts';
import { button, make, setText } from '../dom.ts';
import { choice, headline, labelled, linkTo, workerChip } from './fields.ts';
import { count, share, some } from './format.ts';
import { hashOf, type Route } from './route.ts';
import { byWorkerName } from './scene.ts';
import { type Column, Table } from './table.ts';
import type { Console, View } from './view.ts';

const PAGE = 100;
const STATES = { '': 'any', alive: 'alive', stalled: 'stalled', away: 'away', leaving: 'leaving' };

const COLUMNS: readonly Column<WorkerStatus>[] = [
  {
    title: 'Worker',
    kind: 'long',
    stamp: ({ key }) => key,
    make: (worker) => linkTo('workers', worker.key, workerName(worker)),
  },
  {
    title: 'State',
    stamp: ({ state }) => state,
    make: ({ state }) => workerChip(state),
    sort: ({ state }) => state,
  },
  { title: 'Types', kind: 'long', text: ({ types }) => types.join(', ') },
  { title: 'Load', kind: 'number', text: ({ load }) => share(load), sort: ({ load }) => load },
  {
    title: 'In flight',
    kind: 'number',
    text: ({ inflight, capacity }) => `${count(inflight)} of ${count(capacity)}`,
    sort: ({ inflight }) => inflight,
  },
  { title: 'Done', kind: 'number', text: ({ done }) => count(done), sort: ({ done }) => done },
  {
    title: 'Failed',
    kind: 'number',
    text: ({ failed }) => count(failed),
    sort: ({ failed }) => failed,
  },
  { title: 'Speaks', text: ({ dialect }) => dialect },
];

/** All workers, sorted and filtered. */
export class WorkersView implements View {
  readonly element: HTMLElement;
  readonly #console: Console;
  readonly #text = make('input', { placeholder: 'part of a name or type', autocomplete: 'off' });
  readonly #only = choice(STATES);
  readonly #state = make('p', { class: 'state', role: 'status' });
  readonly #table: Table<WorkerStatus>;
  readonly #more = button('Show more', '', () => this.#showMore());
  #max = PAGE;

  constructor(console: Console) {
    this.#console = console;
    this.#table = new Table(
      'Workers',
      COLUMNS,
      ({ key }) => key,
      () => console.drawSoon(),
    );
    const form = make('form', { class: 'filter', 'aria-label': 'Filter' });
    form.append(labelled('Worker or type', this.#text), labelled('State', this.#only));
    form.addEventListener('submit', (event) => event.preventDefault());
    this.#text.addEventListener('input', () => console.drawSoon());
    this.#only.addEventListener('change', () => {
      location.hash = hashOf('workers', '', { state: this.#only.value });
    });
    const panel = make('section', { class: 'panel screen' }, form, this.#state);
    panel.append(this.#table.element, this.#more);
    this.element = make('div', { class: 'screen' }, headline('Workers'), panel);
  }

  show({ query }: Route): void {
    const { state = '', type } = query;
    this.#only.value = state in STATES ? state : '';
    if (type !== undefined) this.#text.value = type;
    this.#max = PAGE;
  }

  hide(): void {}

  draw(): void {
    const { live } = this.#console.scene;
    const all = [...live.workers.values()];
    const found = all.filter((worker) => this.#isMeant(worker)).sort(byWorkerName);
    setText(this.#state, this.#words(all.length, found.length));
    this.#table.drawFirst(found, this.#max);
    this.#table.element.hidden = found.length === 0;
    this.#more.hidden = found.length <= this.#max;
  }

  #words(all: number, found: number): string {
    const { figures, workersUnlisted } = this.#console.scene.live;
    if (figures === null) return 'Asking the broker …';
    if (all === 0) return 'No worker is connected. Start one: npx worker --type A';
    const more =
      workersUnlisted === 0
        ? ''
        : `, and ${some(workersUnlisted, 'worker')} besides that are not listed`;
    if (found === 0) return `None of ${some(all, 'worker')} fits.`;
    const shown = found > this.#max ? `, the first ${count(this.#max)} of them here` : '';
    return found === all
      ? `${some(all, 'worker')}${shown}${more}`
      : `${count(found)} of ${some(all, 'worker')}${shown}${more}`;
  }

  #isMeant({ name, key, types, state }: WorkerStatus): boolean {
    if (this.#only.value !== '' && state !== this.#only.value) return false;
    const text = this.#text.value.trim().toLowerCase();
    return text === '' || [name, key, ...types].some((each) => each.toLowerCase().includes(text));
  }

  #showMore(): void {
    this.#max += PAGE;
    this.#console.drawSoon();
  }
}
