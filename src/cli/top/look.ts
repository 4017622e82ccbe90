/** What a person wants to see of the picture, and how keys change it. */

const WORKER_SORTS = ['load', 'name', 'done'] as const;
const TYPE_SORTS = ['name', 'waiting', 'in/s'] as const;

export type WorkerSort = (typeof WORKER_SORTS)[number];
export type TypeSort = (typeof TYPE_SORTS)[number];

export interface Look {
  /** The table that has most of the rows. */
  readonly large: 'both' | 'types' | 'workers';
  readonly workerSort: WorkerSort;
  readonly typeSort: TypeSort;
  /** How many rows of the large table are above what is seen. */
  readonly offset: number;
  readonly isPaused: boolean;
  readonly isHelp: boolean;
}

export const firstLook: Look = {
  large: 'both',
  workerSort: 'load',
  typeSort: 'name',
  offset: 0,
  isPaused: false,
  isHelp: false,
};

/** The keys, for the help. */
export const keyHelp: readonly (readonly [string, string])[] = [
  ['q, Ctrl-C', 'leave'],
  ['t', 'types large, and back'],
  ['w', 'workers large, and back'],
  ['s', 'sort by load, name or done; types by name, waiting, in/s'],
  ['p, space', 'pause the picture, and go on'],
  ['arrows, page up, page down, home', 'scroll the large table'],
  ['?, h', 'this help; any other key ends it'],
];

/** The look after a key; `page` is how many rows the large table shows, `most` the highest offset. */
export function pressed(look: Look, key: string, page: number, most: number): Look {
  if (look.isHelp) return { ...look, isHelp: false };
  switch (key) {
    case 't':
      return { ...look, large: look.large === 'types' ? 'both' : 'types', offset: 0 };
    case 'w':
      return { ...look, large: look.large === 'workers' ? 'both' : 'workers', offset: 0 };
    case 's':
      return sorted(look);
    case 'p':
    case 'space':
      return { ...look, isPaused: !look.isPaused };
    case '?':
    case 'h':
      return { ...look, isHelp: true };
    default:
      return { ...look, offset: scrolled(look.offset, key, page, most) };
  }
}

function sorted(look: Look): Look {
  if (look.large === 'types')
    return { ...look, offset: 0, typeSort: next(TYPE_SORTS, look.typeSort) };
  return { ...look, offset: 0, workerSort: next(WORKER_SORTS, look.workerSort) };
}

function next<T>(all: readonly T[], one: T): T {
  return all[(all.indexOf(one) + 1) % all.length] ?? one;
}

function scrolled(offset: number, key: string, page: number, most: number): number {
  const steps: Record<string, number> = { up: -1, down: 1, pageup: -page, pagedown: page };
  if (key === 'home') return 0;
  return Math.max(0, Math.min(most, Math.min(most, offset) + (steps[key] ?? 0)));
}
