import type { Batch } from '../wire/batch.ts';
import { encodeOptions, type Item, textItem, u32Item, u64Item } from '../wire/items.ts';
import { Flag, Tag, Verb } from '../wire/verbs.ts';
import { type Run, RunState } from './run.ts';

/** What a worker says of itself. */
export interface Introduction {
  /** 16 random bytes, drawn once in a worker's life. */
  readonly instance: Uint8Array;
  readonly types: readonly string[];
  readonly capacity: number;
  readonly name?: string | undefined;
  readonly pid?: number | undefined;
  /** Equal only where a process id means the same process. */
  readonly host?: string | undefined;
}

/** The options of READY. */
export function readyOptions(worker: Introduction): Uint8Array {
  const items: Item[] = [[Tag.INSTANCE, worker.instance]];
  if (worker.name) items.push(textItem(Tag.NAME, worker.name));
  if (worker.host !== undefined) items.push(textItem(Tag.HOST, worker.host));
  if (worker.pid !== undefined) items.push(u32Item(Tag.PID, worker.pid));
  for (const type of worker.types) items.push(textItem(Tag.TYPE, type));
  return encodeOptions(items);
}

/** Offers a run to the broker of a new session: with its answer, if it has one. */
export function writeOffer(batch: Batch, run: Run): void {
  const ended = run.state === RunState.ENDED;
  const started = run.state === RunState.RUNNING || run.startAt > 0;
  const flags = ended ? Flag.ENDED | run.answerFlags : started ? Flag.STARTED : 0;
  const options = run.fence === null ? 0 : Flag.OPTIONS;
  batch.begin(Verb.OFFER, flags | options, 0, run.a, run.b);
  batch.u32(run.epoch);
  batch.u32(run.call);
  batch.raw(run.client);
  batch.u32(run.attempt);
  if (run.fence !== null) batch.raw(encodeOptions([u64Item(Tag.FENCE, run.fence)]));
  if (ended) batch.body(run.answer, 0, run.answer.length);
}
