/** What the HTTP side says of the whole broker, in JSON; the console, `latido status` and `latido top` read it. */

/** What GET /api/status answers. Counts are since the broker started. */
export interface Status {
  readonly name: string;
  readonly version: string;
  readonly epoch: number;
  readonly uptimeSeconds: number;
  readonly state: 'serving' | 'draining';
  /** Connected now. */
  readonly clients: number;
  /** Jobs of all types. */
  readonly waiting: number;
  readonly dispatched: number;
  /** Bytes of all bodies and kept answers. */
  readonly heldBytes: number;
  readonly store?: StoreStatus;
  readonly chat?: ChatStatus;
  /** By name. */
  readonly types: readonly TypeStatus[];
  /** By name; at most 2,000 of them. */
  readonly workers: readonly WorkerStatus[];
  /** How many workers there are besides. */
  readonly workersUnlisted: number;
}

export interface ChatStatus {
  /** Connected now. */
  readonly people: number;
  readonly rooms: number;
}

export interface StoreStatus {
  /** While it is `failed`, no durable job is taken. */
  readonly state: 'open' | 'failed';
  /** Why it failed. */
  readonly failure: 'DISK_FULL' | 'STORE_FAILED' | 'NO_STORE' | null;
  /** Of records on their way to the disk. */
  readonly pendingBytes: number;
  /** Of its files. */
  readonly bytes: number;
  /** In the table of jobs; null while it is not known. */
  readonly deadLetters: number | null;
}

/** `paused`: its jobs wait. `draining`: what waits is done, new jobs are refused. */
export type TypeState = 'open' | 'paused' | 'draining';

export interface TypeStatus {
  readonly name: string;
  readonly state: TypeState;
  readonly waiting: number;
  readonly dispatched: number;
  /** In any state. */
  readonly workers: number;
  readonly submitted: number;
  /** Ended with an answer of the handler's. */
  readonly answered: number;
  readonly failed: number;
  readonly dead: number;
  readonly cancelled: number;
  readonly expired: number;
  /** Attempts that were given up, of all causes. */
  readonly lost: number;
  /** How long the job that has waited longest has waited; 0 when none waits. */
  readonly oldestMs: number;
}

/** The states in which a worker can be seen: one that is gone is not there, one that leaves is alive besides. */
export type WorkerSeenState = 'alive' | 'stalled' | 'away' | 'leaving';

export interface WorkerStatus {
  /** Names one worker as long as it is known: its instance, or a short word where it has none. */
  readonly key: string;
  readonly name: string;
  /** Empty for dialects whose workers have none. */
  readonly instance: string;
  readonly dialect: string;
  readonly types: readonly string[];
  readonly state: WorkerSeenState;
  /** From 0, idle, to 1, full, and beyond. */
  readonly load: number;
  readonly capacity: number;
  readonly inflight: number;
  readonly done: number;
  readonly failed: number;
}
