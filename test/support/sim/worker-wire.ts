import { stampOf } from '../../../src/core/job.ts';
import { Verb } from '../../../src/wire/verbs.ts';
import { Verdict } from '../judge.ts';
import type { Books } from './books.ts';
import { AttemptNote, type Dossier, type Era, KeptDossier } from './dossier.ts';
import type { KeptWorkerWire, Leaving } from './kept-worker-wire.ts';
import type { Link } from './link.ts';
import { type Heard, isEndedOffer, isOfNoSession, recordsIn } from './wire-tap.ts';
import type { WorkerPeer } from './worker-peer.ts';

const FROM_WORKER = new Set<number>([Verb.READY, Verb.OFFER, Verb.ANSWER, Verb.RETURN, Verb.BYE]);
const TO_WORKER = new Set<number>([Verb.DISPATCH, Verb.CLIENT, Verb.ADOPT, Verb.CANCEL]);
/** What the broker takes for said also while the worker is to begin anew, and so does not heed it. */
const UNHEEDED = new Set<number>([Verb.DISPATCH, Verb.CLIENT, Verb.ADOPT]);

/** Listens on the wires between the broker and its workers. */
export class WorkerWire {
  readonly #books: Books;
  readonly #kept: KeptWorkerWire;
  /** Workers of which the world says that they are gone. */
  #rightlyGone = new Set<string>();
  /** What client numbers mean on a link. */
  #numbers = new Map<string, string>();

  constructor(books: Books, kept: KeptWorkerWire) {
    this.#books = books;
    this.#kept = kept;
  }

  brokerDied(): void {
    this.#rightlyGone.clear();
    this.#numbers.clear();
  }

  /** The broker is about to say that this worker is gone, and may. */
  isRightlyGone(instance: string): void {
    this.#rightlyGone.add(instance);
  }

  /** The broker says that this worker is gone. */
  gone(instance: string): void {
    const { plan } = this.#books.world;
    const graceIsOver = this.#books.awayMs(instance) >= plan.settings.workerGraceMs;
    if (!this.#rightlyGone.has(instance) && !graceIsOver)
      throw new Verdict(`${this.#books.world.nameOf(instance)} is declared gone and is not`);
    this.#books.comesOrGoes(instance);
    for (const note of this.#books.heldBy(instance)) this.#books.giveUp(note, 'worker-gone');
  }

  beforeBroker(worker: WorkerPeer, link: Link, frames: Uint8Array[]): void {
    this.#kept.hears(link);
    const records = recordsIn(frames, FROM_WORKER);
    if (records[0]?.verb === Verb.READY) this.#ready(worker.id, records);
    for (const record of records) {
      const { verb, a, b } = record;
      if (verb === Verb.ANSWER) this.#answered(this.#books.noteOf(worker.id, a, b), record);
      if (verb === Verb.RETURN) this.#returned(this.#books.noteOf(worker.id, a, b));
      if (verb === Verb.BYE) this.#rightlyGone.add(worker.id);
    }
  }

  fromBroker(worker: WorkerPeer, link: Link, frames: Uint8Array[]): void {
    this.#kept.confirmed(link, frames);
    for (const record of recordsIn(frames, isOfNoSession(frames) ? UNHEEDED : TO_WORKER)) {
      const { verb, a, b, fixed, body } = record;
      if (verb === Verb.CLIENT) this.#numbers.set(`${link.key}/${a}`, body);
      else if (verb === Verb.CANCEL) this.#cancelled(this.#books.noteOf(worker.id, a, b));
      else if (verb === Verb.ADOPT)
        this.#adopted(this.#books.noteOf(worker.id, fixed[1]!, fixed[2]!), a, b);
      else if (record.id !== '') this.#keptDispatched(worker.id, record);
      else {
        const id = `${this.#numbers.get(`${link.key}/${fixed[0]}`)}-${fixed[1]}`;
        const dossier = this.#books.dossiers.get(id);
        if (dossier === undefined) throw new Verdict(`${worker.name} is given a job of nobody`);
        this.#dispatched(dossier, worker.id, a, b);
      }
    }
  }

  #answered(note: AttemptNote, record: Heard): void {
    this.#books.judge.spoke(note.name);
    this.#kept.answered(note, record);
  }

  #ready(instance: string, records: readonly Heard[]): void {
    this.#books.comesOrGoes(instance);
    this.#kept.begins();
    this.#rightlyGone.delete(instance);
    this.#books.awaySince.delete(instance);
    const offered = new Set<AttemptNote>();
    for (const record of records) {
      if (record.verb !== Verb.OFFER) continue;
      const note = this.#books.noteOf(instance, record.a, record.b);
      offered.add(note);
      this.#offered(note, record.fixed[0]!, record);
    }
    for (const note of this.#books.heldBy(instance))
      if (!offered.has(note)) this.#books.giveUp(note, 'undelivered');
  }

  #offered(note: AttemptNote, epoch: number, record: Heard): void {
    const { judge, world } = this.#books;
    const { broker } = world;
    const { dossier, instance, name } = note;
    const era = this.#books.eraOf(dossier);
    note.offeredIn = broker.epoch;
    if (isEndedOffer(record)) {
      if (note.era === era) judge.spoke(name);
      this.#kept.offeredEnd(note, record);
      if (note.hasFailed) return;
    }
    if (!this.#kept.mayBeKnown(note)) return;
    if (isDecided(note, era, epoch, broker.epoch) || broker.now() >= broker.adopts.until) return;
    const isInTime = era.began === 'dispatch' && broker.now() < era.dueUntil;
    if (isInTime && judge.hasStarted(name) && judge.isLatest(name))
      throw new Verdict(`${dossier.key} was dispatched though its worker came back in time`);
    const serial = this.#books.serialOf(instance);
    // One that was made before the window is decided.
    if (era.offer !== null && era.offer.at >= broker.adopts.since) return;
    era.offer = { at: broker.now(), instance, serial, attempt: name };
  }

  #returned(note: AttemptNote): void {
    const { era } = note.dossier;
    if (era.offer?.attempt === note.name) era.offer = null;
    this.#books.giveUp(note, 'handed-back');
  }

