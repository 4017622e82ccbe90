import type { Broker } from '../core/broker.ts';
import type { Archived } from '../core/inquiries.ts';
import type { Journal, KeptJob } from '../core/journal.ts';
import type { KeptStore } from '../core/kept-store.ts';
import { isNote } from '../core/notes.ts';
import type { FoundJob, Opened, Store, StoreFailure } from '../store/store.ts';
import type { Log } from './log.ts';
import type { Turn } from './turn.ts';

/** How soon a store that has failed is opened again. */
const AGAIN_MS = 1000;
/** Jobs that are restored in one go while the broker serves. */
const SLICE = 5000;

/** Between the core and its store: what the core asks of it, what it says, and what happens when it fails. */
export class Keeping implements KeptStore {
  readonly journal: Journal;
  readonly #store: Store;
  readonly #log: Log;
  #broker!: Broker;
  #turn!: Turn;
  #asked: string[] = [];
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(store: Store, log: Log) {
    this.#store = store;
    this.#log = log;
    this.journal = store.journal;
  }

  /** Opens the store, and gives the core what it holds. */
  async start(broker: Broker, turn: Turn): Promise<void> {
    this.#broker = broker;
    this.#turn = turn;
    // Nobody is served yet: each job is restored as it comes, and none is kept besides.
    await this.#store.open(
      (job) => broker.restore(turn.now(), job),
      (opened) => this.#begin(opened),
    );
    this.#opened();
  }

  /** The question is put when the turn has been handed over: it is answered with what that has recorded. */
  find(id: string): void {
    this.#asked.push(id);
  }

  /** The turn has been handed over. */
  ask(): void {
    if (this.#asked.length === 0) return;
    const asked = this.#asked;
    this.#asked = [];
    for (const id of asked) {
      this.#store.find(id).then(
        (found) => this.#told(id, found),
        () => {},
      );
    }
  }

  /** The store has failed: nothing is accepted until it has been read again. */
  failed(code: StoreFailure, reason: string): void {
    if (this.#closed) return;
    this.#log({ level: 'error', text: `the store failed (${code}): ${reason}` });
    this.#turn.failed();
    this.#broker.storeFailed(this.#turn.now(), code);
    this.#turn.soon();
    this.#openLater();
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#store.close();
  }

  #openLater(): void {
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#openAgain().then(
        () => this.#log({ level: 'info', text: 'the store is open again: durable jobs are taken' }),
        () => {
          if (!this.#closed) this.#openLater();
        },
      );
    }, AGAIN_MS);
  }

  /** All is read before any of it is believed: what would be dispatched meanwhile could not be recorded. */
  async #openAgain(): Promise<void> {
    const jobs: KeptJob[] = [];
    const opened = await this.#store.open((job) => jobs.push(job));
    if (this.#closed) return;
    this.#begin(opened);
    this.#restoreNotes(jobs);
    for (let at = 0; at < jobs.length; at += SLICE) {
      for (const job of jobs.slice(at, at + SLICE)) {
        if (!isNote(job.kept)) this.#broker.restore(this.#turn.now(), job);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#opened();
  }

  /** At once, before any other is put. */
  #restoreNotes(jobs: readonly KeptJob[]): void {
    for (const job of jobs) if (isNote(job.kept)) this.#broker.restore(this.#turn.now(), job);
    this.#broker.notes.ready();
  }

  #begin({ instance, nextNumber, nextFence, forgottenTo }: Opened): void {
    this.#broker.opened(instance, nextNumber, nextFence);
    this.#broker.forgot(forgottenTo);
  }

  #opened(): void {
    this.#broker.restored(this.#turn.now());
    this.#turn.soon();
  }

  #told(id: string, found: FoundJob | null): void {
    this.#broker.lookups.told(this.#turn.now(), id, archivedOf(found));
    this.#turn.soon();
  }
}

function archivedOf(found: FoundJob | null): Archived {
  if (found === null) return null;
  return found.state === 'done' || found.state === 'dead' ? found.job : 'open';
}
