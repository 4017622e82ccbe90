import type { RoomKind } from '../../src/chat/words.ts';

export type PlaceKind = RoomKind | 'private';

/** Something that somebody says: its text is its name, and no two are alike. */
export interface Speech {
  readonly text: string;
  /** The person, and which of its lives says it. */
  readonly by: string;
  readonly life: string;
  /** Rises with each that this life says. */
  readonly n: number;
  /** The room; of a private message the person it is for. */
  readonly place: string;
  readonly kind: PlaceKind;
}

/** Somebody who looks: a person in one of its lives. */
export interface Viewer {
  readonly person: string;
  readonly life: string;
}

/** What became of one speech. */
export class Case {
  readonly speech: Speech;
  isSent = false;
  /** The number that its author was told; 0 for none. */
  toldSeq = 0;
  /** How it ended for its author: 'delivered', or a code. */
  end: string | null = null;
  /** Its author's life was over before it ended: nobody waits for that. */
  isAbandoned = false;
  /** A worker has dropped it. */
  isDropped = false;
  /** Its number, once somebody was shown it. */
  seq = 0;
  /** Lives that were shown it, and persons. */
  readonly lives = new Set<string>();
  readonly persons = new Set<string>();
  /** Persons of whom the broker knows that they have it. */
  readonly settled = new Set<string>();
  /** To whom it is owed. */
  readonly owed: Set<string>;

  constructor(speech: Speech, owed: Iterable<string>) {
    this.speech = speech;
    this.owed = new Set(owed);
  }

  /** Whether it must be shown to those it is owed to. */
  get isDue(): boolean {
    if (this.isDropped) return false;
    if (this.speech.kind === 'transient') return this.end === 'delivered';
    // Nobody hears that no worker could do it: then nobody was shown it.
    if (this.isAbandoned && this.persons.size === 0) return false;
    return this.isSent && (this.end === null || this.end === 'delivered');
  }
}
