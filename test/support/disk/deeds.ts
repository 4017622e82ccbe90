import { Ending } from '../../../src/core/job.ts';
import type { Journal } from '../../../src/core/journal.ts';
import { NO_STORE } from '../../../src/core/kept-store.ts';
import type { Random } from '../random.ts';
import { keptOf, record, type Step } from '../store/histories.ts';
import type { ModelStore } from '../store/model.ts';

/** What a writer does to a job: a step of a history, a submit whose body takes many pages, or the end of all there are. */
export interface Deed {
  readonly what: Step['what'] | 'submit much' | 'end all';
  readonly seed: number;
}

/**
 * What a writer notes before it hands over a commit, when it is told, when it makes a store, and when it has read what is left
 * after a failure: all commits up to `back`.
 */
export type Mark =
  | { readonly handed: number; readonly deeds: readonly Deed[] }
  | { readonly durable: number }
  | { readonly back: number }
  | { readonly keepBytes: number };

const WEIGHTS: readonly [Deed['what'], number][] = [
  ['submit', 6],
  ['attempt', 7],
  ['lose', 3],
  ['end', 7],
  ['revive', 2],
  ['drop', 1],
];
const WHATS = WEIGHTS.flatMap(([what, weight]) => Array<Deed['what']>(weight).fill(what));

/** A submit and so many deeds at random; the times in them rise with `from`. */
export function deedsOf(random: Random, count: number, from: number): Deed[] {
  return Array.from({ length: 1 + count }, (_, i) => {
    const what = i === 0 ? 'submit' : random.pick(WHATS);
    return { what, seed: (from + i) * 1000 + random.below(1000) };
  });
}

/** Records a deed in a journal and in the model. */
export function act({ what, seed }: Deed, journal: Journal, model: ModelStore): void {
  if (what === 'submit much') submitMuch(seed, journal, model);
  else if (what === 'end all') endAll(seed, journal, model);
  else record({ what, seed }, journal, model);
}

function submitMuch(seed: number, journal: Journal, model: ModelStore): void {
  const kept = keptOf(model.highestNumber + 1, seed);
  const body = new Uint8Array(10_000 + (seed % 40_000)).fill(seed & 255);
  journal.submitted(kept, body, 0, body.length);
  model.submitted(kept, body, 0, body.length);
}

function endAll(seed: number, journal: Journal, model: ModelStore): void {
  const answer = new Uint8Array(8).fill(seed & 255);
  for (const { kept, attempts } of model.live())
    for (const each of [journal, model])
      each.ended(kept.number, Ending.OK, attempts, seed, answer, 0, answer.length);
}

/** The same in the model alone. */
export function remember(deed: Deed, model: ModelStore): void {
  act(deed, NO_STORE.journal, model);
}
