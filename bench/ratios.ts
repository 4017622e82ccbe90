/** What pairs of runs that took turns have to say. */

import { median } from './measurement.ts';

export interface Ratios {
  /** The median of the ratios of the pairs. */
  readonly ratio: number;
  readonly range: readonly [lowest: number, highest: number];
  /** For people: the range, and the medians of both sides. */
  readonly remark: string;
}

/** Compares rates, or whatever else is `unit`, with those they were measured in turn with. */
export function ratiosOf(
  ours: readonly number[],
  theirs: readonly number[],
  unit = 'jobs/s',
): Ratios {
  const ratios = ours.map((value, run) => value / theirs[run]!);
  const range = [Math.min(...ratios), Math.max(...ratios)] as const;
  const remark =
    `range ${range.map((ratio) => ratio.toFixed(2)).join('–')}; ` +
    `${unit} ${shown(ours)} against ${shown(theirs)}`;
  return { ratio: median(ratios), range, remark };
}

function shown(values: readonly number[]): string {
  const middle = median(values);
  return middle >= 100 ? Math.round(middle).toLocaleString('en') : middle.toFixed(2);
}
