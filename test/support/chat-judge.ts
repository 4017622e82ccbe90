import { Case, type PlaceKind, type Speech, type Viewer } from './chat-case.ts';
import { Verdict } from './judge.ts';

/** What holds in a history, besides what holds in all. */
export interface ChatTerms {
  /** What is kept survives the broker. */
  readonly isKept: boolean;
  /** Nobody dies, or is away for longer than is waited: each of a queue room goes to exactly one. */
  readonly isSteady: boolean;
}

/**
 * Judges what people of a chat say and are shown while it happens, by what they do and are told themselves. Throws a `Verdict` at
 * the event that breaks a promise, or at the end for what never came.
 */
export class ChatJudge {
  readonly #terms: ChatTerms;
  readonly #cases = new Map<string, Case>();
  /** Who is owed what is said in a place: who is subscribed there, or steadily there. */
  readonly #owing = new Map<string, Set<string>>();
  /** The highest number that a life was shown in a place, and of each author's. */
  readonly #highest = new Map<string, number>();

  constructor(terms: ChatTerms) {
    this.#terms = terms;
  }

  /** What is said there from now on is owed to the person: it is subscribed, is in a transient room, or has this mailbox. */
  owes(kind: PlaceKind, place: string, person: string): void {
    const key = keyOf(kind, place);
    const known = this.#owing.get(key);
    if (known === undefined) this.#owing.set(key, new Set([person]));
    else known.add(person);
  }

  /** It is owed to the person no more, and neither is what was said there lately. */
  owesNoMore(kind: PlaceKind, place: string, person: string): void {
    this.#owing.get(keyOf(kind, place))?.delete(person);
    this.#excuse(place, person);
  }

