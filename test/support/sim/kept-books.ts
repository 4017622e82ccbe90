import { Ending } from '../../../src/core/job.ts';
import type { EndedJob, KeptLoss } from '../../../src/core/journal.ts';
import { instanceIn } from '../../../src/core/worker-mark.ts';
import { deathNoteOf } from '../../../src/wire/death-note.ts';
import { Status } from '../../../src/wire/verbs.ts';
import type { Written } from '../fake-store.ts';
import { Verdict } from '../judge.ts';
import type { KeptEnd } from '../judged-job.ts';
import { KeptJudge } from '../kept-judge.ts';
import type { Books } from './books.ts';
import { speakerOf } from './client-wire.ts';
import { type AttemptNote, Era, KeptDossier } from './dossier.ts';
import type { KeptErrand } from './kept-errand.ts';
import type { World } from './world.ts';

const endings = Object.keys(Ending);

/** What is known of every kept job: what was asked, what the core records, what is durable. */
export class KeptBooks {
  readonly books: Books;
  readonly judge = new KeptJudge();
  readonly #world: World;
  #byId = new Map<string, KeptDossier>();

  constructor(world: World, books: Books) {
    this.#world = world;
    this.books = books;
    world.disk.onWrite = (written) => this.#written(written);
    world.disk.onLand = (written) => this.#landed(written);
  }

  /** The dossier of an id that somebody has asked for. */
  of(id: string): KeptDossier {
    const dossier = this.#byId.get(id);
    if (dossier === undefined) throw new Verdict(`nobody asked for ${id}`);
    return dossier;
  }

  /** Somebody asks for the job. */
  asked(errand: KeptErrand): KeptDossier {
    const { attemptsMax, deadline, id, key, notBefore, orderKey } = errand;
    let dossier = this.#byId.get(id);
    if (dossier === undefined) {
      dossier = new KeptDossier(errand);
      this.#byId.set(id, dossier);
      this.judge.asked(key, { key: orderKey, attemptsMax, notBefore, deadline });
    }
    return dossier;
  }

  brokerDied(): void {
    for (const dossier of this.#byId.values()) {
      const { key } = dossier;
      if (this.judge.isStored(key) && this.judge.mayEndOtherwise(key)) this.books.judge.forgot(key);
      dossier.isFromMemory = false;
      this.#dropped(dossier);
    }
  }

  /** What the core has no more is in the store, or was never promised. */
  storeFailed(): void {
    const { inventory } = this.#world.broker.core;
    for (const dossier of this.#byId.values()) {
      if (inventory.find(dossier.errand.id) !== null) continue;
      dossier.isFromMemory = false;
      this.#dropped(dossier);
    }
  }

  /** A worker says that its attempt failed. */
  failed(dossier: KeptDossier, note: AttemptNote, isPermanent: boolean): void {
    note.hasFailed = true;
    if (isPermanent) this.judge.failedForGood(dossier.key);
    const { inventory } = this.#world.broker.core;
    // Where nothing is recorded this is how it is known.
    if (inventory.find(dossier.errand.id)?.keep?.durable === true) return;
    if (dossier.present === note) this.books.giveUp(note, 'failed');
  }

  finish(): void {
    this.judge.finish();
  }

