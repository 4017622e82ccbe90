import type { JobFilter, Opened, StoreFailure, StoreFigures } from './store.ts';

/** What the two halves of the store say to each other; `call` pairs a question with its end. */
export type ToWriter =
  | {
      readonly op: 'append';
      readonly commit: number;
      readonly buffer: ArrayBuffer;
      readonly length: number;
    }
  | { readonly op: 'open'; readonly call: number }
  | { readonly op: 'find'; readonly call: number; readonly id: string }
  | { readonly op: 'list'; readonly call: number; readonly filter: JobFilter }
  | { readonly op: 'backup'; readonly call: number; readonly file: string }
  | { readonly op: 'measure'; readonly call: number }
  | { readonly op: 'close'; readonly call: number }
  /** A chunk of jobs has been taken: one more may come. */
  | { readonly op: 'more' };

export type FromWriter =
  | { readonly op: 'durable'; readonly commit: number; readonly bytes: number }
  | { readonly op: 'forgot'; readonly to: number }
  | { readonly op: 'failed'; readonly code: StoreFailure; readonly reason: string }
  | { readonly op: 'opened'; readonly opened: Opened }
  | { readonly op: 'jobs'; readonly bytes: Uint8Array }
  | {
      readonly op: 'done';
      readonly call: number;
      readonly value: Opened | StoreFigures | Uint8Array | null;
    }
  | {
      readonly op: 'refused';
      readonly call: number;
      readonly code: string;
      readonly message: string;
    };

/** What the writer is started with. */
export interface WriterData {
  readonly dir: string;
  readonly keepAnswersMs: number;
  readonly keepAnswersBytes: number;
}
