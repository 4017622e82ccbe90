import { Ending } from '../../src/core/job.ts';
import type {
  EndedJob,
  Journal,
  Kept,
  KeptAttempt,
  KeptJob,
  KeptLoss,
} from '../../src/core/journal.ts';
import type { KeptStore } from '../../src/core/kept-store.ts';
import { isNote } from '../../src/core/notes.ts';
import type { FoundJob } from '../../src/store/store.ts';

/** As many attempts of a job as a store keeps. */
const LOSSES_MAX = 32;

interface Entry {
  readonly kept: Kept;
  readonly body: Uint8Array;
  attempts: number;
  open: KeptAttempt | null;
  losses: KeptLoss[];
  ended: EndedJob | null;
}

/** One record: of which job, and what it says. */
export type Written = { readonly kept: Kept } & (
  | { readonly kind: 'submitted' | 'revived' | 'dropped' }
  | { readonly kind: 'attempt'; readonly attempt: KeptAttempt }
  | { readonly kind: 'lost'; readonly loss: KeptLoss }
  | { readonly kind: 'ended'; readonly ended: EndedJob }
);

interface Write {
  readonly written: Written;
  readonly record: () => void;
}

/**
 * What a store would have: records take effect when they are committed, and are gone when that fails. Records that
 * contradict what is there are mistakes of the core's, and are thrown back at it.
 */
export class FakeStore implements KeptStore, Journal {
  readonly journal: Journal = this;
  readonly asked: string[] = [];
  /** One word for each record since the start. */
  readonly written: string[] = [];
  /** Told of every record when it is written, and when it is durable. */
  onWrite: (written: Written) => void = () => {};
  onLand: (written: Written) => void = () => {};
  nextFence = 1;
  #jobs = new Map<number, Entry>();
  #ids = new Map<string, Entry>();
  /** Jobs by their number, those included that are not durable yet. */
  #known = new Map<number, Kept>();
  #pending: Write[] = [];
  #commits: Write[][] = [];

  find(id: string): void {
    this.asked.push(id);
  }

