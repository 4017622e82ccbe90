import type { Batch } from '../wire/batch.ts';
import { encodeOptions, type Item, u32Item, u64Item } from '../wire/items.ts';
import { Flag, Tag, Verb } from '../wire/verbs.ts';
import { type Run, RunState } from './run.ts';

/** Says how a run has ended. */
export function writeAnswer(batch: Batch, run: Run): void {
  const { answer, publishedBytes } = run;
  const options = publishedBytes > 0 ? Flag.OPTIONS : 0;
  batch.begin(Verb.ANSWER, run.answerFlags | options, 0, run.a, run.b);
  if (publishedBytes > 0) batch.raw(encodeOptions([u32Item(Tag.PUBLISHED, publishedBytes)]));
  batch.body(answer, 0, answer.length);
}

/** Offers a run to the broker of a new session: with its answer, if it has one. */
export function writeOffer(batch: Batch, run: Run): void {
  const ended = run.state === RunState.ENDED;
  const started = run.state === RunState.RUNNING || run.startAt > 0;
  const flags = ended ? Flag.ENDED | run.answerFlags : started ? Flag.STARTED : 0;
  const items = itemsOf(run);
  batch.begin(Verb.OFFER, flags | (items.length > 0 ? Flag.OPTIONS : 0), 0, run.a, run.b);
  batch.u32(run.epoch);
  batch.u32(run.call);
  batch.raw(run.client);
  batch.u32(run.attempt);
  if (items.length > 0) batch.raw(encodeOptions(items));
  if (ended) batch.body(run.answer, 0, run.answer.length);
}

function itemsOf({ fence, publishedBytes }: Run): Item[] {
  const items: Item[] = [];
  if (fence !== null) items.push(u64Item(Tag.FENCE, fence));
  if (publishedBytes > 0) items.push(u32Item(Tag.PUBLISHED, publishedBytes));
  return items;
}