  /** The person is told that something there is not remembered any more. */
  missed(kind: PlaceKind, place: string, person: string): void {
    const isOwed = this.#owing.get(keyOf(kind, place))?.has(person) ?? false;
    if (kind !== 'transient' && isOwed && this.#terms.isKept)
      throw new Verdict(`${person} is told that something of ${place} is not kept any more`);
    this.#excuse(place, person);
  }

  says(speech: Speech): void {
    const owing = this.#owing.get(keyOf(speech.kind, speech.place)) ?? [];
    const owed = [...owing].filter((person) => person !== speech.by);
    this.#cases.set(speech.text, new Case(speech, owed));
  }

  /** A worker says something there itself, because of what somebody has said. */
  replies(text: string, cause: string, kind: PlaceKind, place: string): void {
    if (this.#cases.has(text)) return;
    const { speech } = this.#caseOf(cause);
    if (speech.place !== place) throw new Verdict(`${text} is the reply to something elsewhere`);
    const made = new Case({ text, by: 'a worker', life: text, n: 1, place, kind }, []);
    made.isAbandoned = true;
    this.#cases.set(text, made);
  }

  /** The author is told that the broker has it, under this number. */
  sent(text: string, seq: number): void {
    const made = this.#caseOf(text);
    made.isSent = true;
    if (!this.#isNumbered(made)) return;
    made.toldSeq = seq;
    if (made.seq !== 0 && made.seq !== seq)
      throw new Verdict(`${text} is shown as ${made.seq}, and its author told ${seq}`);
  }

  /** The last word to the author. */
  ended(text: string, end: string): void {
    const made = this.#caseOf(text);
    if (made.end !== null) throw new Verdict(`${text} ended ${made.end}, and then ${end}`);
    made.end = end;
  }

  /** A worker has dropped it. */
  dropped(text: string): void {
    this.#caseOf(text).isDropped = true;
  }

  /** A life is over: nobody hears how what was said in it ends. */
  died(life: string): void {
    for (const made of this.#cases.values())
      if (made.speech.life === life && made.end === null) made.isAbandoned = true;
  }

  /** Nothing in memory survives: what is owed by it is owed no more, and nobody is there. */
  brokerDied(): void {
    for (const [key] of this.#owing)
      if (!this.#terms.isKept || key.startsWith('transient')) this.#owing.delete(key);
    for (const made of this.#cases.values()) {
      if (this.#terms.isKept && made.speech.kind !== 'transient') continue;
      made.owed.clear();
      made.seq = made.toldSeq = 0;
    }
  }

  /** Somebody is shown a text under a number. */
  shown({ person, life }: Viewer, kind: PlaceKind, place: string, seq: number, text: string): void {
    const made = this.#caseOf(text);
    const { speech, lives, persons } = made;
    if (speech.place !== place || speech.kind !== kind)
      throw new Verdict(`${person} is shown ${text} at ${place}: it was said elsewhere`);
    if (speech.by === person) throw new Verdict(`${person} is shown ${text}, its own`);
    if (made.isDropped) throw new Verdict(`${person} is shown ${text}, which was dropped`);
    if (lives.has(life)) throw new Verdict(`${person} is shown ${text} twice`);
    if (made.settled.has(person))
      throw new Verdict(`${person} is shown ${text} again, though the broker knows that it has it`);
    this.#inOrder(made, person, life, seq);
    lives.add(life);
    persons.add(person);
    made.owed.delete(person);
    if (kind === 'queue' && this.#isExact && persons.size > 1)
      throw new Verdict(`${text} is given to ${[...persons].join(' and ')}`);
  }

  /** The broker has been told of all that was shown: none of it comes again. */
  settle(): void {
    for (const { persons, settled } of this.#cases.values())
      for (const person of persons) settled.add(person);
  }

  /** What is still to come: what has no end, and what is due and was not shown. */
  open(): string[] {
    return [...this.#cases.values()].flatMap((made) => this.#openIn(made));
  }

  /** Nothing more comes: what was promised has happened. */
  finish(): void {
    const open = this.open();
    if (open.length > 0) throw new Verdict(open.slice(0, 5).join('; '));
  }

  /** Nothing has failed: what others than `takers` said in the queue room was spread evenly over them. */
  evenly(place: string, takers: readonly string[]): void {
    const counts = new Map(takers.map((taker) => [taker, 0]));
    for (const { speech, persons } of this.#cases.values()) {
      if (speech.place !== place || counts.has(speech.by)) continue;
      for (const person of persons) counts.set(person, (counts.get(person) ?? 0) + 1);
    }
    const shares = [...counts.values()];
    if (Math.max(...shares) - Math.min(...shares) > 1)
      throw new Verdict(`in ${place} the takers are given ${shares.join(', ')}`);
  }

  get #isExact(): boolean {
    return this.#terms.isSteady && this.#terms.isKept;
  }

  #openIn(made: Case): string[] {
    const { speech, end, isAbandoned, isDue, owed, persons } = made;
    const { text, kind } = speech;
    const open = end === null && !isAbandoned ? [`${text} has no end`] : [];
    if (!isDue) return open;
    for (const person of owed) open.push(`${text} was not shown to ${person}`);
    if (kind === 'queue' && this.#isExact && persons.size === 0)
      open.push(`${text} was given to nobody`);
    return open;
  }

  /** The same number for all, numbers that rise for each, and what one author says in the order in which it was said. */
  #inOrder(made: Case, person: string, life: string, seq: number): void {
    const { speech, toldSeq } = made;
    const { text, place, kind, n } = speech;
    if (this.#isNumbered(made)) {
      if (made.seq !== 0 && made.seq !== seq)
        throw new Verdict(`${text} is shown as ${made.seq}, and to ${person} as ${seq}`);
      if (toldSeq !== 0 && toldSeq !== seq)
        throw new Verdict(`${text} is shown as ${seq}, and its author told ${toldSeq}`);
      made.seq = seq;
    }
    const at = keyOf(kind, place);
    if (!this.#rises(`${life} ${at}`, seq))
      throw new Verdict(`${person} is shown ${text} as ${seq} behind a higher number`);
    if (kind !== 'queue' && !this.#rises(`${life} ${at} ${speech.life}`, n))
      throw new Verdict(`${person} is shown ${text} behind what was said after it`);
  }

  /** Whether it has the same number for all; in a queue room it is given another, and what memory alone had after a restart. */
  #isNumbered({ speech: { kind } }: Case): boolean {
    return this.#terms.isKept && (kind === 'durable' || kind === 'private');
  }

  #rises(of: string, number: number): boolean {
    if (number <= (this.#highest.get(of) ?? 0)) return false;
    this.#highest.set(of, number);
    return true;
  }

  #excuse(place: string, person: string): void {
    for (const { speech, owed } of this.#cases.values())
      if (speech.place === place && speech.kind !== 'private') owed.delete(person);
  }

  #caseOf(text: string): Case {
    const made = this.#cases.get(text);
    if (made === undefined) throw new Verdict(`nobody said '${text}'`);
    return made;
  }
}

function keyOf(kind: PlaceKind, place: string): string {
  return `${kind} ${place}`;
}
