import type { Job } from './job.ts';

/** The jobs of one order key in the order of their submits: only the first may go. */
export class KeyLine {
  readonly key: string;
  readonly jobs = new Set<Job>();

  constructor(key: string) {
    this.key = key;
  }

  get head(): Job | null {
    for (const job of this.jobs) return job;
    return null;
  }
}

/** Order keys: the jobs of a key start one at a time; the first holds the key until it has ended. */
export class Keys {
  readonly #lines = new Map<string, KeyLine>();

  /** The job stands in line. */
  join(job: Job, key: string): void {
    let line = this.#lines.get(key);
    if (line === undefined) {
      line = new KeyLine(key);
      this.#lines.set(key, line);
    }
    line.jobs.add(job);
    job.needRare().line = line;
  }

  /** The job holds its key, whoever came before it: an attempt at it was under way. */
  lead(job: Job): void {
    const line = job.rare?.line;
    if (!line || line.head === job) return;
    const others = [...line.jobs].filter((other) => other !== job);
    line.jobs.clear();
    for (const each of [job, ...others]) line.jobs.add(each);
  }

  /** The job has ended; the one that holds the key now because of that, or null. */
  leave(job: Job): Job | null {
    const line = job.rare?.line;
    if (!line) return null;
    const held = line.head === job;
    line.jobs.delete(job);
    job.needRare().line = null;
    if (line.jobs.size === 0) this.#lines.delete(line.key);
    return held ? line.head : null;
  }
}
