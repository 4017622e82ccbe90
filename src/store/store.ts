/** Where the records of a turn become durable. One owner; commits become durable in the order they were made. */
export interface Store {
  /** Makes durable what has been recorded since the last commit; null when nothing was. */
  commit(): Promise<void> | null;
  /** Resolves when the last commit is durable and the store is let go of. */
  close(): Promise<void>;
}
