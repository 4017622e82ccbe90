/** Somebody who chats, through all lives of the programs that it does so with. */
export interface Person {
  readonly nick: string;
  /** Empty for none. */
  readonly key: string;
  readonly isPage: boolean;
  /** The rooms that it goes to when its program starts. */
  readonly homes: ReadonlySet<string>;
  /** Whether it takes in queue rooms. */
  readonly takes: boolean;
  /** Durable rooms that it has subscribed to. */
  readonly subscribed: Set<string>;
}