  /** What memory alone had of it is lost; what is durable is read again. */
  #dropped(dossier: KeptDossier): void {
    if (this.judge.forgot(dossier.key)) {
      this.books.judge.forgot(dossier.key);
      dossier.recorded.clear();
      dossier.lost.clear();
      for (const note of dossier.attempts) {
        this.books.giveUp(note, 'broker-gone');
        this.books.judge.disown(note.name);
        note.isVoid = true;
      }
    }
    dossier.era = new Era(-1);
    dossier.isOver = this.#world.disk.endedBy(dossier.errand.id) !== null;
    this.judge.comesFromMemory(dossier.key, false);
  }

  #written(written: Written): void {
    const dossier = this.of(written.kept.id);
    const { broker } = this.#world;
    this.#world.trace(() => `broker records of ${dossier.key}: ${wordsOf(written)}`);
    if (written.kind === 'submitted') {
      dossier.isFromMemory = broker.core.inventory.find(written.kept.id)?.keep?.upgraded === true;
      this.judge.comesFromMemory(dossier.key, dossier.isFromMemory);
    } else if (written.kind === 'attempt') {
      const { attempt, at } = written.attempt;
      dossier.lost.delete(attempt);
      dossier.recorded.set(attempt, { patience: broker.patience(), at });
    } else if (written.kind === 'lost') this.#lost(dossier, written.loss);
    else if (written.kind === 'ended') this.#ended(dossier, written.ended);
  }

  /** The core says why an attempt was given up: whether it may. */
  #lost(dossier: KeptDossier, { attempt, cause }: KeptLoss): void {
    const note = dossier.attempts.findLast((each) => each.attempt === attempt);
    const { key } = dossier;
    dossier.lost.add(attempt);
    if (cause === 'failed' && note?.hasFailed !== true)
      throw new Verdict(`attempt ${attempt} at ${key} is said to have failed, and has not`);
    if (cause === 'answer-timeout' && !this.#isOverdue(dossier, attempt, note))
      throw new Verdict(`attempt ${attempt} at ${key} is said to be late, and is not`);
    if (cause === 'broker-gone') {
      this.#lostWithBroker(dossier, attempt);
      if (note !== undefined) this.books.judge.disown(note.name);
    }
    if (note === undefined || (cause !== 'failed' && cause !== 'answer-timeout')) return;
    this.books.giveUp(note, cause);
    const era = this.books.eraOf(dossier);
    if (era.offer?.attempt === note.name) era.offer = null;
  }

  #isOverdue(dossier: KeptDossier, attempt: number, note: AttemptNote | undefined): boolean {
    if (note !== undefined && this.books.isOverdue(note)) return true;
    const { broker, plan } = this.#world;
    // What is recorded of a job from memory had begun before, and has not left yet.
    if (note === undefined && dossier.isFromMemory) return true;
    const since = dossier.recorded.get(attempt)?.patience ?? Number.NaN;
    const timeoutMs = dossier.answerTimeoutMs || plan.settings.answerTimeoutMs;
    return broker.patience() - since >= timeoutMs - 1;
  }

  #lostWithBroker(dossier: KeptDossier, attempt: number): void {
    const { broker } = this.#world;
    const era = this.books.eraOf(dossier);
    const { offer } = era;
    const { inventory, state } = broker.core;
    const holder = instanceIn(inventory.find(dossier.errand.id)?.keep?.heldBy ?? '');
    const isBack = state.workersByInstance.has(holder);
    if (era.began !== null || (broker.now() < broker.adopts.until && !isBack))
      throw new Verdict(`attempt ${attempt} at ${dossier.key} is given up too soon`);
    if (offer !== null && this.books.serialOf(offer.instance) === offer.serial)
      throw new Verdict(`attempt ${attempt} at ${dossier.key} is given up though it was offered`);
  }

  #ended(dossier: KeptDossier, ended: EndedJob): void {
    const { ending, kept } = ended;
    const { key, present } = dossier;
    dossier.isOver = true;
    if (ending === Ending.OK) {
      const body = Buffer.from(ended.answer).toString();
      const speaker = speakerOf(dossier, { status: Status.OK, body });
      if (speaker !== null) this.books.takeUpIfOffered(speaker);
    }
    if (ending !== Ending.OK && present !== null) this.books.giveUp(present, 'client-gone');
    if (ending === Ending.CANCELLED && !dossier.isRevoked)
      throw new Verdict(`${key} ends CANCELLED, which nobody asked for`);
    if (
      ending === Ending.EXPIRED &&
      !(kept.deadline > 0 && this.#world.broker.wall() >= kept.deadline - 1)
    )
      throw new Verdict(`${key} ends EXPIRED before its deadline`);
  }

  #landed(written: Written): void {
    const { key } = this.of(written.kept.id);
    if (written.kind === 'submitted') this.judge.stored(key);
    else if (written.kind === 'attempt') this.judge.storedAttempt(key, written.attempt.attempt);
    else if (written.kind === 'lost') this.judge.storedLoss(key, written.loss);
    else if (written.kind === 'ended') this.judge.storedEnd(key, endOf(written.ended));
  }
}

/** How a client is told of it, to the byte. */
function endOf(ended: EndedJob): KeptEnd {
  const { answer, ending } = ended;
  const body = ending === Ending.DEAD ? deathNoteOf(ended) : Buffer.from(answer);
  return { status: endings[ending]!, body: body.toString() };
}

function wordsOf(written: Written): string {
  if (written.kind === 'attempt') return `attempt ${written.attempt.attempt}`;
  if (written.kind === 'ended') return `ended ${endings[written.ended.ending]}`;
  if (written.kind !== 'lost') return written.kind;
  const { attempt, cause, charged } = written.loss;
  return `lost ${attempt}, ${cause}, charged ${charged}`;
}
