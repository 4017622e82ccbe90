/** What every measurement is given and what it gives back. */

import type { Children } from './children.ts';

export interface Bench {
  /** Runs of each kind whose median counts. */
  readonly runs: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  /** How many jobs a million are: fewer for a try. */
  readonly jobs: number;
  /** The directory in which stores are made: its disk is what is measured. */
  readonly data: string;
  readonly children: Children;
  /** Says what is going on, for people who wait. */
  note(text: string): void;
}

export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The bound that must be kept, and the one that is wished for; absent for what is only stated. */
  readonly required?: number;
  readonly aim?: number;
  /** Which side of the bounds is the good one. */
  readonly good?: 'high' | 'low';
  /** For people, beside the value. */
  readonly remark?: string;
  /** Everything the value was made of. */
  readonly detail?: object;
}

/** One file a measurement: its name on the command line, and the rows it prints. */
export interface Measurement {
  readonly name: string;
  readonly about: string;
  run(bench: Bench): Promise<Row[]>;
}

/** The middle of the values, for an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
