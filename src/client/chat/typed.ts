/** What a person means by a line: an order if it begins with `/` in the first place, else text. */

import type { RoomKind } from '../../chat/words.ts';

export type Typed =
  | { readonly do: 'say'; readonly text: string }
  | {
      readonly do: 'join';
      readonly room: string | undefined;
      readonly kind: RoomKind | undefined;
    }
  | {
      readonly do: 'leave' | 'who' | 'subscribe' | 'unsubscribe';
      /** Without one, the room that is typed in. */
      readonly room: string | undefined;
    }
  | { readonly do: 'room'; readonly room: string }
  | { readonly do: 'msg'; readonly to: string; readonly text: string }
  | { readonly do: 'nick'; readonly nick: string }
  | { readonly do: 'take'; readonly on: boolean; readonly room: string | undefined }
  | { readonly do: 'rooms' }
  | { readonly do: 'help' }
  | { readonly do: 'quit' }
  /** It cannot be done, and the sentence that says what can. */
  | { readonly do: 'nothing'; readonly text: string };

/** A command as it is explained. */
export interface ChatCommand {
  readonly name: string;
  readonly typed: string;
  readonly describe: string;
}

interface Command {
  /** What stands behind the name. */
  readonly usage: string;
  readonly describe: string;
  /** Null when what stands behind the name does not fit. */
  read(words: readonly string[], rest: string): Typed | null;
}

const KINDS: readonly string[] = ['transient', 'durable', 'queue'] satisfies RoomKind[];

const COMMANDS: Readonly<Record<string, Command>> = {
  join: {
    usage: '[room] [kind]',
    describe: 'go into a room; a new one is transient, durable or queue',
    read: ([room, kind, ...more]) => {
      if (more.length > 0 || (kind !== undefined && !KINDS.includes(kind))) return null;
      return { do: 'join', room, kind: kind as RoomKind | undefined };
    },
  },
  leave: inRoom('leave', 'go out of a room'),
  room: {
    usage: 'name',
    describe: 'say what follows there, one of your rooms',
    read: ([room, ...more]) =>
      room === undefined || more.length > 0 ? null : { do: 'room', room },
  },
  msg: {
    usage: 'nick text',
    describe: 'say it to one person; it waits for who is away',
    read: ([to], rest) => {
      const text = to === undefined ? '' : rest.slice(to.length).trimStart();
      return to === undefined || text === '' ? null : { do: 'msg', to, text };
    },
  },
  me: {
    usage: 'text',
    describe: 'something that you do and do not say',
    read: (_, rest) => (rest === '' ? null : { do: 'say', text: `/me ${rest}` }),
  },
  nick: {
    usage: 'name',
    describe: 'be called so',
    read: ([nick, ...more]) =>
      nick === undefined || more.length > 0 ? null : { do: 'nick', nick },
  },
  who: inRoom('who', 'who is there'),
  rooms: plain('rooms', 'which rooms there are'),
  subscribe: inRoom('subscribe', 'have what is said while you are away kept'),
  unsubscribe: inRoom('unsubscribe', 'have it kept no more'),
  take: {
    usage: 'on|off [room]',
    describe: 'be given messages of a queue room, or none',
    read: ([on, room, ...more]) => {
      if (more.length > 0 || (on !== 'on' && on !== 'off')) return null;
      return { do: 'take', on: on === 'on', room };
    },
  },
  help: plain('help', 'these lines'),
  quit: plain('quit', 'go away'),
};

/** All commands of a chat: their names, how each is typed, and what it is for. */
export const chatCommands: readonly ChatCommand[] = Object.entries(COMMANDS).map(
  ([name, { usage, describe }]) => {
    return { name: `/${name}`, typed: `/${name} ${usage}`.trimEnd(), describe };
  },
);

/** The meaning of one line that a person typed. */
export function readTyped(line: string): Typed {
  if (line.trim() === '') return nothing('there is nothing to say: type a text, or /help');
  if (!line.startsWith('/')) return { do: 'say', text: line };
  if (line.startsWith('//')) return { do: 'say', text: line.slice(1) };
  // Two ways to write é are one nick and one room.
  const [, name = '', rest = ''] = /^\/(\S*)\s*(.*?)\s*$/su.exec(line.normalize('NFC')) ?? [];
  const command = Object.hasOwn(COMMANDS, name.toLowerCase())
    ? COMMANDS[name.toLowerCase()]
    : undefined;
  if (command === undefined) return nothing(`there is no command /${name}: see /help`);
  const words = rest === '' ? [] : rest.split(/\s+/);
  return command.read(words, rest) ?? nothing(`it is typed /${name} ${command.usage}`.trimEnd());
}

function inRoom(name: 'leave' | 'who' | 'subscribe' | 'unsubscribe', describe: string): Command {
  return {
    usage: '[room]',
    describe,
    read: ([room, ...more]) => (more.length > 0 ? null : { do: name, room }),
  };
}

function plain(name: 'rooms' | 'help' | 'quit', describe: string): Command {
  return { usage: '', describe, read: (words) => (words.length > 0 ? null : { do: name }) };
}

function nothing(text: string): Typed {
  return { do: 'nothing', text };
}
