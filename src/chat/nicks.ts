import { type Notes, noteName } from './notes.ts';
import type { Person } from './person.ts';
import { folded } from './text.ts';

/** How long a nick with a key is nobody else's after its person was last there. */
const RESERVED_MS = 30 * 86_400_000;
/** The instant is written down again when it has moved by so much. */
const STALE_MS = 86_400_000;
const RESERVED_MAX = 100_000;
/** How often it is looked for reservations that are over. */
const SWEEP_MS = 3_600_000;

interface Reservation {
  readonly nick: string;
  /** A digest of the key. */
  readonly key: string;
  /** When its person was last there, in wall-clock milliseconds. */
  at: number;
}

/** Whose nicks are: of those who are there, and of those who were, and can prove it. */
export class Nicks {
  readonly #notes: Notes;
  readonly #needed: () => ReadonlySet<string>;
  readonly #people = new Map<string, Person>();
  readonly #reserved = new Map<string, Reservation>();
  #sweptAt = 0;

  /** `needed` are the nicks that something is kept for: their reservations do not end. */
  constructor(notes: Notes, needed: () => ReadonlySet<string>) {
    this.#notes = notes;
    this.#needed = needed;
  }

  /** Who has the nick now, also while away for a moment. */
  get(nick: string): Person | null {
    return this.#people.get(folded(nick)) ?? null;
  }

  /** The nick as its owner writes it, whether or not that is there; null for a nick that is nobody's. */
  known(nick: string): string | null {
    const fold = folded(nick);
    return this.#people.get(fold)?.nick ?? this.#reserved.get(fold)?.nick ?? null;
  }

  /** Whether something can wait for the nick while nobody has it. */
  isReserved(nick: string): boolean {
    return this.#reserved.has(folded(nick));
  }

  /** Why `person` cannot have the nick; null when it can. Who held it before with the same key is returned by `get`. */
  isFree(nick: string, person: Person | null, key: string): boolean {
    const fold = folded(nick);
    const holder = this.#people.get(fold);
    if (holder !== undefined && holder !== person && !isSame(holder, key)) return false;
    const reservation = this.#reserved.get(fold);
    return reservation === undefined || reservation.key === key;
  }

  /** The nick is free, and is the person's from now on. */
  take(wall: number, nick: string, person: Person): void {
    const fold = folded(nick);
    this.#people.set(fold, person);
    if (person.key === '' || !this.#notes.isKept) return;
    const known = this.#reserved.get(fold);
    if (known === undefined && this.#reserved.size >= RESERVED_MAX) return;
    if (known === undefined || known.nick !== nick || wall - known.at > STALE_MS) {
      this.#reserve({ nick, key: person.key, at: wall });
    }
  }

  /** The person has the nick no more; what is kept for it waits, if there is a key. */
  release(wall: number, person: Person): void {
    const fold = folded(person.nick);
    if (this.#people.get(fold) === person) this.#people.delete(fold);
    const reservation = this.#reserved.get(fold);
    if (reservation !== undefined && wall - reservation.at > STALE_MS) {
      this.#reserve({ ...reservation, at: wall });
    }
  }

  /** A note of an earlier life. */
  restore(note: Reservation): void {
    this.#reserved.set(folded(note.nick), note);
  }

  /** Ends the reservations of those who have not been there for long, when it is time to look; the next such instant. */
  sweep(now: number, wall: number): number {
    if (now < this.#sweptAt + SWEEP_MS && this.#sweptAt > 0) return this.#sweptAt + SWEEP_MS;
    this.#sweptAt = now;
    const old: string[] = [];
    for (const [fold, reservation] of this.#reserved) {
      const age = wall - reservation.at;
      if (!this.#people.has(fold)) {
        if (age > RESERVED_MS + STALE_MS) old.push(fold);
      } else if (age > STALE_MS) this.#reserve({ ...reservation, at: wall });
    }
    if (old.length > 0) this.#end(old);
    return now + SWEEP_MS;
  }

  #end(folds: readonly string[]): void {
    const needed = this.#needed();
    for (const fold of folds) {
      if (needed.has(fold)) continue;
      this.#reserved.delete(fold);
      this.#notes.drop(noteName('nick', fold));
    }
  }

  #reserve(reservation: Reservation): void {
    const fold = folded(reservation.nick);
    this.#reserved.set(fold, reservation);
    this.#notes.put(noteName('nick', fold), JSON.stringify(reservation));
  }
}

/** The same person under another connection, while this one is away. */
function isSame(holder: Person, key: string): boolean {
  return !holder.isHere && key !== '' && holder.key === key;
}
