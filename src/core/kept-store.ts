import type { Archive } from './inquiries.ts';
import type { Journal } from './journal.ts';

/** Where the core writes, and asks for what it has written. */
export interface KeptStore extends Archive {
  readonly journal: Journal;
}

function nothing(): void {}

/** The store of a broker without one: no durable job is taken, so nothing is written or asked. */
export const NO_STORE: KeptStore = {
  journal: {
    submitted: nothing,
    attempt: nothing,
    lost: nothing,
    ended: nothing,
    revived: nothing,
    dropped: nothing,
  },
  find: nothing,
};
