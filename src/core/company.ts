import type { Client } from './client.ts';

/** Who lives in the broker beside the jobs, and is told of clients and of time: the chat. */
export interface Company {
  /** A client has an order for it: one JSON text. */
  ordered(now: number, client: Client, order: string): void;
  /** Its connection has ended; it is waited for. */
  away(now: number, client: Client): void;
  /** It does not come back. */
  gone(now: number, client: Client): void;
  /** The store has been read, for the first time or anew. */
  restored(now: number): void;
  /** The broker is going down. */
  closing(now: number): void;
  /** Does what is due, before the broker does. */
  tick(now: number): void;
  /** The next instant at which something is due. */
  next(): number;
}

/** Nobody. */
export const ALONE: Company = {
  ordered: () => {},
  away: () => {},
  gone: () => {},
  restored: () => {},
  closing: () => {},
  tick: () => {},
  next: () => Number.POSITIVE_INFINITY,
};
