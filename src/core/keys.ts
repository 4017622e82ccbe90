import type { Job } from './job.ts';
import type { State } from './state.ts';
import { UntilDurable } from './until-durable.ts';

/** The jobs of one order key in the order of their submits: only the first may go. */
export class KeyLine {
  readonly key: string;
  readonly jobs = new Set<Job>();
  /** Jobs of it are to be read again from the store: until then nobody takes the key. */
  shut = false;
  /** While it is shut: who held the key before, and does still; null for nobody. */
  holder: Job | null = null;

  constructor(key: string) {
    this.key = key;
  }

  get head(): Job | null {
    if (this.shut) return this.holder;
    for (const job of this.jobs) return job;
    return null;
  }
}

/** Order keys: the jobs of a key start one at a time; the first holds the key until it has ended. */
export class Keys {
  readonly #lines = new Map<string, KeyLine>();
  readonly #shut = new Set<KeyLine>();
  readonly #state: State;
  /** Keys that durable jobs have left: a store that fails may not have their ends. */
  readonly #left: UntilDurable<string>;

  constructor(state: State) {
    this.#state = state;
    this.#left = new UntilDurable(state);
  }

  /** The job stands in line. */
  join(job: Job, key: string): void {
    const line = this.#lineOf(key);
    line.jobs.add(job);
    job.needRare().line = line;
  }

  /** The job holds its key, whoever came before it. */
  lead(job: Job): void {
    const line = job.rare?.line;
    if (!line || line.head === job) return;
    const others = [...line.jobs].filter((other) => other !== job);
    arrange(line, [job, ...others]);
  }

  /** The job is dropped to be read again from the store: who stands behind it does not go before. */
  shut(job: Job): void {
    if (job.rare?.line) this.#shutLine(job.rare.line);
  }

  /** The store has failed: jobs whose ends it may not have are going to be read again, too. Those that had their keys since. */
  shutLeft(): Job[] {
    const heads: Job[] = [];
    for (const key of this.#left.take()) {
      const line = this.#lineOf(key);
      if (line.head !== null) heads.push(line.head);
      this.#shutLine(line);
      line.holder = null;
    }
    return heads;
  }

  /** All have been read: in the order of their submits, behind the one that is under way. The first of each line. */
  open(): Job[] {
    const heads: Job[] = [];
    for (const line of this.#shut) {
      const { holder } = line;
      line.shut = false;
      line.holder = null;
      arrange(line, [...line.jobs].sort(wasBefore));
      if (holder !== null) this.lead(holder);
      if (line.jobs.size === 0) this.#lines.delete(line.key);
      else heads.push(line.head!);
    }
    this.#shut.clear();
    return heads;
  }

  /** The job has ended; the one that holds the key now because of that, or null. */
  leave(job: Job): Job | null {
    const line = job.rare?.line;
    if (!line) return null;
    if (job.keep?.durable) this.#left.add(line.key, this.#state.recorded);
    const held = line.head === job;
    line.jobs.delete(job);
    if (line.holder === job) line.holder = null;
    job.needRare().line = null;
    if (line.jobs.size === 0 && !line.shut) this.#lines.delete(line.key);
    return held ? line.head : null;
  }

  #shutLine(line: KeyLine): void {
    if (!line.shut) line.holder = line.head;
    line.shut = true;
    this.#shut.add(line);
  }

  #lineOf(key: string): KeyLine {
    let line = this.#lines.get(key);
    if (line === undefined) {
      line = new KeyLine(key);
      this.#lines.set(key, line);
    }
    return line;
  }
}

function arrange(line: KeyLine, jobs: readonly Job[]): void {
  line.jobs.clear();
  for (const job of jobs) line.jobs.add(job);
}

function wasBefore(x: Job, y: Job): number {
  return Number(isUnderWay(y)) - Number(isUnderWay(x)) || x.keep!.kept.number - y.keep!.kept.number;
}

/** Whether an attempt is, or was when the store failed. */
function isUnderWay(job: Job): boolean {
  return job.keep!.fence > 0;
}
