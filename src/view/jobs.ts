/** What the HTTP side says of jobs, in JSON. Instants are ISO 8601; null is none, or not known. */

/** A job in a list: GET /api/jobs and GET /api/dead answer with pages of them. */
export interface JobLine {
  readonly id: string;
  /** Rises with each kept job. */
  readonly number: number | null;
  readonly type: string;
  readonly level: 'memory' | 'disk';
  readonly state: 'waiting' | 'dispatched' | 'done' | 'dead';
  /** How it ended: ok, failed, dead, cancelled or expired. */
  readonly ending: string | null;
  readonly submittedAt: string;
  readonly endedAt: string | null;
  /** Dispatches so far. */
  readonly attempts: number;
  /** Who has it now, or did it. */
  readonly worker: string | null;
  readonly waitsFor: WaitsFor | null;
  /** It goes nowhere before. */
  readonly notBefore: string | null;
  /** The last attempt that was given up. */
  readonly lost: Loss | null;
}

/**
 * What a waiting job waits for: a `worker`; a worker that is free of others, because it has seen workers die (`alone`); the
 * worker that may have it since before the broker started (`offer`); its turn at its order `key`; its `delay` or `backoff`; its
 * type to be resumed (`pause`); the broker's next `start`.
 */
export type WaitsFor =
  | 'worker'
  | 'alone'
  | 'offer'
  | 'key'
  | 'delay'
  | 'backoff'
  | 'pause'
  | 'start';

/** One page of a list. */
export interface JobPage {
  readonly jobs: readonly JobLine[];
  /** What the next page is asked for with, as `after`; null when there is none. */
  readonly next: string | null;
}

/** An attempt that was given up. */
export interface Loss {
  readonly attempt: number;
  readonly worker: string;
  readonly at: string;
  readonly cause: string;
  /** What the handler said, where it failed. */
  readonly message: string;
}

/** The whole life of a job: GET /api/jobs/:id. */
export interface JobView extends JobLine {
  readonly options: KeptOptions | null;
  /** The attempt that is under way, or that brought the answer. */
  readonly attempt: Attempt | null;
  /** The attempts that were given up; at most the last 32. */
  readonly losses: readonly Loss[];
  /** Attempts of which it is known why they went where they went; at most the last 32, oldest first. */
  readonly dispatches: readonly DispatchView[];
  readonly body: Bytes | null;
  readonly answer: Bytes | null;
}

/** Who has the job, and since when. */
export interface Attempt {
  readonly worker: string;
  readonly at: string;
}

/** Why an attempt went to a worker and to no other. */
export interface DispatchView {
  readonly attempt: number;
  readonly at: string;
  readonly worker: string;
  /** Its key then: what it had ahead of it, in units of its capacity. The lowest wins. */
  readonly rank: number;
  /** The job was to be alone at its worker. */
  readonly alone: boolean;
  /** The worker that had just lost the job, and was left out as long as there was another. */
  readonly avoided: string | null;
  /**
   * The freest workers of the type then, the one that was taken first, at most eight; null where only the rank was kept: the
   * candidates are kept for a sample of jobs, and for every further attempt.
   */
  readonly candidates: readonly Candidate[] | null;
  /** When they were looked at: at the dispatch itself, or up to a quarter of a second before it. */
  readonly candidatesAt: string | null;
  /** Workers of the type that could take no job then, by why. */
  readonly unable: Readonly<Record<Inability, number>>;
}

/** `full`: no place left, or bytes. `kept`: for a suspect. */
export type Inability = 'full' | 'stalled' | 'away' | 'leaving' | 'kept';

export interface Candidate {
  readonly worker: string;
  readonly rank: number;
  readonly inflight: number;
  readonly capacity: number;
  /** Null when it has not reported. */
  readonly load: number | null;
  readonly penalty: number;
}

/** How a kept job was asked for. */
export interface KeptOptions {
  readonly priority: number;
  readonly answerTimeoutMs: number;
  readonly attemptsMax: number;
  readonly backoff: {
    readonly kind: 'fixed' | 'exponential';
    readonly ms: number;
    readonly msMax: number;
    readonly jitter: number;
  };
  readonly key: string | null;
  readonly notBefore: string | null;
  readonly deadline: string | null;
}

export interface Bytes {
  readonly bytes: number;
  /** The first 256 KiB of them, the same as text when they are UTF-8. */
  readonly base64: string;
  readonly text: string | null;
}

/** What GET /api/lives answers: jobs that were seen of late, those of a sample and all with more than one attempt; newest first. */
export interface LivesPage {
  readonly jobs: readonly JobLine[];
}

/** What became of an order for many jobs. */
export interface Tally {
  /** For how many it was done. */
  readonly done: number;
  /** Those that were left as they are, by why. */
  readonly skipped: Readonly<Record<string, number>>;
  /** Why it was not done for the rest; null when there is none. */
  readonly stopped: string | null;
}
