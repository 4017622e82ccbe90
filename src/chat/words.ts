/**
 * The words of the chat protocol: JSON values, one an order or an event, the same over a ZeroMQ socket (verb CHAT) and
 * over a WebSocket. docs/chat.md says what they mean.
 */

/** What becomes of what is said: seen by who is there, kept for who is away, or given to one who takes. */
export type RoomKind = 'transient' | 'durable' | 'queue';

/** Where a person was in a room: everything up to `seen` has been shown. */
export interface Place {
  readonly room: string;
  readonly kind: RoomKind;
  /** 0 for nothing yet. */
  readonly seen: number;
  /** Queue rooms: whether it takes. */
  readonly takes?: boolean;
}

/** An order has a number, `n`, that rises with each of a person's; its replies carry it as `re`. */
export type Order =
  | EnterOrder
  | {
      readonly n: number;
      readonly do: 'join';
      readonly room?: string;
      readonly kind?: RoomKind | undefined;
    }
  | { readonly n: number; readonly do: 'leave'; readonly room: string }
  | SayOrder
  | MsgOrder
  | { readonly n: number; readonly do: 'nick'; readonly nick: string }
  | { readonly n: number; readonly do: 'who'; readonly room: string }
  | { readonly n: number; readonly do: 'rooms' }
  | { readonly n: number; readonly do: 'subscribe' | 'unsubscribe'; readonly room: string }
  | { readonly n: number; readonly do: 'take'; readonly room: string; readonly on: boolean }
  | SeenOrder
  | AgainOrder
  | ExitOrder;

/** The first order of every connection: who this is, and where it was. `n` is 0. */
export interface EnterOrder {
  readonly n: 0;
  readonly do: 'enter';
  /** 32 hexadecimal digits, drawn once in a client's life; over ZeroMQ that of HELLO, and left out. */
  readonly instance?: string;
  readonly nick: string;
  /** A secret of the person: what is kept for the nick is given to no other. Empty for none. */
  readonly key: string;
  readonly rooms: readonly Place[];
  /** The mailbox: the last private message that has been shown. */
  readonly mail: number;
}

/** `again`: it may have been sent before, in an earlier connection. */
export interface SayOrder {
  readonly n: number;
  readonly do: 'say';
  readonly room: string;
  readonly text: string;
  readonly again?: boolean;
}

/** A private message, to the nick `to`. */
export interface MsgOrder {
  readonly n: number;
  readonly do: 'msg';
  readonly to: string;
  readonly text: string;
  readonly again?: boolean;
}

/** Everything up to `seq` in the room has been shown; the mailbox is the room ''. No reply. */
export interface SeenOrder {
  readonly do: 'seen';
  readonly room: string;
  readonly seq: number;
}

/** What came after `since` is missing. No reply but what was missed, or a `missed` event. */
interface AgainOrder {
  readonly do: 'again';
  readonly room: string;
  readonly since: number;
}

/** The person leaves for good, and others are told at once. No reply. */
interface ExitOrder {
  readonly do: 'exit';
}

/** A room as those see it who are in it. */
export interface RoomView {
  readonly room: string;
  readonly kind: RoomKind;
  /** Those who are there, at most 100 of them, and how many they are. */
  readonly people: readonly string[];
  readonly count: number;
  /** The number behind which what is said follows. */
  readonly seq: number;
  readonly subscribed: boolean;
  readonly takes: boolean;
}

/** A line of `/rooms`. */
export interface RoomLine {
  readonly room: string;
  readonly kind: RoomKind;
  /** Those who are there. */
  readonly online: number;
  /** With those who are subscribed and away. */
  readonly members: number;
  /** Some of those who are there. */
  readonly people: readonly string[];
}

/**
 * `sent`: the broker has taken it, at the level of its room. `delivered`: it has been given to `to` members, with what
 * the worker says of it to its author. These two are the replies to `say` and `msg`.
 */
type Said =
  | { readonly re: number; readonly state: 'sent'; readonly seq: number }
  | {
      readonly re: number;
      readonly state: 'delivered';
      readonly to: number;
      readonly notice?: string;
    };

export type Reply =
  | Said
  | {
      readonly re: 0;
      readonly nick: string;
      readonly rooms: readonly RoomView[];
    }
  | { readonly re: number; readonly joined: RoomView }
  | { readonly re: number; readonly left: string }
  | { readonly re: number; readonly nick: string }
  | { readonly re: number; readonly who: RoomView }
  | { readonly re: number; readonly rooms: readonly RoomLine[] }
  | { readonly re: number; readonly subscribed: boolean }
  | { readonly re: number; readonly takes: boolean }
  | { readonly re: number; readonly error: string; readonly text: string };

/** A message as a member is given it. `prev` is the number of the one before it that this member was given. */
export interface SaidEvent {
  readonly event: 'said';
  /** '' for a private message. */
  readonly room: string;
  readonly seq: number;
  readonly prev: number;
  /** What the worker made of it. */
  readonly said: Utterance;
}

/** What a worker of type `chat` makes of a message, and a page or a terminal shows. */
export interface Utterance {
  /** The author's nick, and the identity of the message: who said it, whatever the nick, and the number of the order. */
  readonly from: string;
  readonly id: string;
  readonly n: number;
  /** When it was said, in milliseconds since 1970. */
  readonly at: number;
  readonly text: string;
  /** `/me`: something that is done and not said. */
  readonly act?: boolean;
  /** Nicks in the text. */
  readonly mentions?: readonly string[];
  /** Where links stand in the text: first and behind the last character. */
  readonly links?: readonly (readonly [number, number])[];
  /** It was not a person who said it. */
  readonly bot?: boolean;
}

export type ChatEvent =
  | SaidEvent
  | {
      readonly event: 'people';
      readonly room: string;
      readonly came: readonly string[];
      readonly went: readonly string[];
      /** People who are there now. */
      readonly count: number;
    }
  | { readonly event: 'renamed'; readonly room: string; readonly was: string; readonly is: string }
  /** Some of what was said is not remembered any more. */
  | { readonly event: 'missed'; readonly room: string }
  /** Something for the person to know: why nothing moves, what was dropped. */
  | { readonly event: 'notice'; readonly code: string; readonly text: string }
  /** The broker goes down. */
  | { readonly event: 'closing' };

/** The body of a job of type `chat`: what was said in a room since its last job left. */
export interface ChatJob {
  /** The room's name; '' for a private message. */
  readonly room: string;
  readonly kind: RoomKind | 'private';
  /** Where its answer is published. */
  readonly channel: string;
  /** The part of the members that this job is for, of how many parts; what is published reaches no others. */
  readonly part: number;
  readonly parts: number;
  /** How many members that are. */
  readonly members: number;
  readonly messages: readonly {
    readonly seq: number;
    readonly from: string;
    readonly id: string;
    readonly n: number;
    readonly at: number;
    readonly text: string;
    readonly bot?: boolean;
  }[];
}

/** The answer to a job of type `chat`: what the authors are told, and what the worker says itself. */
export interface ChatAnswer {
  /** By the number of the message: a sentence to its author. */
  readonly notices?: Readonly<Record<string, string>>;
  /** Said in the room by a bot; counts from the first part only. */
  readonly replies?: readonly { readonly from: string; readonly text: string }[];
}
