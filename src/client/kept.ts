import type { Level, Verb } from '../wire/verbs.ts';

/** The records that speak of a job by its id. */
export type KeptVerb = typeof Verb.SUBMIT | typeof Verb.ATTACH | typeof Verb.REVOKE;

/** How long a job whose attempt failed waits before the next, as BACKOFF has it. */
export interface BackoffTerms {
  /** 0 fixed, 1 exponential. */
  readonly kind: number;
  /** In percent. */
  readonly jitter: number;
  readonly ms: number;
  readonly msMax: number;
}

/** How a kept job is to be kept and done; 0 and '' are always "none". */
export interface Terms {
  readonly level: Level;
  readonly delayMs: number;
  /** Wall-clock milliseconds, as is `deadline`. */
  readonly at: number;
  readonly deadline: number;
  readonly attemptsMax: number;
  readonly backoff: BackoffTerms | null;
  readonly key: string;
}

export const NO_TERMS: Terms = {
  level: 0,
  delayMs: 0,
  at: 0,
  deadline: 0,
  attemptsMax: 0,
  backoff: null,
  key: '',
};

/** What makes a call one of a kept job, which belongs to the broker, by its id, and not to its client. */
export class Kept {
  readonly verb: KeptVerb;
  /** Empty when one is to be generated, until the job is handed in. */
  id: string;
  /** The call ends with the job's answer; without, with the broker's ACCEPT. */
  readonly follows: boolean;
  readonly terms: Terms;
  /** When the call was made: what its delay is counted from. */
  madeAt = 0;

  constructor(verb: KeptVerb, id: string, follows: boolean, terms: Terms = NO_TERMS) {
    this.verb = verb;
    this.id = id;
    this.follows = follows;
    this.terms = terms;
  }
}
