import type { KeptLoss } from '../../src/core/journal.ts';

/** What holds for a kept job, whoever submitted it. Instants are wall-clock milliseconds; 0 for none. */
export interface KeptTerms {
  readonly key: string;
  readonly attemptsMax: number;
  readonly notBefore: number;
  readonly deadline: number;
}

/** How a kept job ended, to the byte. */
export interface KeptEnd {
  readonly status: string;
  readonly body: string;
}

/** One dispatch of a kept job, as it leaves. */
export interface KeptStart {
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Rises with every job that is taken. */
  readonly number: number;
  readonly fence: number;
  /** When the broker decided on it. */
  readonly at: number;
}

/** What is recorded of an attempt that was given up. */
export type StoredLoss = Pick<KeptLoss, 'attempt' | 'cause' | 'charged' | 'notBefore'>;

/** What is known of one kept job. */
export class JudgedJob {
  readonly name: string;
  readonly terms: KeptTerms;
  /** What is durable of it: that it was submitted, its attempts by their number, its end. */
  isStored = false;
  /** It came in at level memory: what is said of it need not be durable until somebody was promised that. */
  isFromMemory = false;
  readonly storedAttempts = new Set<number>();
  readonly storedLosses = new Set<number>();
  storedEnd: KeptEnd | null = null;
  wasAccepted = false;
  wasCancelled = false;
  hasEnded = false;
  hasFailedForGood = false;
  charged = 0;
  /** Its delay, and then its backoff. */
  notBefore: number;
  told: KeptEnd | null = null;

  constructor(name: string, terms: KeptTerms) {
    this.name = name;
    this.terms = terms;
    this.notBefore = terms.notBefore;
  }

  /** Whether nothing may be said of it that is not durable. */
  get isDurable(): boolean {
    return this.isStored && (this.wasAccepted || !this.isFromMemory);
  }
}
