import { type GivenUpFor, Judge, Verdict } from '../judge.ts';
import type { SimCall } from './client-peer.ts';
import { type AttemptNote, type Dossier, Era, KeptDossier } from './dossier.ts';
import type { World } from './world.ts';

/** What is known of every job and attempt, and what the judge has been told of them. */
export class Books {
  readonly world: World;
  readonly judge = new Judge();
  /** By the job's identity: the client's instance in hex, a dash, the call. */
  readonly dossiers = new Map<string, Dossier>();
  /** Since when a peer's connection is known to have ended, by its instance. */
  readonly awaySince = new Map<string, number>();
  #tokens = new Map<string, AttemptNote>();
  /** How often a worker came or went in this epoch: what it offered before is void. */
  #serials = new Map<string, number>();

  constructor(world: World) {
    this.world = world;
  }

  /** From now on `instance` has the attempt under this token, and the ones before it. False when that is no news. */
  file(note: AttemptNote, a: number, b: number): boolean {
    const key = tokenOf(note.instance, a, b);
    if (this.#tokens.get(key) === note) return false;
    this.#tokens.set(key, note);
    return true;
  }

  noteOf(instance: string, a: number, b: number): AttemptNote {
    const note = this.#tokens.get(tokenOf(instance, a, b));
    if (note === undefined)
      throw new Verdict(`${this.world.nameOf(instance)} has ${a}/${b}, which nobody gave it`);
    return note;
  }

  /** Attempts of this epoch that the worker has not answered. */
  heldBy(instance: string): AttemptNote[] {
    const { epoch } = this.world.broker;
    const notes = new Set<AttemptNote>();
    for (const note of this.#tokens.values()) {
      const isHere = note.instance === instance && note.era.epoch === epoch;
      if (isHere && !this.judge.hasSpoken(note.name)) notes.add(note);
    }
    return [...notes];
  }

  serialOf(instance: string): number {
    return this.#serials.get(instance) ?? 0;
  }

  comesOrGoes(instance: string): void {
    this.#serials.set(instance, this.serialOf(instance) + 1);
  }

  brokerDied(): void {
    this.awaySince.clear();
    this.#serials.clear();
  }

  /** Milliseconds since the end of the peer's connection; NaN when it has not ended. */
  awayMs(instance: string): number {
    return this.world.broker.patience() - (this.awaySince.get(instance) ?? Number.NaN);
  }

  /** What is known of the job since the present broker knows of it. */
  eraOf(dossier: Dossier): Era {
    const { epoch } = this.world.broker;
    if (dossier instanceof KeptDossier && dossier.era.epoch === -1) dossier.era.epoch = epoch;
    if (dossier instanceof KeptDossier) return dossier.era;
    return dossier.era.epoch === epoch ? dossier.era : this.newEra(dossier);
  }

  /** For the broker the job is a new one. */
  newEra(dossier: Dossier): Era {
    dossier.era = new Era(this.world.broker.epoch);
    this.judge.forgot(dossier.key);
    return dossier.era;
  }

  giveUp(note: AttemptNote, cause: GivenUpFor): void {
    if (!this.judge.isOpen(note.name)) return;
    if (cause === 'answer-timeout' || cause === 'worker-gone') note.era.lost++;
    this.judge.gaveUp(note.name, cause);
  }

  /** Attempts from before this broker, which knows nothing of them. */
  giveUpEarlier(dossier: Dossier, but: AttemptNote | null): void {
    for (const note of dossier.attempts)
      if (note !== but && note.era !== dossier.era) this.giveUp(note, 'broker-gone');
  }

  /** An offer that has ended is adopted and answered in one, without a word to the worker. */
  takeUpIfOffered(note: AttemptNote): void {
    const { judge, world } = this;
    const { dossier, name } = note;
    if (note.offeredIn !== world.broker.epoch || judge.isPresent(name)) return;
    const { present } = dossier;
    if (present !== null && present.era === dossier.era && judge.isOpen(present.name)) return;
    dossier.era.began ??= 'adopt';
    note.era = dossier.era;
    this.giveUpEarlier(dossier, note);
    judge.tookUp(name);
    judge.spoke(name);
    dossier.present = note;
  }

  giveUpOverdue({ present }: Dossier): void {
    if (present !== null && this.isOverdue(present)) this.giveUp(present, 'answer-timeout');
  }

  /** Whether the attempt has had its time. */
  isOverdue(note: AttemptNote): boolean {
    const { broker, plan } = this.world;
    const timeoutMs = note.dossier.answerTimeoutMs || plan.settings.answerTimeoutMs;
    return note.era.epoch === broker.epoch && broker.patience() - note.since >= timeoutMs - 1;
  }

  /** Whether nobody wants the job any more. */
  isWithdrawn(dossier: Dossier): boolean {
    if (dossier instanceof KeptDossier) return dossier.isRevoked;
    const call = dossier.call!;
    const { client } = call;
    const { clientsByInstance } = this.world.broker.core.state;
    const known = clientsByInstance.has(client.id);
    return call.isCancelled || call.end !== null || client.isDead || !known || isOverdue(call);
  }
}

function tokenOf(instance: string, a: number, b: number): string {
  return `${instance}/${a}/${b}`;
}

function isOverdue(call: SimCall): boolean {
  return call.timeoutMs > 0 && call.client.clock() - call.madeAt >= call.timeoutMs - 1;
}
