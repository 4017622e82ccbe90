import { type Delivery, Subscription } from '../core/channel.ts';
import type { Person } from './person.ts';
import type { Room } from './room.ts';

/** Somebody's place in a room. */
export class Member extends Subscription {
  readonly person: Person;
  readonly room: Room;
  /** Queue rooms: whether it is given what others give. */
  takes = false;

  constructor(person: Person, room: Room) {
    super(person.nick);
    this.person = person;
    this.room = room;
  }

  get isHere(): boolean {
    return this.person.isHere;
  }

  protected deliver(delivery: Delivery, prev: number): void {
    const word = this.room.wording.of(delivery, prev);
    this.person.say(word, delivery.durable);
  }
}
