import { LatidoError } from '../../errors.ts';
import type { Chat, Message, RoomKind, RoomLine, RoomView, Typed } from '../../index.ts';

/** What became of something that was typed. */
export type Outcome =
  | { readonly outcome: 'message'; readonly message: Message }
  | { readonly outcome: 'joined'; readonly room: RoomView }
  /** `next` is the room that is typed in now; empty for none. */
  | { readonly outcome: 'left'; readonly left: string; readonly next: string }
  | { readonly outcome: 'room'; readonly room: string }
  | { readonly outcome: 'who'; readonly who: RoomView }
  | { readonly outcome: 'rooms'; readonly rooms: readonly RoomLine[] }
  | { readonly outcome: 'nick'; readonly nick: string }
  | { readonly outcome: 'subscribed'; readonly room: string; readonly subscribed: boolean }
  | { readonly outcome: 'takes'; readonly room: string; readonly takes: boolean }
  | { readonly outcome: 'help' | 'quit' }
  | { readonly outcome: 'failed'; readonly code: string; readonly text: string };

/** Does what was typed, and knows the room that is typed in. */
export class Orders {
  /** Empty for none. */
  room = '';
  readonly #chat: Chat;

  constructor(chat: Chat) {
    this.#chat = chat;
  }

  /** Goes to the room that a program was started for; '' for one that the broker finds. */
  start(room: string, kind: string): Promise<Outcome> {
    const wanted = room === '' ? undefined : room;
    return this.obey({
      do: 'join',
      room: wanted,
      kind: kind === '' ? undefined : (kind as RoomKind),
    });
  }

  /** Whether it has to wait for what was typed before, which may change the room that it is for. */
  static keepsOrder(typed: Typed): boolean {
    return !['nick', 'quit', 'help', 'nothing', 'rooms', 'msg'].includes(typed.do);
  }

  /** Resolves when it is done; a message is only handed in. */
  async obey(typed: Typed): Promise<Outcome> {
    try {
      return await this.#done(typed);
    } catch (error) {
      if (!(error instanceof LatidoError)) throw error;
      return { outcome: 'failed', code: error.code, text: error.message };
    }
  }

  /** The person is in that room no more. */
  lost(room: string): void {
    if (room === this.room) this.room = this.#other(room);
  }

  async #done(typed: Typed): Promise<Outcome> {
    const chat = this.#chat;
    switch (typed.do) {
      case 'say':
        return { outcome: 'message', message: chat.say(this.#here(undefined), typed.text) };
      case 'msg':
        return { outcome: 'message', message: chat.msg(typed.to, typed.text) };
      case 'nick':
        return { outcome: 'nick', nick: await chat.rename(typed.nick) };
      case 'rooms':
        return { outcome: 'rooms', rooms: await chat.list() };
      case 'nothing':
        return { outcome: 'failed', code: 'NOTHING_TO_DO', text: typed.text };
      case 'help':
      case 'quit':
        return { outcome: typed.do };
      default:
        return this.#doneIn(typed);
    }
  }

  async #doneIn(typed: Extract<Typed, { readonly room: string | undefined }>): Promise<Outcome> {
    const chat = this.#chat;
    if (typed.do === 'join') return this.#join(typed.room, typed.kind);
    const room = this.#here(typed.room);
    switch (typed.do) {
      case 'room':
        return this.#typeIn(room);
      case 'leave':
        return this.#leave(room);
      case 'who':
        return { outcome: 'who', who: await chat.who(room) };
      case 'take':
        await chat.take(room, typed.on);
        return { outcome: 'takes', room, takes: typed.on };
      case 'subscribe':
        await chat.subscribe(room);
        return { outcome: 'subscribed', room, subscribed: true };
      case 'unsubscribe':
        await chat.unsubscribe(room);
        return { outcome: 'subscribed', room, subscribed: false };
    }
  }

  async #join(room: string | undefined, kind: RoomKind | undefined): Promise<Outcome> {
    const joined = await this.#chat.join(room, kind);
    this.room = joined.room;
    return { outcome: 'joined', room: joined };
  }

  async #leave(room: string): Promise<Outcome> {
    await this.#chat.leave(room);
    this.lost(room);
    return { outcome: 'left', left: room, next: this.room };
  }

  #typeIn(room: string): Outcome {
    if (!this.#chat.rooms.has(room)) throw notIn(room);
    this.room = room;
    return { outcome: 'room', room };
  }

  /** The room that was named, else the one that is typed in. */
  #here(room: string | undefined): string {
    if (room !== undefined) return room;
    if (this.room !== '') return this.room;
    throw new LatidoError('NO_ROOM', 'you are in no room: /join one, or see /rooms');
  }

  #other(room: string): string {
    return [...this.#chat.rooms.keys()].findLast((name) => name !== room) ?? '';
  }
}

function notIn(room: string): LatidoError {
  return new LatidoError('NO_ROOM', `you are not in ${room}: /join ${room}`);
}