  #keptDispatched(instance: string, record: Heard): void {
    const dossier = this.#kept.dossierOf(record);
    const note = this.#dispatched(dossier, instance, record.a, record.b);
    this.#kept.dispatched(dossier, note, record, this.#leaving(note, record));
  }

  #dispatched(dossier: Dossier, instance: string, a: number, b: number): AttemptNote {
    const { judge, world } = this.#books;
    const era = this.#books.eraOf(dossier);
    const name = `${era.epoch.toString(36)}/${a}/${b}`;
    world.trace(() => `broker gives ${dossier.key} to ${world.nameOf(instance)} as ${name}`);
    const note = new AttemptNote(name, dossier, instance, era, world.broker.patience());
    this.#books.file(note, a, b);
    if (!this.#stands(note, a, b)) {
      judge.dispatchedInVain(dossier.key, name);
      return note;
    }
    if (world.broker.turns > era.endedTurn)
      throw new Verdict(`${dossier.key} goes on after its end`);
    if (era.began === null) this.#beginsByDispatch(dossier, era);
    this.#books.giveUpOverdue(dossier);
    judge.dispatched(dossier.key, name);
    dossier.present = note;
    return note;
  }

  #beginsByDispatch(dossier: Dossier, era: Era): void {
    era.began = 'dispatch';
    const { offer } = era;
    const { since, until, callsUntil } = this.#books.world.broker.adopts;
    const isKept = dossier instanceof KeptDossier;
    era.dueUntil = isKept ? until : callsUntil;
    const isOpen = offer !== null && offer.at >= since;
    const isThere = isOpen && this.#books.serialOf(offer.instance) === offer.serial;
    const wasHere = isKept || era.submittedAt < until;
    if (isThere && wasHere)
      throw new Verdict(`${dossier.key} is dispatched though its worker is back with it`);
    this.#books.giveUpEarlier(dossier, null);
  }

  #adopted(note: AttemptNote, a: number, b: number): void {
    const { judge, world } = this.#books;
    const { dossier } = note;
    const era = this.#books.eraOf(dossier);
    world.trace(() => `broker adopts ${note.name} at ${dossier.key} as ${a}/${b}`);
    const isNews = this.#books.file(note, a, b);
    note.era = era;
    if (!this.#stands(note, a, b)) {
      if (judge.isOpen(note.name)) this.#books.giveUp(note, 'worker-gone');
      else era.lost++;
      return;
    }
    if (era.began === null) {
      era.began = 'adopt';
      this.#books.giveUpEarlier(dossier, note);
    }
    if (dossier.present !== note) this.#books.giveUpOverdue(dossier);
    if (isNews) note.since = world.broker.patience();
    dossier.present = note;
    if (world.broker.turns < era.endedTurn) judge.tookUp(note.name);
  }

  #cancelled(note: AttemptNote): void {
    if (!this.#books.judge.isOpen(note.name)) return;
    if (this.#books.isOverdue(note)) this.#books.giveUp(note, 'answer-timeout');
    else if (this.#books.isWithdrawn(note.dossier)) this.#books.giveUp(note, 'client-gone');
    else throw new Verdict(`${note.dossier.key} is cancelled without a cause`);
  }

  #leaving({ instance }: AttemptNote, { a, b }: Heard): Leaving {
    const { broker } = this.#books.world;
    const { runs, workersByInstance } = broker.core.state;
    const worker = workersByInstance.get(instance);
    const run = worker === undefined ? null : runs.find(worker, a, b);
    if (run === null) return { isAbandoned: true, ageMs: 0 };
    const ageMs = ((stampOf(broker.now()) - run.dispatchedAt) | 0) / 10;
    return { isAbandoned: run.job === null, ageMs };
  }

  /** Whether the attempt was not given up in the very turn in which it was made. */
  #stands({ dossier, instance }: AttemptNote, a: number, b: number): boolean {
    const { runs, workersByInstance } = this.#books.world.broker.core.state;
    const worker = workersByInstance.get(instance);
    const run = worker === undefined ? null : runs.find(worker, a, b);
    // What is held for the store may be given up before it leaves.
    return dossier instanceof KeptDossier ? run !== null && run.job !== null : run !== null;
  }
}

/** Whether the offer is of an attempt that the broker has under way, or has given up. */
function isDecided(note: AttemptNote, era: Era, offeredEpoch: number, epoch: number): boolean {
  return note.dossier instanceof KeptDossier ? note.era === era : offeredEpoch === epoch;
}
