import type { EndedJob, Journal, KeptJob } from '../core/journal.ts';
import type { ErrorCode } from '../errors.ts';

/** What a store tells of its commits. */
export interface StoreEvents {
  /** All commits up to this one are durable. */
  durable(commit: number): void;
  /** Of jobs that ended up to this instant some are forgotten, with their ids. */
  forgot(to: number): void;
  /** The store has failed: of what was not durable, nothing will be. It is to be opened again. */
  failed(code: StoreFailure, reason: string): void;
}

export type StoreFailure = Extract<ErrorCode, 'DISK_FULL' | 'STORE_FAILED'>;

/** A question about jobs that have been recorded; all conditions must hold. */
export interface JobFilter {
  readonly state?: StoredState | undefined;
  readonly type?: string | undefined;
  /** Submitted at or after, and before; wall-clock milliseconds. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** Where the page before ended: only jobs with a higher number, or a lower one where the newest come first. */
  readonly after?: number | undefined;
  /** The highest number first. */
  readonly newest?: boolean | undefined;
  /** Without the bodies of the jobs. */
  readonly heads?: boolean | undefined;
  readonly limit: number;
}

export type StoredState = 'waiting' | 'dispatched' | 'done' | 'dead';

/** Bodies and answers of one page: what comes beyond is left to the next. */
export const PAGE_BYTES_MAX = 8 * 1024 * 1024;

/** A job as a question about it is answered. */
export type FoundJob =
  | { readonly state: 'waiting' | 'dispatched'; readonly job: KeptJob }
  | { readonly state: 'done' | 'dead'; readonly job: EndedJob; readonly body: Uint8Array };

/** What a store holds when it is opened. */
export interface Opened {
  /** Random, drawn when the store was made: the instance that its jobs have at workers. */
  readonly instance: string;
  /** One more than the highest ever given. */
  readonly nextNumber: number;
  readonly nextFence: number;
  /** Of jobs that ended up to this instant some are forgotten. */
  readonly forgottenTo: number;
}

/** What a store says of itself. */
export interface StoreFigures {
  /** Of the journal, not yet in the table of jobs. */
  readonly unfoldedBytes: number;
  /** In the table of jobs. */
  readonly deadLetters: number;
  /** Of the journal, folded into the table of jobs since it was opened. */
  readonly foldedBytes: number;
  /** What folding and forgetting took since then. */
  readonly houseworkSeconds: number;
}

/**
 * Where the records of a turn become durable. One owner; commits become durable in the order they were made. Questions are
 * answered with all that was recorded before them, durable by then.
 */
export interface Store {
  /** What is written here belongs to the next commit. */
  readonly journal: Journal;
  /** Bytes recorded since the last commit. */
  readonly recordedBytes: number;
  /** Bytes of commits on their way; the broker refuses what it cannot hand over. */
  readonly pendingBytes: number;
  /**
   * Opens, or opens again after a failure; `onJob` is given every job that has not ended, lowest number first. `onOpened` hears
   * what the store is before the first of them, though its end is that all is well.
   */
  open(onJob: (job: KeptJob) => void, onOpened?: (opened: Opened) => void): Promise<Opened>;
  /** Hands over what has been recorded since the last commit; its number, or 0 when nothing was. */
  commit(): number;
  /** The job that a client's id names, or null. */
  find(id: string): Promise<FoundJob | null>;
  /** Lowest number first. Fewer than the limit when there are no more, or when they are `PAGE_BYTES_MAX` together. */
  list(filter: JobFilter): Promise<readonly FoundJob[]>;
  /** A copy of the store as it is now, in one file that is not there yet. */
  backup(file: string): Promise<void>;
  /** Resolves when the last commit is durable and the store is let go of. */
  close(): Promise<void>;
}

/** A store that says how it stands. */
export interface MeasuredStore extends Store {
  /** As it stands now; waits for nothing that is on its way. */
  measure(): Promise<StoreFigures>;
}
