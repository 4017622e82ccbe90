import type { TypeState, TypeStatus } from '../../../src/web.ts';
import { durationText, rateText } from '../../../src/web.ts';
import { button, make, setText } from '../dom.ts';
import { chip, headline } from './fields.ts';
import { count, cut, some } from './format.ts';
import { hashOf } from './route.ts';
import { type Column, Table } from './table.ts';
import type { Console, View } from './view.ts';

type Act = 'pause' | 'resume' | 'drain';

/** All types: what waits, who does it, how fast; each can be paused, resumed and drained. */
export class TypesView implements View {
  readonly element: HTMLElement;
  readonly #console: Console;
  readonly #table: Table<TypeStatus>;
  readonly #state = make('p', { class: 'state' });

  constructor(console: Console) {
    this.#console = console;
    this.#table = new Table(
      'Types',
      this.#columns(),
      ({ name }) => name,
      () => console.drawSoon(),
    );
    const panel = make('section', { class: 'panel' }, this.#state, this.#table.element);
    this.element = make('div', { class: 'screen' }, headline('Types'), panel);
  }

  show(): void {}

  hide(): void {}

  draw(): void {
    const { live } = this.#console.scene;
    const none =
      'No type is known yet: the first worker or the first job brings it. Try: npx worker --type A';
    setText(
      this.#state,
      live.types.length > 0 ? '' : live.figures === null ? 'Asking the broker …' : none,
    );
    this.#table.element.hidden = live.types.length === 0;
    this.#table.draw(live.types);
  }

  #columns(): Column<TypeStatus>[] {
    const { scene } = this.#console;
    const rate = (name: string, of: 'submitted' | 'answered' | 'lost') =>
      scene.live.rate(scene.wall(performance.now()), name)?.[of] ?? 0;
    const perSecond = (
      title: string,
      of: 'submitted' | 'answered' | 'lost',
    ): Column<TypeStatus> => ({
      title,
      kind: 'number',
      text: ({ name }) => rateText(rate(name, of)),
      sort: ({ name }) => rate(name, of),
    });
    const number = (title: string, of: 'waiting' | 'dispatched' | 'dead'): Column<TypeStatus> => ({
      title,
      kind: 'number',
      text: (type) => count(type[of]),
      sort: (type) => type[of],
    });
    return [
      {
        title: 'Type',
        kind: 'long',
        stamp: ({ name }) => name,
        make: nameOf,
        sort: ({ name }) => name,
      },
      { title: 'State', stamp: stateStamp, make: stateChip },
      number('Waiting', 'waiting'),
      {
        title: 'Oldest',
        kind: 'number',
        text: ({ oldestMs }) => (oldestMs === 0 ? '–' : durationText(oldestMs)),
        sort: ({ oldestMs }) => oldestMs,
      },
      number('At workers', 'dispatched'),
      {
        title: 'Workers',
        kind: 'long',
        text: (type) => this.#workers(type),
        sort: ({ workers }) => workers,
      },
      perSecond('Submitted/s', 'submitted'),
      perSecond('Answered/s', 'answered'),
      perSecond('Lost/s', 'lost'),
      number('Dead', 'dead'),
      {
        title: 'Change',
        kind: 'acts',
        stamp: ({ state, name }) => `${state} ${name}`,
        make: (type) => this.#acts(type),
      },
    ];
  }

  #workers({ name, workers }: TypeStatus): string {
    if (workers === 0) return 'none';
    const states = Object.entries(this.#console.scene.live.statesOf(name));
    const others = states.filter(([state, many]) => state !== 'alive' && many > 0);
    return [count(workers), ...others.map(([state, many]) => `${many} ${state}`)].join(', ');
  }

  #acts({ name, state }: TypeStatus): HTMLElement {
    const acts: Act[] = state === 'open' ? ['pause', 'drain'] : ['resume'];
    const buttons = acts.map((act) => {
      const made = button(WORDS[act].verb, '', () => void this.#give(act, name));
      made.setAttribute('aria-label', `${WORDS[act].verb} type ${name}`);
      return made;
    });
    return make('span', {}, ...buttons);
  }

  async #give(act: Act, name: string): Promise<void> {
    const { verb, text, done } = WORDS[act];
    const type = this.#console.scene.live.types.find((each) => each.name === name);
    const waiting = type?.waiting ?? 0;
    await this.#console.orders.give({
      title: `${verb} type ${cut(name)}`,
      text: `${text} ${waiting === 0 ? 'No job of it waits now.' : `${some(waiting, 'job')} of it wait${waiting === 1 ? 's' : ''} now.`}`,
      verb: `${verb} ${cut(name)}`,
      path: `/api/types/${encodeURIComponent(name)}/${act}`,
      told: () => `Type ${cut(name)} ${done}.`,
    });
  }
}

const WORDS: Readonly<Record<Act, { verb: string; text: string; done: string }>> = {
  pause: {
    verb: 'Pause',
    text: 'New jobs are taken and wait; none is dispatched until the type is resumed. What workers have goes on.',
    done: 'is paused',
  },
  resume: { verb: 'Resume', text: 'Its jobs are taken and dispatched again.', done: 'goes on' },
  drain: {
    verb: 'Drain',
    text: 'What waits is still done, new jobs are refused, until the type is resumed.',
    done: 'is draining',
  },
};

function nameOf({ name }: TypeStatus): HTMLElement {
  const link = make('a', { href: hashOf('jobs', '', { type: name }) }, cut(name));
  link.title = `jobs of type ${name}`;
  return link;
}

function stateStamp({ state, waiting, workers }: TypeStatus): string {
  return waiting > 0 && workers === 0 ? `${state} helpless` : state;
}

function stateChip(type: TypeStatus): HTMLElement {
  const tones: Readonly<Record<TypeState, 'good' | 'warning'>> = {
    open: 'good',
    paused: 'warning',
    draining: 'warning',
  };
  if (stateStamp(type) === 'open helpless') return chip('no worker', 'bad');
  return chip(type.state, tones[type.state]);
}
