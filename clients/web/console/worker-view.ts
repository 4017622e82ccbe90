import {
  durationText,
  type WorkerView as Worker,
  type WorkerStatus,
  workerName,
} from '../../../src/web.ts';
import { button, make, setText } from '../dom.ts';
import { drawState, facts, linkTo, workerChip } from './fields.ts';
import { clock, count, cut, share, some } from './format.ts';
import { LogView } from './log-view.ts';
import { Plot } from './plot.ts';
import { hashOf, type Route } from './route.ts';
import type { Console, View } from './view.ts';
import { Watched } from './watched.ts';
import { stateSentences } from './words.ts';

const EVERY_MS = 1000;

/** The page of one worker: how it is, what it reported, the jobs that are at it. */
export class WorkerView implements View {
  readonly element = make('div', { class: 'screen' });
  readonly #console: Console;
  readonly #seen: Watched<Worker>;
  readonly #heading = make('h1');
  readonly #state = make('p', { class: 'state', role: 'status' });
  readonly #drain: HTMLButtonElement;
  readonly #about = make('section', { class: 'panel', 'aria-label': 'How it is' });
  readonly #load = new Plot('Load, in percent', 'count', ['load']);
  readonly #inflight = new Plot('Jobs at it', 'count', ['in flight']);
  readonly #age = new Plot('Age of its last report', 'ms', ['age']);
  readonly #jobs = make('section', { class: 'panel' });
  readonly #log = new LogView('What happened to it');
  readonly #parts: readonly HTMLElement[];
  #key = '';
  #name = '';

  constructor(console: Console) {
    this.#console = console;
    this.#seen = new Watched(
      () => console.drawSoon(),
      () => EVERY_MS,
    );
    this.#drain = button('Drain this worker', '', () => void this.#giveDrain());
    const plots = [this.#load, this.#inflight, this.#age].map(({ element }) => element);
    const grid = make('section', { class: 'panel plots', 'aria-label': 'Its reports' }, ...plots);
    this.#parts = [this.#about, grid, this.#jobs, this.#log.element];
    const head = make('div', { class: 'headline' }, this.#heading, this.#drain);
    const back = make('p', {}, make('a', { href: hashOf('workers') }, '← All workers'));
    this.element.append(back, head, this.#state, ...this.#parts);
  }

  get title(): string {
    return `Worker ${cut(this.#name)}`;
  }

  show({ id }: Route): void {
    this.#key = id;
    this.#name = id;
    this.#seen.look(`/api/workers/${encodeURIComponent(id)}`);
  }

  hide(): void {
    this.#seen.look(null);
  }

  draw(): void {
    const { live, ghosts } = this.#console.scene;
    const { value, refused } = this.#seen;
    const now = live.workers.get(this.#key);
    const known: WorkerStatus | null = now ?? value ?? ghosts.get(this.#key)?.worker ?? null;
    if (known !== null) this.#name = workerName(known);
    setText(this.#heading, `Worker ${this.#name}`);
    const isGone = now === undefined && refused?.status === 404;
    drawState(this.#state, this.#seen, '');
    if (isGone)
      setText(this.#state, 'It is not there any more. Jobs that it had were given to others.');
    for (const part of this.#parts) part.hidden = value === null;
    this.#drain.hidden = now === undefined || now.state === 'leaving';
    if (value === null) return;
    // The stream is quicker than the page's own question.
    this.#about.replaceChildren(aboutOf({ ...value, ...now }));
    this.#drawPlots(value.history);
    this.#drawJobs(value.jobs);
    this.#log.draw(value.happenings);
  }

  #drawPlots({ at, load, inflight, reportAgeMs }: Worker['history']): void {
    this.#load.draw(at, [{ label: 'load', values: load.map((each) => Math.round(each * 100)) }]);
    this.#inflight.draw(at, [{ label: 'in flight', values: inflight }]);
    this.#age.draw(at, [{ label: 'age', values: reportAgeMs }]);
  }

  #drawJobs(ids: readonly string[]): void {
    const stamp = ids.join('\n');
    if (this.#jobs.dataset.stamp === stamp) return;
    this.#jobs.dataset.stamp = stamp;
    const links = ids.flatMap((id) => [linkTo('jobs', id), ' ']);
    const none = make('p', { class: 'state' }, 'It has no job now.');
    const list = ids.length === 0 ? none : make('p', {}, ...links);
    this.#jobs.replaceChildren(make('h2', {}, `Jobs at it: ${count(ids.length)}`), list);
  }

  async #giveDrain(): Promise<void> {
    const worker = this.#console.scene.live.workers.get(this.#key);
    const has = some(worker?.inflight ?? 0, 'job');
    await this.#console.orders.give({
      title: `Drain worker ${cut(this.#name)}`,
      text: `It takes no more jobs, finishes what it runs, hands back what it has not started, and ends. It has ${has} now.`,
      verb: 'Drain 1 worker',
      path: `/api/workers/${encodeURIComponent(this.#key)}/drain`,
      told: () => `Worker ${cut(this.#name)} was told to finish and leave.`,
    });
  }
}

function aboutOf(worker: Worker): HTMLElement {
  const { state, types, load, inflight, capacity, done, failed, joinedAt, reportAgeMs } = worker;
  const { rank, penalty, dialect, instance } = worker;
  return facts([
    ['State', make('span', {}, workerChip(state), ` ${stateSentences[state]}`)],
    ['Types', types.join(', ')],
    ['Load', share(load)],
    ['In flight', `${count(inflight)} of ${count(capacity)}`],
    ['Done', `${count(done)}, ${count(failed)} of them failed`],
    ['Ahead of it', `${Number(rank.toFixed(3))} of its capacity: the lowest of its type is next`],
    ['Penalty', penalty === 0 ? 'none' : `${Number(penalty.toFixed(3))}, for failures of late`],
    ['Last report', reportAgeMs === null ? 'it never reports' : `${durationText(reportAgeMs)} ago`],
    ['Joined', clock(joinedAt)],
    ['Speaks', dialect],
    ['Instance', instance === '' ? 'none' : instance],
  ]);
}
