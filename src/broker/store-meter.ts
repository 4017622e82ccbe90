import { statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Histogram } from '../core/histogram.ts';
import type { KeptJob } from '../core/journal.ts';
import { isNote } from '../core/notes.ts';
import type {
  FoundJob,
  JobFilter,
  MeasuredStore,
  Opened,
  Store,
  StoreEvents,
  StoreFailure,
  StoreFigures,
} from '../store/store.ts';

/** A store that is busy with the disk is not waited for longer, to be shown. */
const PATIENCE_MS = 200;
/** How often it is asked what is free on the disk. */
const FREE_EVERY_MS = 5000;

/** A commit on its way. */
interface Pending {
  readonly commit: number;
  readonly at: number;
  readonly recorded: number;
}

/** A store and what is counted of it. */
export class StoreMeter implements Store {
  readonly journal: Store['journal'];
  /** From hand-over to durable. */
  readonly commits = new Histogram();
  /** Records that became durable. */
  records = 0;
  readonly failures = new Map<StoreFailure, number>([
    ['DISK_FULL', 0],
    ['STORE_FAILED', 0],
  ]);
  isOpen = false;
  /** What it said of itself when it was asked last; null while it has not, or is not open. */
  figures: StoreFigures | null = null;
  /** What the last opening took, until all was read; and the jobs that were read. Null before there was one. */
  recoverySeconds: number | null = null;
  recoveredJobs: number | null = null;
  /** On the disk of its files, when it was asked last. */
  freeBytes: number | null = null;
  readonly #store: MeasuredStore;
  readonly #recorded: () => number;
  readonly #files: readonly string[];
  readonly #pending: Pending[] = [];
  #lastRecorded = 0;
  #freeAskedAt = Number.NEGATIVE_INFINITY;

  /** `recorded` is how many records were written so far; `files` are those it keeps. */
  constructor(
    storeFor: (events: StoreEvents) => MeasuredStore,
    events: StoreEvents,
    recorded: () => number,
    files: readonly string[],
  ) {
    this.#recorded = recorded;
    this.#files = files;
    this.#store = storeFor({
      durable: (commit) => {
        this.#durable(commit);
        events.durable(commit);
      },
      forgot: events.forgot,
      failed: (code, reason) => {
        this.#failed(code);
        events.failed(code, reason);
      },
    });
    this.journal = this.#store.journal;
  }

  get recordedBytes(): number {
    return this.#store.recordedBytes;
  }

  get pendingBytes(): number {
    return this.#store.pendingBytes;
  }

  /** Bytes of its files. */
  get bytes(): number {
    let bytes = 0;
    for (const file of this.#files) bytes += statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    return bytes;
  }

  async open(onJob: (job: KeptJob) => void, onOpened?: (opened: Opened) => void): Promise<Opened> {
    const from = performance.now();
    let jobs = 0;
    const opened = await this.#store.open((job) => {
      if (!isNote(job.kept)) jobs++;
      onJob(job);
    }, onOpened);
    this.isOpen = true;
    this.recoverySeconds = (performance.now() - from) / 1000;
    this.recoveredJobs = jobs;
    return opened;
  }

  commit(): number {
    const commit = this.#store.commit();
    if (commit === 0) return 0;
    const recorded = this.#recorded();
    if (this.isOpen) {
      const count = recorded - this.#lastRecorded;
      this.#pending.push({ commit, at: performance.now(), recorded: count });
    }
    this.#lastRecorded = recorded;
    return commit;
  }

  find(id: string): Promise<FoundJob | null> {
    return this.#store.find(id);
  }

  list(filter: JobFilter): Promise<readonly FoundJob[]> {
    return this.#store.list(filter);
  }

  backup(file: string): Promise<void> {
    return this.#store.backup(file);
  }

  close(): Promise<void> {
    this.isOpen = false;
    return this.#store.close();
  }

  /** Brings `figures` and `freeBytes` up to date, if store and disk say them soon. */
  async refresh(): Promise<void> {
    const figures = this.#store.measure().then(
      (measured) => {
        this.figures = measured;
      },
      () => {
        this.figures = null;
      },
    );
    const asked = Promise.all([figures, this.#askFree()]);
    await Promise.race([asked, setTimeout(PATIENCE_MS, undefined, { ref: false })]);
  }

  async #askFree(): Promise<void> {
    const [file] = this.#files;
    const now = performance.now();
    if (file === undefined || now < this.#freeAskedAt + FREE_EVERY_MS) return;
    this.#freeAskedAt = now;
    try {
      const { bavail, bsize } = await statfs(dirname(file));
      this.freeBytes = bavail * bsize;
    } catch {
      this.freeBytes = null;
    }
  }

  #durable(commit: number): void {
    const now = performance.now();
    while (this.#pending.length > 0 && this.#pending[0]!.commit <= commit) {
      const { at, recorded } = this.#pending.shift()!;
      this.commits.observe(Math.round((now - at) * 10));
      this.records += recorded;
    }
  }

  #failed(code: StoreFailure): void {
    this.isOpen = false;
    this.figures = null;
    this.#pending.length = 0;
    this.failures.set(code, (this.failures.get(code) ?? 0) + 1);
  }
}
