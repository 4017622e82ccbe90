import type { JobLine, JobPage } from '../../../src/web.ts';
import { ask } from './ask.ts';

/** A list that comes in pages: those that have been asked for after the first. */
export class MorePages {
  /** Null while no page after the first was asked for. */
  #next: string | null = null;
  #jobs: readonly JobLine[] = [];
  #isAny = false;

  /** The list is another. */
  clear(): void {
    this.#next = null;
    this.#jobs = [];
    this.#isAny = false;
  }

  /** The jobs of the first page and of those after it. */
  after(first: JobPage | null): readonly JobLine[] {
    if (first === null) return [];
    if (!this.#isAny) return first.jobs;
    const known = new Set(first.jobs.map(({ id }) => id));
    return [...first.jobs, ...this.#jobs.filter(({ id }) => !known.has(id))];
  }

  /** What the page after all of them is asked for with; null when there is none. */
  next(first: JobPage | null): string | null {
    return this.#isAny ? this.#next : (first?.next ?? null);
  }

  /** Asks for one more; throws Refused. */
  async more(first: JobPage | null, pathOf: (after: string) => string): Promise<void> {
    const after = this.next(first);
    if (after === null) return;
    const page = await ask<JobPage>(pathOf(after));
    this.#jobs = [...this.#jobs, ...page.jobs];
    this.#next = page.next;
    this.#isAny = true;
  }
}
