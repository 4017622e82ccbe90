import type { Broker } from '../../core/broker.ts';
import type { Place } from '../../core/inventory.ts';
import type { Job } from '../../core/job.ts';
import { isDurable } from '../../core/keep.ts';
import { type FoundJob, type JobFilter, PAGE_BYTES_MAX, type Store } from '../../store/store.ts';
import type { JobLine, JobPage, JobView } from '../../view/jobs.ts';
import { lineOfKnown, lineOfStored } from './job-line.ts';
import type { JobsMeant, PageAsked } from './job-query.ts';
import { bodyOf, viewOfKnown, viewOfStored } from './job-view.ts';
import { lifeLines, viewOfLife } from './life-view.ts';

export type { JobsMeant } from './job-query.ts';

/** A dead letter, with its body. */
export type Letter = Extract<FoundJob, { body: Uint8Array }>;

/** Places among open jobs that are looked at before others have their turn. */
const PLACES = 5000;
/** A head and its texts are no more than this. */
const HEAD_BYTES = 1024;
const START: Place = { client: 0, at: 0 };

/**
 * Jobs as they are seen from outside: durable ones in the store's table, first, and behind them the open ones at level memory,
 * which only the core knows.
 */
export class JobsSeen {
  readonly #broker: Broker;
  readonly #store: Store;
  readonly #now: () => number;

  constructor(broker: Broker, store: Store, now: () => number) {
    this.#broker = broker;
    this.#store = store;
    this.#now = now;
  }

  get hasStore(): boolean {
    return this.#broker.state.storeRefusal !== 'NO_STORE';
  }

  /** The wall-clock time. */
  wall(): number {
    return this.#broker.state.wallAt(this.#now());
  }

  /** What the store has under an id. */
  async find(id: string): Promise<FoundJob | null> {
    return this.hasStore ? this.#store.find(id) : null;
  }

  /** The whole life of a job, or null when nobody knows it. */
  async show(id: string): Promise<JobView | null> {
    const first = this.#broker.inventory.find(id);
    const found = first === null || isDurable(first) ? await this.find(id) : null;
    const now = this.#now();
    if (found !== null) return viewOfStored(now, this.#broker, found);
    const job = this.#broker.inventory.find(id);
    if (job !== null) return viewOfKnown(now, this.#broker, job);
    const life = this.#broker.lives.find(id);
    return life === null ? null : viewOfLife(life);
  }

  /** Jobs that were seen of late: a sample, and all that were lost once. */
  lives(limit: number): JobLine[] {
    return lifeLines(this.#now(), this.#broker, limit);
  }

  /** All bytes of a job's body or answer, or null when nobody has them. */
  async bytes(id: string, which: 'body' | 'answer'): Promise<Uint8Array | null> {
    const job = this.#broker.inventory.find(id);
    if (job !== null && !isDurable(job)) {
      const { slab, offset, length } = job;
      return job.open === (which === 'body') ? slab.bytes.slice(offset, offset + length) : null;
    }
    const found = await this.find(id);
    if (found === null) return null;
    if (which === 'answer') return 'ending' in found.job ? found.job.answer : null;
    return found.state === 'done' ? null : bodyOf(found);
  }

  async list({ meant, after, limit, newest }: PageAsked): Promise<JobPage> {
    const place = placeIn(after);
    if (place !== null || !this.hasStore) return this.#known(meant, place ?? START, [], limit);
    const from = after === '' ? undefined : Number(after);
    const filter = { ...meant, after: from, newest, heads: true, limit: limit + 1 };
    const found = await this.#store.list(filter);
    const now = this.#now();
    const jobs: JobLine[] = [];
    for (const each of found.slice(0, limit)) {
      const line = lineOfStored(now, this.#broker, each);
      if (meant.state === undefined || line.state === meant.state) jobs.push(line);
    }
    if (found.length > limit) return { jobs, next: numberOf(found[limit - 1]!) };
    if (isCut(found)) return { jobs, next: numberOf(found.at(-1)!) };
    return this.#known(meant, START, jobs, limit);
  }

  /** Dead letters with their bodies, those after that number; none when there are no more. */
  async letters(meant: JobsMeant, after: number, limit: number): Promise<Letter[]> {
    if (!this.hasStore) return [];
    const filter: JobFilter = { ...meant, state: 'dead', after, limit };
    return (await this.#store.list(filter)).filter(isLetter);
  }

  /** Shows all open jobs that are meant to `visit`, in slices between which others have their turn. */
  async each(meant: JobsMeant, places: number, visit: (jobs: Job[]) => void): Promise<void> {
    for (let at: Place | null = START; at !== null; await othersTurn()) {
      const jobs: Job[] = [];
      const now = this.#now();
      at = this.#broker.inventory.scan(at, places, (job) => {
        if (job.open && this.#isMeant(now, job, meant)) jobs.push(job);
        return true;
      });
      visit(jobs);
    }
  }

  /** Fills a page with open jobs at level memory. */
  async #known(meant: JobsMeant, from: Place, jobs: JobLine[], limit: number): Promise<JobPage> {
    if (meant.state === 'done' || meant.state === 'dead') return { jobs, next: null };
    const seen = new Set<Job>();
    let next: string | null = null;
    let isMore = false;
    for (let at: Place | null = from; at !== null && !isMore; await othersTurn()) {
      if (jobs.length >= limit) next ??= `m${at.client}.${at.at}`;
      const now = this.#now();
      at = this.#broker.inventory.scan(at, PLACES, (job) => {
        if (!job.open || isDurable(job) || seen.has(job)) return true;
        if (!this.#isMeant(now, job, meant)) return true;
        seen.add(job);
        isMore = jobs.length >= limit;
        if (!isMore) jobs.push(lineOfKnown(now, this.#broker, job));
        return jobs.length < limit;
      });
    }
    return { jobs, next: isMore ? next : null };
  }

  #isMeant(now: number, job: Job, { state, type, since, until }: JobsMeant): boolean {
    if (type !== undefined && job.type.name !== type) return false;
    if (state !== undefined && (job.run === null ? 'waiting' : 'dispatched') !== state)
      return false;
    if (since === undefined && until === undefined) return true;
    const at = this.#broker.inventory.submittedAt(now, job);
    return at >= (since ?? 0) && at < (until ?? Number.POSITIVE_INFINITY);
  }
}

/** Whether it is a dead letter. */
export function isLetter(found: FoundJob): found is Letter {
  return found.state === 'dead';
}

function placeIn(after: string): Place | null {
  const [, client, at] = /^m(\d+)\.(\d+)$/.exec(after) ?? [];
  return client === undefined ? null : { client: Number(client), at: Number(at) };
}

function numberOf({ job }: FoundJob): string {
  return String(job.kept.number);
}

/** Whether the store may have left something out, because it was too much. */
function isCut(found: readonly FoundJob[]): boolean {
  let bytes = 0;
  for (const { job } of found) bytes += HEAD_BYTES + ('answer' in job ? job.answer.length : 0);
  return bytes >= PAGE_BYTES_MAX;
}

function othersTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
