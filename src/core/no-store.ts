import type { KeptStore } from './broker.ts';

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
