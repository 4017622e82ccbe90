import { Lane } from './lane.ts';
import type { Room } from './room.ts';
import type { Saying } from './saying.ts';

/** What waits for its job in transient rooms: a lane for each part of a room. */
export class Lanes {
  readonly #byRoom = new Map<Room, Lane[]>();
  readonly #ready = new Set<Lane>();

  /** Before this, nothing leaves: people who were there before the broker started are on their way back. */
  heldUntil = Number.NEGATIVE_INFINITY;

  /** When `next` has something to do. */
  get dueAt(): number {
    return this.#ready.size > 0 ? this.heldUntil : Number.POSITIVE_INFINITY;
  }

  isFull(room: Room): boolean {
    return this.#byRoom.get(room)?.some((lane) => lane.isFull) ?? false;
  }

  /** It waits in all lanes of its room, of which there are as many as it has parts, or had: how many. */
  add(saying: Saying): number {
    const lanes = this.#of(saying.room);
    for (const lane of lanes) {
      lane.add(saying);
      this.#ready.add(lane);
    }
    return lanes.length;
  }

  /** One in which something waits and no job is under way; null when there is none. */
  next(now: number): Lane | null {
    if (now < this.heldUntil) return null;
    for (const lane of this.#ready) {
      this.#ready.delete(lane);
      if (lane.isBusy) continue;
      if (!lane.isEmpty) return lane;
      this.#forget(lane.room);
    }
    return null;
  }

  /** Its job has ended. */
  done(lane: Lane): void {
    lane.isBusy = false;
    this.#ready.add(lane);
  }

  #of(room: Room): Lane[] {
    const lanes = this.#byRoom.get(room) ?? [];
    this.#byRoom.set(room, lanes);
    const parts = Math.max(1, room.channel.parts.length);
    while (lanes.length < parts) lanes.push(new Lane(room, lanes.length));
    return lanes;
  }

  /** Not while something is on its way in one of them: what is said next would overtake it. */
  #forget(room: Room): void {
    const lanes = this.#byRoom.get(room);
    if (lanes?.every(({ isBusy, isEmpty }) => !isBusy && isEmpty)) this.#byRoom.delete(room);
  }
}
