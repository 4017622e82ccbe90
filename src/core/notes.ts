import { BackoffKind, type Journal, type Kept, type KeptJob } from './journal.ts';
import type { Ledger } from './ledger.ts';
import type { State } from './state.ts';

/** No client can name a type or an id like these: they have a control character in front. */
export const NOTE_TYPE = '\u0001note';
const MARK = '\u0001';
const NO_BACKOFF = { kind: BackoffKind.FIXED, ms: 0, msMax: 0, jitter: 0 } as const;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

interface Note {
  readonly number: number;
  readonly text: string;
}

/** Whether a row of the store is a note and no job. */
export function isNote({ type }: Kept): boolean {
  return type === NOTE_TYPE;
}

/**
 * Texts by name that survive the broker, for who lives in it beside the jobs. To the store a note is a job that nobody
 * runs: it is submitted when it is put, and dropped when another takes its place. What is known here is what counts: a
 * store that has failed is told again what it does not have.
 */
export class Notes {
  readonly #state: State;
  readonly #ledger: Ledger;
  readonly #journal: Journal;
  readonly #notes = new Map<string, Note>();
  /** What the store has, while it is read again. */
  #found: Map<string, Note> | null = null;
  #isRead = false;
  /** The store has failed, and may not have what is known here. */
  #isDoubtful = false;

  constructor(state: State, ledger: Ledger, journal: Journal) {
    this.#state = state;
    this.#ledger = ledger;
    this.#journal = journal;
  }

  /** Whether what is put survives the broker. */
  get isKept(): boolean {
    return this.#state.storeRefusal !== 'NO_STORE';
  }

  /** Whether the store has failed and not been read again. */
  get isShut(): boolean {
    return this.isKept && this.#state.storeRefusal !== null;
  }

  /** All of them, name and text. */
  *all(): Iterable<readonly [string, string]> {
    for (const [name, { text }] of this.#notes) yield [name, text];
  }

  put(name: string, text: string): void {
    if (!this.isKept) return;
    this.drop(name);
    const number = this.#ledger.nextNumber();
    this.#notes.set(name, { number, text });
    const bytes = encoder.encode(text);
    this.#journal.submitted(this.#keptOf(number, name), bytes, 0, bytes.length);
    this.#state.recorded++;
  }

  drop(name: string): void {
    const note = this.#notes.get(name);
    if (note === undefined) return;
    this.#notes.delete(name);
    this.#forget(note);
  }

  /** The store has this one. */
  restore({ kept, body }: KeptJob): void {
    const name = kept.id.slice(MARK.length);
    const note = { number: kept.number, text: decoder.decode(body) };
    if (this.#isRead) this.#found ??= new Map();
    const notes = this.#found ?? this.#notes;
    const other = notes.get(name);
    notes.set(name, note);
    if (other !== undefined) this.#forget(other);
  }

  /**
   * All of them have been read: the store is told what it lacks. From its opening to here nothing may be put: it would stand
   * beside what it takes the place of.
   */
  ready(): void {
    if (this.#isRead && this.#isDoubtful) this.#reconcile(this.#found ?? new Map());
    this.#found = null;
    this.#isRead = true;
    this.#isDoubtful = false;
  }

  /** The store has failed: what was read of it so far is read again. */
  fail(): void {
    this.#found = null;
    this.#isDoubtful = true;
  }

  /** What is in the place of another is said after that one was dropped: a store knows one of a name. */
  #reconcile(found: ReadonlyMap<string, Note>): void {
    for (const [name, note] of found) {
      if (this.#notes.get(name)?.number !== note.number) this.#forget(note);
    }
    for (const [name, note] of [...this.#notes]) {
      if (found.get(name)?.number === note.number) continue;
      this.#notes.delete(name);
      this.put(name, note.text);
    }
  }

  #forget({ number }: Note): void {
    this.#journal.dropped(number);
    this.#state.recorded++;
  }

  #keptOf(number: number, name: string): Kept {
    return {
      number,
      id: MARK + name,
      type: NOTE_TYPE,
      priority: 0,
      answerTimeoutMs: 0,
      attemptsMax: 0,
      backoff: NO_BACKOFF,
      key: '',
      submittedAt: 0,
      notBefore: 0,
      deadline: 0,
      trace: null,
    };
  }
}
