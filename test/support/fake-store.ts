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

interface Entry {
  readonly kept: Kept;
  readonly body: Uint8Array;
  attempts: number;
  open: KeptAttempt | null;
  losses: KeptLoss[];
  ended: EndedJob | null;
}

/** What a store would have: records take effect when they are committed, and are gone when that fails. */
export class FakeStore implements KeptStore, Journal {
  readonly journal: Journal = this;
  readonly asked: string[] = [];
  /** One word for each record since the start. */
  readonly written: string[] = [];
  #jobs = new Map<number, Entry>();
  #pending: (() => void)[] = [];

  find(id: string): void {
    this.asked.push(id);
  }

  submitted(kept: Kept, bytes: Uint8Array, offset: number, length: number): void {
    const body = bytes.slice(offset, offset + length);
    const entry = { kept, body, attempts: 0, open: null, losses: [], ended: null };
    this.#write(`submitted ${kept.id}`, () => this.#jobs.set(kept.number, entry));
  }

  attempt(number: number, attempt: KeptAttempt): void {
    this.#write(`attempt ${number}.${attempt.attempt} at ${attempt.worker}`, () => {
      const entry = this.#jobs.get(number)!;
      entry.attempts = attempt.attempt;
      entry.open = attempt;
    });
  }

  lost(number: number, loss: KeptLoss): void {
    const charged = `charged ${loss.charged}`;
    this.#write(`lost ${number}.${loss.attempt} ${loss.cause}, ${charged}`, () => {
      const entry = this.#jobs.get(number)!;
      entry.open = null;
      entry.losses.push(loss);
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
    const answer = bytes.slice(offset, offset + length);
    const word = Object.keys(Ending)[ending];
    this.#write(`ended ${number} ${word}`, () => {
      const entry = this.#jobs.get(number)!;
      if (entry.ended !== null) throw new Error(`job ${number} ended twice`);
      const { kept, losses } = entry;
      entry.ended = { kept, ending, attempts, endedAt: at, answer, losses };
    });
  }

  revived(): void {}
  dropped(): void {}

  /** What was written since the last commit is durable. */
  commit(): void {
    for (const record of this.#pending.splice(0)) record();
  }

  /** What was written since the last commit never was. */
  fail(): void {
    this.#pending = [];
  }

  endedBy(id: string): EndedJob | null {
    for (const { kept, ended } of this.#jobs.values()) if (kept.id === id) return ended;
    return null;
  }

  /** The jobs that have not ended, as they are restored. */
  open(): KeptJob[] {
    return [...this.#jobs.values()]
      .filter(({ ended }) => ended === null)
      .map(({ kept, body, attempts, open, losses }) => ({ kept, body, attempts, open, losses }));
  }

  get nextNumber(): number {
    return Math.max(0, ...this.#jobs.keys()) + 1;
  }

  #write(word: string, record: () => void): void {
    this.written.push(word);
    this.#pending.push(record);
  }
}
