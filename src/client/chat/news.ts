import type { Utterance } from '../../chat/words.ts';
import type { Message } from './message.ts';
import type { RoomState } from './room.ts';

/** What a person is told. What is told has been shown: the broker does not give it again. */
export type ChatNews =
  /** Somebody said something: each once, in order. The room is '' for a private message. */
  | {
      readonly news: 'said';
      readonly room: string;
      readonly seq: number;
      readonly said: Utterance;
    }
  | {
      readonly news: 'people';
      readonly room: string;
      readonly came: readonly string[];
      readonly went: readonly string[];
      /** People who are there now. */
      readonly count: number;
    }
  | { readonly news: 'renamed'; readonly room: string; readonly was: string; readonly is: string }
  /** Some of what was said is not remembered any more. */
  | { readonly news: 'missed'; readonly room: string }
  | { readonly news: 'notice'; readonly code: string; readonly text: string }
  /** The broker goes down. */
  | { readonly news: 'closing' }
  /** The broker knows the person, under this nick and in these rooms: the first time, and after each loss of the connection. */
  | {
      readonly news: 'online';
      readonly nick: string;
      readonly rooms: readonly RoomState[];
    }
  /** The connection has ended: what is said waits. */
  | { readonly news: 'offline' }
  /** The broker does not take the person, mostly for the nick: `rename` tries with another. */
  | { readonly news: 'refused'; readonly code: string; readonly text: string }
  /** The person is in the room no more, after the connection was lost. */
  | { readonly news: 'gone'; readonly room: string }
  /** A message of the person's own has changed its state. */
  | { readonly news: 'message'; readonly message: Message };
