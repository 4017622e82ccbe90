import type { JobView as Job } from '../../../src/web.ts';
import { button, make, setText } from '../dom.ts';
import { BytesView } from './bytes-view.ts';
import { chip, drawState, facts, jobChip, linkTo } from './fields.ts';
import { count, cut, instant } from './format.ts';
import { type LifeEvent, lifeOf } from './life.ts';
import { hashOf, type Route } from './route.ts';
import type { Console, View } from './view.ts';
import { Watched } from './watched.ts';
import { afterText, WhyView } from './why-view.ts';

const OPEN_EVERY_MS = 1000;
const ENDED_EVERY_MS = 10_000;

/** The page of one job: its life, why it went where it went, its body and its answer. */
export class JobView implements View {
  readonly element = make('div', { class: 'screen' });
  readonly #console: Console;
  readonly #job: Watched<Job>;
  readonly #heading = make('h1');
  readonly #state = make('p', { class: 'state', role: 'status' });
  readonly #cancel: HTMLButtonElement;
  readonly #about = make('section', { class: 'panel', 'aria-label': 'What it is' });
  readonly #life = make('ol', { class: 'life' });
  readonly #why = new WhyView();
  readonly #body: BytesView;
  readonly #answer: BytesView;
  readonly #parts: readonly HTMLElement[];
  #id = '';
  #drawn: Job | null = null;

  constructor(console: Console) {
    this.#console = console;
    const everyMs = (job: Job | null) => (isOpen(job) ? OPEN_EVERY_MS : ENDED_EVERY_MS);
    this.#job = new Watched(() => console.drawSoon(), everyMs);
    this.#cancel = button('Cancel this job', '', () => void this.#giveCancel());
    const href = (what: string) => `/api/jobs/${encodeURIComponent(this.#id)}/${what}`;
    this.#body = new BytesView('Body', 'The body is not kept once a job has ended.', () =>
      href('body'),
    );
    this.#answer = new BytesView('Answer', 'There is no answer yet, or none was kept.', () =>
      href('answer'),
    );
    const life = make('section', { class: 'panel' }, make('h2', {}, 'Its life'), this.#life);
    this.#parts = [this.#about, life, this.#why.element, this.#body.element, this.#answer.element];
    const head = make('div', { class: 'headline' }, this.#heading, this.#cancel);
    const back = make('p', {}, make('a', { href: hashOf('jobs') }, '← All jobs'));
    this.element.append(back, head, this.#state, ...this.#parts);
  }

  get title(): string {
    return `Job ${cut(this.#id)}`;
  }

  show({ id }: Route): void {
    this.#id = id;
    this.#drawn = null;
    setText(this.#heading, `Job ${id}`);
    this.#job.look(`/api/jobs/${encodeURIComponent(id)}`);
  }

  hide(): void {
    this.#job.look(null);
  }

  draw(): void {
    const { value } = this.#job;
    drawState(this.#state, this.#job, '');
    for (const part of this.#parts) part.hidden = value === null;
    this.#cancel.hidden = !isOpen(value);
    if (value === null || value === this.#drawn) return;
    this.#drawn = value;
    this.#about.replaceChildren(aboutOf(value));
    const events = lifeOf(value);
    const stamp = JSON.stringify(events);
    if (this.#life.dataset.stamp !== stamp) this.#life.replaceChildren(...events.map(eventOf));
    this.#life.dataset.stamp = stamp;
    this.#why.draw(value.dispatches, value.attempts);
    this.#body.draw(value.body);
    this.#answer.draw(value.answer);
  }

  async #giveCancel(): Promise<void> {
    const id = this.#id;
    const done = await this.#console.orders.give({
      title: `Cancel job ${cut(id)}`,
      text: 'It is not done any more; a worker that has it is told to stop. This cannot be undone.',
      verb: 'Cancel 1 job',
      isGrave: true,
      path: `/api/jobs/${encodeURIComponent(id)}/cancel`,
      told: () => `Job ${cut(id)} is cancelled.`,
    });
    if (done) this.#job.again();
  }
}

function isOpen(job: Job | null): boolean {
  return job?.state === 'waiting' || job?.state === 'dispatched';
}

function aboutOf(job: Job): HTMLElement {
  const { type, level, worker, submittedAt, endedAt, attempts, number } = job;
  const now = Date.now();
  return facts([
    ['State', jobChip(job)],
    ['Type', type],
    ['Level', level === 'disk' ? 'disk: it outlives the broker' : 'memory'],
    ['Attempts', count(attempts)],
    ['Submitted', instant(submittedAt, now)],
    ...(endedAt === null ? [] : [['Ended', instant(endedAt, now)] as const]),
    ...(worker === null ? [] : [['At worker', worker] as const]),
    ...(number === null ? [] : [['Number', count(number)] as const]),
    ...(job.state === 'dead'
      ? [['Dead letter', linkTo('dead', '', 'retry or drop it')] as const]
      : []),
  ]);
}

function eventOf({ kind, at, sentence, detail, afterMs }: LifeEvent): HTMLElement {
  const time = at === null ? [] : [make('time', { datetime: at }, instant(at, Date.now())), ' '];
  const after = make('span', { class: 'after' }, ` ${afterText(afterMs)}`);
  const line = make('li', { 'data-kind': kind }, ...time, sentence, after);
  if (detail !== '') line.append(make('div', { class: 'detail' }, detail));
  if (kind === 'dead') line.append(' ', chip('dead', 'bad'));
  return line;
}
