import { Histogram } from '../../core/histogram.ts';
import { type Labels, type Page, pairs } from './page.ts';
import { boundName, type Counted, Reading } from './reading.ts';
import type { MetricName } from './table.ts';

/** One of a group, with its labels, as they stand in each of its lines. */
export class Member<M> {
  readonly of: M;
  readonly labels: Labels;
  readonly own: Buffer;

  constructor(of: M, labels: Labels) {
    this.of = of;
    this.labels = labels;
    this.own = Buffer.from(pairs(labels));
  }
}

/** What stands in a line in front of the labels of a member, and behind them. */
interface Frame {
  readonly head: Buffer;
  readonly tail: Buffer;
}

/** Gives the numbers of a member, one for each line. */
type Read<M> = (member: M, numbers: number[]) => void;

/** Makes metrics that have the same lines for each member of a group, every type or every worker. */
export class Members<M> {
  readonly #all: () => Iterable<Member<M>>;

  constructor(all: () => Iterable<Member<M>>) {
    this.#all = all;
  }

  /** One line for each member. */
  single(name: MetricName, value: (member: M) => number): Reading {
    const { head, tail } = frame(name, {});
    return new Reading(name, (page) => {
      for (const { of, own } of this.#all()) page.framed(head, own, tail, value(of));
    });
  }

  /** A line for each value of another label, in the order of these. */
  each(name: MetricName, label: string, values: readonly string[], read: Read<M>): Reading {
    const frames = values.map((value) => frame(name, { [label]: value }));
    return this.#reading(name, frames, read);
  }

  histogram(name: MetricName, counted: (member: M) => Counted): Reading {
    const buckets = new Histogram().counts.map((_, at) => {
      return frame(`${name}_bucket`, { le: boundName(at) });
    });
    const frames = [...buckets, frame(`${name}_sum`, {}), frame(`${name}_count`, {})];
    return this.#reading(name, frames, (member, numbers) =>
      readHistogram(counted(member), numbers),
    );
  }

  #reading(name: MetricName, frames: readonly Frame[], read: Read<M>): Reading {
    const numbers = frames.map(() => 0);
    return new Reading(name, (page) => {
      for (const { of, own } of this.#all()) {
        numbers.fill(0);
        read(of, numbers);
        writeAll(page, frames, own, numbers);
      }
    });
  }
}

function writeAll(page: Page, frames: readonly Frame[], own: Buffer, numbers: number[]): void {
  for (let at = 0; at < frames.length; at++) {
    const { head, tail } = frames[at]!;
    page.framed(head, own, tail, numbers[at]!);
  }
}

function frame(name: string, more: Labels): Frame {
  const text = pairs(more);
  return { head: Buffer.from(`${name}{`), tail: Buffer.from(text === '' ? '} ' : `,${text}} `) };
}

/** The buckets, each with all that is below it, the sum in seconds and the count. */
function readHistogram({ counts, sum, count }: Counted, numbers: number[]): void {
  let below = 0;
  for (let at = 0; at < counts.length; at++) {
    below += counts[at]!;
    numbers[at] = below;
  }
  numbers[counts.length] = sum / 10_000;
  numbers[counts.length + 1] = count;
}
