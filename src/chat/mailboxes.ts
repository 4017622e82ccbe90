import type { Nicks } from './nicks.ts';
import type { Person } from './person.ts';
import type { Room } from './room.ts';
import type { Rooms } from './rooms.ts';
import { folded } from './text.ts';

/** Where private messages wait: a room of one for each nick that was ever sent some. */
export class Mailboxes {
  readonly #rooms: Rooms;
  readonly #nicks: Nicks;

  constructor(rooms: Rooms, nicks: Nicks) {
    this.#rooms = rooms;
    this.#nicks = nicks;
  }

  /** The mailbox of a nick, which somebody has or had; null when nobody has. */
  of(now: number, nick: string): Room | null {
    const owner = this.#nicks.known(nick);
    if (owner === null) return null;
    const room = this.#rooms.need(now, keyOf(nick), 'private')!;
    room.log!.subscribe(owner, room.channel.seq);
    const person = this.#nicks.get(nick);
    if (person !== null) room.join(now, person);
    return room;
  }

  /** The mailbox of a nick, where there is one already. */
  known(nick: string): Room | null {
    return this.#rooms.get(keyOf(nick));
  }

  /** The nicks that something is kept for, as they are compared: private messages, or a subscription. */
  get needed(): ReadonlySet<string> {
    const needed = new Set<string>();
    for (const { kind, log } of this.#rooms.all) {
      if (log === null || (kind === 'private' && log.size === 0)) continue;
      for (const fold of log.folds) needed.add(fold);
    }
    return needed;
  }

  /** The person has this nick now, and has seen everything up to `seen`. */
  open(now: number, person: Person, seen: number): void {
    const room = this.known(person.nick);
    if (room === null) return;
    const member = room.join(now, person);
    room.seen(member, seen);
    room.replay(member, room.since(member, seen), seen);
    this.#rooms.stir(now, room);
  }

  /** The person has the nick no more; what nobody can prove to be theirs is not kept. */
  close(now: number, person: Person): void {
    const room = this.known(person.nick);
    const member = room === null ? undefined : person.members.get(room);
    if (room === null || member === undefined) return;
    room.leave(now, member);
    if (!this.#nicks.isReserved(person.nick)) room.log!.clear();
    this.#rooms.stir(now, room);
  }
}

function keyOf(nick: string): string {
  return `@${folded(nick)}`;
}
