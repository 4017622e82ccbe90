import { type Labels, type Page, series } from './page.ts';
import { type Counted, histogramSeries, Reading, writeHistogram } from './reading.ts';
import type { MetricName } from './table.ts';

/** One of a group, with its labels and with what stands in front of its values, made when it is first shown. */
export class Member<M> {
  readonly of: M;
  readonly labels: Labels;
  /** By metric, in the order in which these were made. */
  readonly series: (readonly Buffer[] | undefined)[] = [];

  constructor(of: M, labels: Labels) {
    this.of = of;
    this.labels = labels;
  }
}

/** Makes metrics that have the same lines for each member of a group, every type or every worker. */
export class Members<M> {
  readonly #all: () => Iterable<Member<M>>;
  #metrics = 0;

  constructor(all: () => Iterable<Member<M>>) {
    this.#all = all;
  }

  /** One line for each member. */
  single(name: MetricName, value: (member: M) => number): Reading {
    return this.#reading(
      name,
      (labels) => [series(name, labels)],
      (page, [own], member) => page.line(own!, value(member)),
    );
  }

  /** A line for each value of another label; `read` gives the numbers in the order of these. */
  each(
    name: MetricName,
    label: string,
    values: readonly string[],
    read: (member: M, numbers: number[]) => void,
  ): Reading {
    const numbers = values.map(() => 0);
    return this.#reading(
      name,
      (labels) => values.map((value) => series(name, { ...labels, [label]: value })),
      (page, own, member) => {
        numbers.fill(0);
        read(member, numbers);
        for (let at = 0; at < own.length; at++) page.line(own[at]!, numbers[at]!);
      },
    );
  }

  histogram(name: MetricName, counted: (member: M) => Counted): Reading {
    return this.#reading(
      name,
      (labels) => histogramSeries(name, labels),
      (page, own, member) => writeHistogram(page, own, counted(member)),
    );
  }

  #reading(
    name: MetricName,
    make: (labels: Labels) => readonly Buffer[],
    write: (page: Page, own: readonly Buffer[], member: M) => void,
  ): Reading {
    const index = this.#metrics++;
    return new Reading(name, (page) => {
      for (const member of this.#all()) {
        member.series[index] ??= make(member.labels);
        write(page, member.series[index], member.of);
      }
    });
  }
}
