import type { Place as PlaceWords, RoomView } from '../../chat/words.ts';
import { Feed } from './feed.ts';
import { Receipt } from './receipt.ts';
import { Repeats } from './repeats.ts';
import { RoomState } from './room.ts';

/** Where a person hears something: a room, or the mailbox, whose name is '' and which has no state. */
export class Place {
  readonly room: string;
  readonly state: RoomState | null;
  readonly feed: Feed;
  readonly receipt = new Receipt();

  constructor(room: string, state: RoomState | null, feed: Feed) {
    this.room = room;
    this.state = state;
    this.feed = feed;
  }

  /** Whether the broker keeps what is said until it has been shown. */
  get isKept(): boolean {
    return this.state === null || this.state.kind !== 'transient';
  }

  /** As `enter` says it. */
  words(state: RoomState): PlaceWords {
    const { room, kind, takes } = state;
    const seen = this.feed.shown;
    return kind === 'queue' ? { room, kind, seen, takes } : { room, kind, seen };
  }
}

/** All private messages up to this number have been shown. */
export function mailbox(shown: number): Place {
  // What was read by an earlier client of the person does not come again: the first to come need not be the first there was.
  return new Place('', null, new Feed(new Repeats(false), shown, true));
}

/** `repeats` knows what was shown there before. */
export function placeIn(view: RoomView, repeats: Repeats): Place {
  return new Place(view.room, new RoomState(view), new Feed(repeats, view.seq, false));
}
