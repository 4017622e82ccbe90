import type { RoomState } from '../../src/web.ts';
import { type Entry, keptOf, mentionsIn } from './entry.ts';
import { LogView } from './log-view.ts';

/** So many of its latest lines survive a reload. */
const KEPT_MAX = 100;

/** A conversation as it is written down while the page is loaded again. */
export interface KeptConversation {
  readonly key: string;
  readonly title: string;
  readonly unread: number;
  readonly isCalled: boolean;
  readonly entries: readonly Entry[];
}

/** A room that somebody is in, or what two say to each other. */
export class Conversation {
  /** Finds it among all. */
  readonly key: string;
  readonly isPrivate: boolean;
  /** The room's name, or the nick of the other. */
  readonly title: string;
  readonly log: LogView;
  /** What is known of the room; null for a private conversation, and while the person is not in the room. */
  room: RoomState | null = null;
  /** What came that was not looked at, and whether any of it speaks of this person. */
  unread = 0;
  isCalled = false;

  constructor(key: string, title: string, onSeen: () => void) {
    this.key = key;
    this.isPrivate = key === keyOfPerson(title);
    this.title = title;
    this.log = new LogView(title, () => {
      this.looked();
      onSeen();
    });
  }

  /** Adds a line; `isLooked` when somebody is looking at the conversation now. */
  add(entry: Entry, self: string, isOnline: boolean, isLooked: boolean): void {
    this.log.add(entry, self, isOnline);
    if (isLooked || entry.kind !== 'said') return;
    this.unread++;
    this.isCalled ||= this.isPrivate || mentionsIn(entry, self);
  }

  /** What survives a reload. */
  kept(): KeptConversation {
    const { key, title, unread, isCalled, log } = this;
    return { key, title, unread, isCalled, entries: log.entries.slice(-KEPT_MAX).map(keptOf) };
  }

  /** Puts back what survived. */
  restore({ unread, isCalled, entries }: KeptConversation, self: string): void {
    for (const entry of entries) this.log.add(entry, self, false);
    this.unread = unread;
    this.isCalled = isCalled;
  }

  looked(): void {
    this.unread = 0;
    this.isCalled = false;
  }
}

export function keyOfRoom(room: string): string {
  return `room:${room}`;
}

/** Case does not tell nicks apart. */
export function keyOfPerson(nick: string): string {
  return `to:${nick.toLowerCase()}`;
}
