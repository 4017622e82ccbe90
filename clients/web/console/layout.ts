/** Where everything stands in the picture. */

export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** What is to be placed: types, and the workers that stand beside each. */
export interface Group {
  readonly type: string;
  /** Keys. */
  readonly workers: readonly string[];
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Workers are cells without a name. */
  readonly isCompact: boolean;
  /** Half the width of a type's box. */
  readonly typeHalf: number;
  readonly clients: Spot;
  readonly broker: Spot;
  readonly types: ReadonlyMap<string, Spot>;
  readonly workers: ReadonlyMap<string, Spot>;
}

/** More workers than these are drawn as cells. */
const SHAPES_MAX = 40;
const NARROW = 640;
const SHAPE = { width: 68, height: 76 } as const;
const SHAPE_WIDTH_MAX = 180;
const CELL = 14;
const ROW_MIN = 64;
const GAP = 14;
const HEIGHT_MIN = 220;
const HEAD_NARROW = 96;

/** Places them in a picture of that width. */
export function layoutOf(width: number, groups: readonly Group[]): Layout {
  const isNarrow = width < NARROW;
  const workers = new Map<string, Spot>();
  const types = new Map<string, Spot>();
  const total = groups.reduce((sum, group) => sum + group.workers.length, 0);
  const isCompact = total > SHAPES_MAX;
  const typeHalf = isNarrow ? 46 : 70;
  const typeX = isNarrow ? typeHalf + 2 : Math.round(width * 0.44);
  const left = typeX + typeHalf + (isNarrow ? 22 : 64);
  const most = Math.max(1, ...groups.map((group) => group.workers.length));
  const cell = isCompact ? { width: CELL, height: CELL } : shapeOf((width - left) / most);
  const columns = Math.max(1, Math.floor((width - left) / cell.width));
  let top = isNarrow ? HEAD_NARROW : GAP;
  for (const { type, workers: keys } of groups) {
    const rows = Math.ceil(keys.length / columns);
    const height = Math.max(ROW_MIN, rows * cell.height);
    types.set(type, { x: typeX, y: top + height / 2 });
    const first = top + (height - rows * cell.height) / 2 + cell.height / 2;
    keys.forEach((key, i) => {
      const x = left + ((i % columns) + 0.5) * cell.width;
      workers.set(key, { x, y: first + Math.floor(i / columns) * cell.height });
    });
    top += height + GAP;
  }
  const height = Math.max(isNarrow ? 0 : HEIGHT_MIN, top);
  const shift = isNarrow ? 0 : (height - top) / 2;
  const middle = isNarrow ? HEAD_NARROW / 2 - 6 : Math.min(height / 2, 240);
  return {
    width,
    height,
    isCompact,
    typeHalf,
    clients: { x: isNarrow ? width - 50 : 50, y: middle },
    broker: { x: isNarrow ? typeX : Math.round(width * 0.22), y: middle },
    types: shifted(types, shift),
    workers: shifted(workers, shift),
  };
}

function shifted(spots: ReadonlyMap<string, Spot>, by: number): ReadonlyMap<string, Spot> {
  return new Map([...spots].map(([key, { x, y }]) => [key, { x, y: y + by }]));
}

/** A shape is given some air where there is some. */
function shapeOf(width: number): { readonly width: number; readonly height: number } {
  return { ...SHAPE, width: Math.min(SHAPE_WIDTH_MAX, Math.max(SHAPE.width, width)) };
}
