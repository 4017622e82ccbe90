import type { TypeStatus } from '../../../src/web.ts';
import { keepChildren, make } from '../dom.ts';
import { choice, labelled } from './fields.ts';
import type { Route } from './route.ts';

const STATES = {
  '': 'any',
  waiting: 'waiting',
  dispatched: 'dispatched',
  done: 'done',
  dead: 'dead letters',
};
const WHEN = {
  '': 'at any time',
  '5m': 'in the last 5 minutes',
  '1h': 'in the last hour',
  '24h': 'in the last day',
  '7d': 'in the last 7 days',
  between: 'between …',
};
const BETWEEN = 'between';

/** Which jobs are looked for: by type, time and perhaps state. What is chosen stands in the address. */
export class FilterView {
  readonly element: HTMLFormElement;
  readonly #state = choice(STATES);
  readonly #type = make('input', { list: 'type-names', placeholder: 'any', autocomplete: 'off' });
  readonly #names = make('datalist', { id: 'type-names' });
  readonly #when = choice(WHEN);
  readonly #since = make('input', { type: 'datetime-local', step: '1' });
  readonly #until = make('input', { type: 'datetime-local', step: '1' });
  readonly #between: readonly HTMLElement[];
  readonly #hasState: boolean;

  constructor(hasState: boolean, onChosen: (query: Record<string, string>) => void) {
    this.#hasState = hasState;
    this.#between = [labelled('From', this.#since), labelled('To', this.#until)];
    const state = hasState ? [labelled('State', this.#state)] : [];
    this.#names.id = `types-of-${hasState ? 'jobs' : 'letters'}`;
    this.#type.setAttribute('list', this.#names.id);
    this.element = make(
      'form',
      { class: 'filter', 'aria-label': 'Filter' },
      ...state,
      labelled('Type', this.#type),
      labelled('Submitted', this.#when),
      ...this.#between,
      this.#names,
    );
    this.element.addEventListener('change', () => {
      this.#drawBetween();
      onChosen(this.#query());
    });
    this.element.addEventListener('submit', (event) => {
      event.preventDefault();
      onChosen(this.#query());
    });
    this.#drawBetween();
  }

  /** Shows what the address says. */
  show({ query }: Route): void {
    const { state = '', type = '', since = '', until = '' } = query;
    this.#state.value = state in STATES ? state : '';
    this.#type.value = type;
    const isSpan = since in WHEN && until === '';
    const isHalfDone = since === '' && until === '' && this.#when.value === BETWEEN;
    if (!isHalfDone) this.#when.value = isSpan ? since : BETWEEN;
    this.#since.value = isSpan ? '' : localOf(since);
    this.#until.value = localOf(until);
    this.#drawBetween();
  }

  /** The names that there are, to choose from. */
  drawTypes(types: readonly TypeStatus[]): void {
    keepChildren(
      this.#names,
      types,
      ({ name }) => name,
      ({ name }) => make('option', { value: name }),
      () => {},
    );
  }

  #query(): Record<string, string> {
    const isBetween = this.#when.value === BETWEEN;
    return {
      ...(this.#hasState && { state: this.#state.value }),
      type: this.#type.value.trim(),
      since: isBetween ? instantOf(this.#since.value) : this.#when.value,
      until: isBetween ? instantOf(this.#until.value) : '',
    };
  }

  #drawBetween(): void {
    for (const each of this.#between) each.hidden = this.#when.value !== BETWEEN;
  }
}

/** What a field for local time holds, as the broker takes it. */
function instantOf(local: string): string {
  return local === '' ? '' : new Date(local).toISOString();
}

function localOf(iso: string): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return '';
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
