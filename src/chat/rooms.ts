import { firstSeq } from '../core/channels.ts';
import type { State } from '../core/state.ts';
import type { ChatSettings } from './chat.ts';
import { type Notes, noteName } from './notes.ts';
import { Room } from './room.ts';
import { folded } from './text.ts';
import type { RoomLine } from './words.ts';

/** How often rooms that nobody needs are looked for, and how long one of an earlier life is waited for. */
const SWEEP_MS = 60_000;
/** Rooms that one answer lists. */
const LINES_MAX = 1000;

/** Which rooms there are. */
export class Rooms {
  readonly #state: State;
  readonly #settings: ChatSettings;
  readonly #notes: Notes;
  readonly #rooms = new Map<string, Room>();
  /** Rooms whose people have changed, or whose posts may be dropped. */
  readonly #stirred = new Set<Room>();
  #sweepAt = Number.POSITIVE_INFINITY;
  #reclaimAt = Number.POSITIVE_INFINITY;
  #dueAt = Number.POSITIVE_INFINITY;

  constructor(state: State, settings: ChatSettings, notes: Notes) {
    this.#state = state;
    this.#settings = settings;
    this.#notes = notes;
  }

  /** All of them, mailboxes too. */
  get all(): Iterable<Room> {
    return this.#rooms.values();
  }

  /** Rooms and mailboxes. */
  get size(): number {
    return this.#rooms.size;
  }

  /** The room of that name, or the mailbox `@…`. */
  get(key: string): Room | null {
    return this.#rooms.get(key) ?? null;
  }

  /** The room of that key, made when there is none; null when there are too many. */
  need(now: number, key: string, kind: Room['kind']): Room | null {
    const known = this.#rooms.get(key);
    if (known !== undefined) return known;
    if (kind !== 'private' && this.#rooms.size >= this.#settings.roomsMax) return null;
    const seq = firstSeq(this.#state, now);
    const room = new Room(key, kind, this.#notes, seq);
    this.#rooms.set(key, room);
    if (room.isKept) this.#notes.put(noteName('room', key), JSON.stringify({ kind, seq }));
    return room;
  }

  /** A room for somebody who names none: one with a single person first, else the emptiest, else a new one. */
  find(now: number): Room | null {
    let best: Room | null = null;
    for (const room of this.#rooms.values()) {
      if (room.kind !== 'transient' || room.size >= this.#settings.roomCapacity) continue;
      if (room.size === 1) return room;
      if (best === null || room.size < best.size) best = room;
    }
    return best ?? this.need(now, this.#freeName(), 'transient');
  }

  /** A note of an earlier life. */
  restore(now: number, key: string, kind: Room['kind'], published: number): void {
    const seq = firstSeq(this.#state, now);
    this.#rooms.set(key, new Room(key, kind, this.#notes, seq, published));
    this.#sweepAt = Math.min(this.#sweepAt, now + SWEEP_MS);
  }

  /** All notes of an earlier life have been read: what people were given then and do not come back for goes to others. */
  restored(now: number): void {
    for (const room of this.#rooms.values()) room.restored();
    this.#reclaimAt = now + this.#state.settings.clientGraceMs;
    this.#dueAt = now;
  }

  list(): RoomLine[] {
    const lines: RoomLine[] = [];
    for (const room of this.#rooms.values()) {
      if (lines.length === LINES_MAX) break;
      if (room.kind !== 'private') lines.push(room.line());
    }
    return lines;
  }

  /** When `tick` has something to do. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** Something has changed in it that `tick` is to deal with. */
  stir(now: number, room: Room): void {
    this.#stirred.add(room);
    this.#dueAt = now;
    if (room.isOver && room.kind === 'transient') this.#remove(room);
    else if (room.isOver) this.#sweepAt = Math.min(this.#sweepAt, now + SWEEP_MS);
  }

  tick(now: number): void {
    if (now < this.#dueAt) return;
    let next = Number.POSITIVE_INFINITY;
    for (const room of this.#stirred) {
      const at = room.tick(now);
      if (at === Number.POSITIVE_INFINITY) this.#stirred.delete(room);
      next = Math.min(next, at);
    }
    if (now >= this.#sweepAt) this.#sweep();
    if (now >= this.#reclaimAt) this.#reclaim();
    this.#dueAt = Math.min(next, this.#sweepAt, this.#reclaimAt);
  }

  #sweep(): void {
    this.#sweepAt = Number.POSITIVE_INFINITY;
    for (const room of this.#rooms.values()) if (room.isOver) this.#remove(room);
  }

  #reclaim(): void {
    this.#reclaimAt = Number.POSITIVE_INFINITY;
    for (const { queue, channel } of this.#rooms.values()) {
      queue?.reclaim((fold) => [...channel.all].some(({ name }) => folded(name) === fold));
    }
  }

  #remove(room: Room): void {
    this.#rooms.delete(room.key);
    this.#stirred.delete(room);
    if (room.isKept) this.#notes.drop(noteName('room', room.key));
  }

  #freeName(): string {
    for (let number = 1; ; number++) {
      const name = `room-${number}`;
      if (!this.#rooms.has(name)) return name;
    }
  }
}