  submitted(kept: Kept, bytes: Uint8Array, offset: number, length: number): void {
    const body = bytes.slice(offset, offset + length);
    const entry: Entry = { kept, body, attempts: 0, open: null, losses: [], ended: null };
    this.#known.set(kept.number, kept);
    this.#write(`submitted ${kept.id}`, { kept, kind: 'submitted' }, () => {
      // A job at level memory that the store had when it failed becomes durable once more.
      if (this.#ids.get(kept.id)?.ended === null) throw new Error(`${kept.id} is submitted twice`);
      this.#jobs.set(kept.number, entry);
      this.#ids.set(kept.id, entry);
    });
  }

  attempt(number: number, attempt: KeptAttempt): void {
    const kept = this.#keptOf(number);
    const word = `attempt ${number}.${attempt.attempt} at ${attempt.worker}`;
    this.#write(word, { kept, kind: 'attempt', attempt }, () => {
      const entry = this.#openOne(number);
      if (entry.open !== null) throw new Error(`two attempts at ${kept.id} are under way`);
      entry.attempts = attempt.attempt;
      entry.open = attempt;
      this.nextFence = Math.max(this.nextFence, attempt.fence + 1);
    });
  }

  lost(number: number, loss: KeptLoss): void {
    const kept = this.#keptOf(number);
    const word = `lost ${number}.${loss.attempt} ${loss.cause}, charged ${loss.charged}`;
    this.#write(word, { kept, kind: 'lost', loss }, () => {
      const entry = this.#openOne(number);
      // Of an upgraded job it is recorded afterwards what it went through at level memory.
      if (entry.open !== null && entry.open.attempt !== loss.attempt)
        throw new Error(`attempt ${loss.attempt} at ${kept.id} is lost and not under way`);
      entry.attempts = Math.max(entry.attempts, loss.attempt);
      entry.open = null;
      entry.losses = [...entry.losses, loss].slice(-LOSSES_MAX);
    });
  }

  ended(
    number: number,
    ending: Ending,
    attempts: number,
    at: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
  ): void {
    const kept = this.#keptOf(number);
    const answer = bytes.slice(offset, offset + length);
    const losses: KeptLoss[] = [];
    const known = { kept, ending, attempts, endedAt: at, answer, losses };
    const ended = { ...known, last: null as KeptAttempt | null };
    this.#write(
      `ended ${number} ${Object.keys(Ending)[ending]}`,
      { kept, kind: 'ended', ended },
      () => {
        const entry = this.#openOne(number);
        losses.push(...entry.losses);
        if (ending === Ending.OK) ended.last = entry.open;
        entry.ended = ended;
      },
    );
  }

  revived(number: number): void {
    const kept = this.#keptOf(number);
    this.#write(`revived ${number}`, { kept, kind: 'revived' }, () => {
      const entry = this.#letter(number);
      entry.ended = null;
      entry.losses = [];
    });
  }

  dropped(number: number): void {
    const kept = this.#keptOf(number);
    this.#write(`dropped ${number}`, { kept, kind: 'dropped' }, () => {
      // A note that a failed store has lost is dropped, too, when another takes its place.
      if (!isNote(kept)) this.#endedOne(number);
      this.#jobs.delete(number);
      if (this.#ids.get(kept.id)?.kept === kept) this.#ids.delete(kept.id);
    });
  }

  /** What was written since the last commit is durable. */
  commit(): void {
    this.handOver();
    while (this.#commits.length > 0) this.land();
  }

  /** What was written since the last commit is on its way: how many records. */
  handOver(): number {
    const records = this.#pending.splice(0);
    if (records.length > 0) this.#commits.push(records);
    return records.length;
  }

  /** Whether everything that was written is durable. */
  get isSettled(): boolean {
    return this.#pending.length === 0 && this.#commits.length === 0;
  }

  /** Commits on their way. */
  get underWay(): number {
    return this.#commits.length;
  }

  /** The first commit on its way is durable. */
  land(): void {
    for (const { record, written } of this.#commits.shift() ?? []) {
      record();
      this.onLand(written);
    }
  }

  /** What is not durable never was. */
  fail(): void {
    this.#pending = [];
    this.#commits = [];
  }

  /** Whether a job of that id is durable. */
  has(id: string): boolean {
    return this.#ids.has(id);
  }

  endedBy(id: string): EndedJob | null {
    return this.#ids.get(id)?.ended ?? null;
  }

  /** As a store answers. */
  found(id: string): FoundJob | null {
    const entry = this.#ids.get(id);
    if (entry === undefined) return null;
    const { ended, body, open } = entry;
    if (ended === null)
      return { state: open === null ? 'waiting' : 'dispatched', job: openOf(entry) };
    return { state: ended.ending === Ending.DEAD ? 'dead' : 'done', job: ended, body };
  }

  /** The jobs that have not ended, as they are restored. */
  open(): KeptJob[] {
    return [...this.#jobs.values()]
      .filter(({ ended }) => ended === null)
      .sort((x, y) => x.kept.number - y.kept.number)
      .map(openOf);
  }

  get nextNumber(): number {
    return Math.max(0, ...this.#jobs.keys()) + 1;
  }

  #openOne(number: number): Entry {
    const entry = this.#jobs.get(number);
    if (entry === undefined) throw new Error(`job ${number} has a record and was not submitted`);
    if (entry.ended !== null)
      throw new Error(`${entry.kept.id} goes on, or ends again, after its end`);
    return entry;
  }

  #endedOne(number: number): Entry {
    const entry = this.#jobs.get(number);
    if (entry !== undefined && entry.ended !== null) return entry;
    throw new Error(`job ${number} has not ended`);
  }

  #letter(number: number): Entry {
    const entry = this.#endedOne(number);
    if (entry.ended!.ending === Ending.DEAD) return entry;
    throw new Error(`job ${number} is no dead letter`);
  }

  #keptOf(number: number): Kept {
    const kept = this.#known.get(number);
    if (kept === undefined) throw new Error(`job ${number} has a record and was not submitted`);
    return kept;
  }

  #write(word: string, written: Written, record: () => void): void {
    this.written.push(word);
    this.#pending.push({ written, record });
    this.onWrite(written);
  }
}

/** A copy: what is restored does not change with what happens after. */
function openOf({ kept, body, attempts, open, losses }: Entry): KeptJob {
  return { kept, body, attempts, open, losses: [...losses] };
}
