import {
  type Candidate,
  type DispatchView,
  durationText,
  type Inability,
} from '../../../src/web.ts';
import { make } from '../dom.ts';
import { count, instant, share } from './format.ts';
import { type Column, Table } from './table.ts';
import { inabilityWords } from './words.ts';

interface Row extends Candidate {
  readonly isTaken: boolean;
}

const COLUMNS: readonly Column<Row>[] = [
  {
    title: 'Worker',
    kind: 'long',
    text: ({ worker, isTaken }) => (isTaken ? `${worker} ← taken` : worker),
  },
  { title: 'Ahead of it', kind: 'number', text: ({ rank }) => rankText(rank) },
  {
    title: 'In flight',
    kind: 'number',
    text: ({ inflight, capacity }) => `${inflight} of ${capacity}`,
  },
  {
    title: 'Load',
    kind: 'number',
    text: ({ load }) => (load === null ? 'not reported' : share(load)),
  },
  {
    title: 'Penalty',
    kind: 'number',
    text: ({ penalty }) => (penalty === 0 ? 'none' : rankText(penalty)),
  },
];

/** Why the attempts at a job went where they went. */
export class WhyView {
  readonly element = make('section', { class: 'panel screen' });
  #drawn = '';

  draw(dispatches: readonly DispatchView[], attempts: number): void {
    const stamp = JSON.stringify([dispatches, attempts === 0]);
    if (stamp === this.#drawn) return;
    this.#drawn = stamp;
    const title = make('h2', {}, 'Why it went where it went');
    const none =
      attempts === 0
        ? 'It has not gone to any worker yet.'
        : 'It is kept for a sample of jobs and for every job that had more than one attempt; not for this one.';
    const parts = dispatches.map(partOf);
    this.element.replaceChildren(
      title,
      ...(parts.length === 0 ? [make('p', { class: 'state' }, none)] : parts),
    );
  }
}

function partOf(dispatch: DispatchView): HTMLElement {
  const { attempt, at, worker, rank, candidates, candidatesAt } = dispatch;
  const now = Date.now();
  const first = `Attempt ${attempt} went to ${worker} at ${instant(at, now)}, with ${rankText(rank)} of its capacity ahead of it.`;
  const part = make('div', {}, make('p', {}, first, ...remarks(dispatch)));
  if (candidates === null || candidates.length === 0) return part;
  const label = `Candidates for attempt ${attempt}`;
  const table = new Table<Row>(
    label,
    COLUMNS,
    ({ worker: name, rank: place }) => `${place} ${name}`,
  );
  table.draw(candidates.map((each) => ({ ...each, isTaken: each.worker === worker })));
  const seen = `The freest of its type as they were at ${instant(candidatesAt, now)}, the freest first:`;
  part.append(make('p', { class: 'soft' }, seen), table.element);
  return part;
}

function remarks({ alone, avoided, unable }: DispatchView): string[] {
  const said: string[] = [];
  if (alone) said.push(' It was to be alone at its worker, because workers had died with it.');
  if (avoided !== null) said.push(` ${avoided} had just lost it, and was left out.`);
  const words = Object.entries(unable)
    .filter(([, workers]) => workers > 0)
    .map(([why, workers]) => `${count(workers)} ${inabilityWords[why as Inability]}`);
  if (words.length > 0) said.push(` Workers that could take none: ${words.join(', ')}.`);
  return said;
}

/** In units of a worker's capacity. */
function rankText(rank: number): string {
  return String(Number(rank.toFixed(3)));
}

/** How long, for who reads it between two events. */
export function afterText(ms: number | null): string {
  return ms === null ? '' : `after ${durationText(ms)}`;
}
