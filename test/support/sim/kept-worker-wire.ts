import { Flag, Status } from '../../../src/wire/verbs.ts';
import type { Run } from '../../../src/worker/run.ts';
import { Verdict } from '../judge.ts';
import { type AttemptNote, KeptDossier } from './dossier.ts';
import type { Errand } from './errand.ts';
import type { KeptBooks } from './kept-books.ts';
import type { Link } from './link.ts';
import { ackOf, type Heard } from './wire-tap.ts';

/** What the core knows of an attempt that leaves. */
export interface Leaving {
  readonly isAbandoned: boolean;
  /** Since it was decided on. */
  readonly ageMs: number;
}

/** Listens to what the broker and workers say of kept jobs, beside what holds for every job. */
export class KeptWorkerWire {
  readonly #kept: KeptBooks;
  /** Ends that a worker has told on a connection since it began anew, in order; confirmed up to which. */
  #told = new WeakMap<Link, { notes: AttemptNote[]; confirmed: number }>();
  #link!: Link;

  constructor(kept: KeptBooks) {
    this.#kept = kept;
  }

  /** On this connection comes what is said next. */
  hears(link: Link): void {
    this.#link = link;
  }

  dossierOf({ id }: Heard): KeptDossier {
    return this.#kept.of(id);
  }

  /** An attempt leaves, and `note` is what is known of it now. */
  dispatched(
    dossier: KeptDossier,
    note: AttemptNote,
    { attempt, fence, fixed }: Heard,
    { isAbandoned, ageMs }: Leaving,
  ): void {
    const { books, judge } = this.#kept;
    const { broker } = books.world;
    note.attempt = attempt;
    const recorded = judge.isStored(dossier.key) ? dossier.recorded.get(attempt) : undefined;
    note.since = recorded?.patience ?? note.since - ageMs;
    if (dossier.isOver || dossier.lost.has(attempt)) books.giveUp(note, 'answer-timeout');
    if (!books.judge.isOpen(note.name) || isAbandoned) {
      judge.leaves(dossier.key, attempt);
      return;
    }
    const at = recorded?.at ?? broker.wall() - ageMs;
    this.#letGo(dossier);
    judge.dispatched(dossier.key, { attempt, number: fixed[1]!, fence, at });
  }

  /** A worker begins anew: it counts from 0. */
  begins(): void {
    this.#told.delete(this.#link);
  }

  answered(note: AttemptNote, record: Heard): void {
    this.#tells(note);
    this.#mayFail(note, record);
  }

  /** Whether a broker can know the attempt after a restart: of a kept job, when it is durable. */
  mayBeKnown({ attempt, dossier, isVoid }: AttemptNote): boolean {
    if (!(dossier instanceof KeptDossier)) return true;
    return !isVoid && this.#kept.judge.isUnderWay(dossier.key, attempt);
  }

  /** An answer that comes with an offer. */
  offeredEnd(note: AttemptNote, record: Heard): void {
    this.#tells(note);
    this.#mayFail(note, record);
  }

  /** A message goes to a worker: what it confirms must be durable. */
  confirmed(link: Link, frames: Uint8Array[]): void {
    const told = this.#told.get(link);
    if (told === undefined) return;
    const ack = ackOf(frames);
    for (; told.confirmed < ack && told.confirmed < told.notes.length; told.confirmed++) {
      const note = told.notes[told.confirmed]!;
      if (note.dossier instanceof KeptDossier && this.#kept.books.judge.isPresent(note.name))
        this.#kept.judge.confirmed(note.dossier.key, note.attempt);
    }
  }

  /** A handler is called. */
  starts(note: AttemptNote, run: Run, errand: Errand): void {
    const { books, judge } = this.#kept;
    const { key, errand: asked } = note.dossier as KeptDossier;
    if (key !== errand.key || run.id !== asked.id)
      throw new Verdict(`${errand.key} starts under the identity of ${key}`);
    books.judge.started(key, note.name);
    judge.started(key, run.fence ?? -1, books.judge.isOpen(note.name));
  }

  /** Of a job that only memory has, the core alone knows that it has ended. */
  #letGo({ errand }: KeptDossier): void {
    const { books, judge } = this.#kept;
    const holder = judge.holderOf(errand.orderKey);
    if (holder === null || judge.isStored(holder)) return;
    const { broker, keptErrands } = books.world;
    const { id } = keptErrands.find(({ key }) => key === holder)!;
    if (broker.core.inventory.find(id)?.open !== true) judge.ended(holder);
  }

  #tells(note: AttemptNote): void {
    const told = this.#told.get(this.#link) ?? { notes: [], confirmed: 0 };
    told.notes.push(note);
    this.#told.set(this.#link, told);
  }

  #mayFail(note: AttemptNote, { flags, status }: Heard): void {
    if (status !== Status.FAILED || !(note.dossier instanceof KeptDossier)) return;
    this.#kept.failed(note.dossier, note, (flags & Flag.PERMANENT) !== 0);
  }
}
