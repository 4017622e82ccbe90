import type { RoomKind, RoomLine, RoomView } from '../../chat/words.ts';
import type { LatidoError } from '../../errors.ts';
import { linesIn, viewIn, type Words } from './heard.ts';
import { ChatLink } from './link.ts';
import { Message } from './message.ts';
import { Asked, Saying } from './wishes.ts';

/** A room that somebody wanted to leave is left. */
const GONE: readonly string[] = ['NOT_THERE', 'ROOM_UNKNOWN'];

export type { ChatMemory, ChatWire, Person } from './link.ts';

/**
 * A client's side of the chat protocol, without socket, timer and clock; it runs in a browser too. What is said, and what
 * is asked for, without a connection waits for one. Whoever drives it calls `tick` after everything that was called, and
 * when it is due. Promises reject with a LatidoError.
 */
export class ChatSession extends ChatLink {
  #messages = 0;

  /** Goes to a room; without a name the broker finds one. The kind counts where the room is made by this. */
  join(room?: string, kind?: RoomKind): Promise<RoomView> {
    const words = { do: 'join', ...(room !== undefined && { room }), ...(kind && { kind }) };
    return this.#ask(words, ({ joined }) => {
      const view = viewIn(joined);
      if (view !== null) this.places.joined(view);
      return view;
    });
  }

  async leave(room: string): Promise<void> {
    const isThere = this.rooms.has(room);
    if (isThere) this.leaves(room);
    const left = this.#ask({ do: 'leave', room }, (reply) => {
      if (typeof reply.left === 'string') this.places.left(reply.left);
      return textOf(reply.left);
    });
    await left.catch((error: LatidoError) => {
      this.places.stays(room);
      // The connection was lost meanwhile, and the person did not enter the room again.
      if (!isThere || !GONE.includes(error.code)) throw error;
      this.places.left(room);
    });
  }

  /** Another nick; resolves with the one that counts. After a refusal it is what the person enters with. */
  rename(nick: string): Promise<string> {
    return this.#ask({ do: 'nick', nick }, (reply) => {
      const called = textOf(reply.nick);
      if (called !== null) this.called(called);
      return called;
    });
  }

  who(room: string): Promise<RoomView> {
    return this.#ask({ do: 'who', room }, ({ who }) => {
      const view = viewIn(who);
      if (view !== null) this.rooms.get(view.room)?.look(view);
      return view;
    });
  }

  /** The rooms that there are. */
  list(): Promise<readonly RoomLine[]> {
    return this.#ask({ do: 'rooms' }, ({ rooms }) => linesIn(rooms));
  }

  /** What is said in a durable room waits for the person from now on. */
  subscribe(room: string): Promise<void> {
    return this.#subscribe('subscribe', room);
  }

  unsubscribe(room: string): Promise<void> {
    return this.#subscribe('unsubscribe', room);
  }

  /** Whether the person takes in a queue room, or only gives. */
  async take(room: string, on: boolean): Promise<void> {
    await this.#ask({ do: 'take', room, on }, ({ takes }) => {
      const state = this.rooms.get(room);
      if (state !== undefined && typeof takes === 'boolean') state.takes = takes;
      return flagOf(takes);
    });
  }

  /** Says it in a room; at most 128 messages are on their way, the others wait here. */
  say(room: string, text: string): Message {
    return this.#say({ do: 'say', room, text }, new Message(++this.#messages, room, '', text));
  }

  /** Says it to one person. */
  msg(to: string, text: string): Message {
    return this.#say({ do: 'msg', to, text }, new Message(++this.#messages, '', to, text));
  }

  async #subscribe(verb: 'subscribe' | 'unsubscribe', room: string): Promise<void> {
    await this.#ask({ do: verb, room }, ({ subscribed }) => {
      const state = this.rooms.get(room);
      if (state !== undefined && typeof subscribed === 'boolean') state.subscribed = subscribed;
      return flagOf(subscribed);
    });
  }

  #ask<T>(words: Words, read: (reply: Words) => T | null): Promise<T> {
    const asked = new Asked(words, read);
    this.wish(asked);
    return asked.promise;
  }

  #say(words: Words, message: Message): Message {
    this.wish(new Saying(words, message, () => this.onNews({ news: 'message', message })));
    return message;
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** The flag in a list: null stands for none. */
function flagOf(value: unknown): readonly [boolean] | null {
  return typeof value === 'boolean' ? [value] : null;
}
