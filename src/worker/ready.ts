import { encodeOptions, type Item, textItem, u32Item } from '../wire/items.ts';
import { Tag } from '../wire/verbs.ts';

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
