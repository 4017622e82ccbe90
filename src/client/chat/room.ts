import type { RoomKind, RoomView } from '../../chat/words.ts';

/** No more people of a room are known by name. */
const PEOPLE_MAX = 100;

/** A room that a person is in, as far as the person has been told. */
export class RoomState {
  readonly room: string;
  kind: RoomKind = 'transient';
  /** Those who are there, as far as they are known by name. */
  people: readonly string[] = [];
  /** How many they are. */
  count = 0;
  subscribed = false;
  takes = false;

  constructor(view: RoomView) {
    this.room = view.room;
    this.look(view);
  }

  /** What the broker says of it. */
  look(view: RoomView): void {
    this.kind = view.kind;
    this.people = view.people;
    this.count = view.count;
    this.subscribed = view.subscribed;
    this.takes = view.takes;
  }

  /** People have come and gone. */
  moved(came: readonly string[], went: readonly string[], count: number): void {
    const gone = new Set(went);
    const left = this.people.filter((nick) => !gone.has(nick) && !came.includes(nick));
    this.people = [...left, ...came].slice(0, PEOPLE_MAX);
    this.count = count;
  }

  renamed(was: string, is: string): void {
    this.people = this.people.map((nick) => (nick === was ? is : nick));
  }
}
