import type { Random } from '../random.ts';
import type { Books } from './books.ts';
import type { Mark } from './deeds.ts';
import { type DiskEvent, Op } from './recording.ts';
import type { SimDisk } from './sim-disk.ts';

/** What a cut of the power may have left. */
export interface Cut {
  /** How much had happened. */
  readonly at: number;
  readonly image: ReadonlyMap<string, Buffer>;
}

/** Images before a flush: most is at stake then. */
const BEFORE_FLUSH = 2;
/** Images between two flushes, however much is written between them. */
const BETWEEN_MAX = 12;

/**
 * Cuts of the power while a process writes: before each flush, and after so many of a hundred other things that happen. The
 * books say what was promised at that instant.
 */
export function* cutsOf(
  events: readonly DiskEvent[],
  disk: SimDisk,
  books: Books,
  random: Random,
  percent: number,
): Generator<Cut> {
  let between = 0;
  for (const [at, event] of events.entries()) {
    const isFlush = event.op === Op.FLUSH;
    const chance = between < BETWEEN_MAX && random.below(100) < percent ? 1 : 0;
    between = isFlush ? 0 : between + chance;
    for (let left = isFlush ? BEFORE_FLUSH : chance; left > 0 && disk.isDirty; left -= 1)
      yield { at, image: disk.cut(random) };
    happen(event, disk, books);
  }
}

function happen(event: DiskEvent, disk: SimDisk, books: Books): void {
  if (event.op !== Op.MARK) disk.feed(event);
  else for (const line of linesOf(event)) books.take(JSON.parse(line) as Mark);
}

/** The same as if a process never flushed the files whose name says so. */
export function withoutFlush(
  events: readonly DiskEvent[],
  isMeant: (path: string) => boolean,
): DiskEvent[] {
  const paths = new Map<string, string>();
  return events.filter(({ op, handle, paths: [path] }) => {
    if (op === Op.OPEN) paths.set(handle, path!);
    return op !== Op.FLUSH || !isMeant(paths.get(handle) ?? '');
  });
}

function linesOf({ bytes }: DiskEvent): string[] {
  return bytes.toString().split('\n').slice(0, -1);
}
