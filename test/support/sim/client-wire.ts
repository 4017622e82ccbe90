import { codeOf } from '../../../src/errors.ts';
import { Status, Verb } from '../../../src/wire/verbs.ts';
import { Verdict } from '../judge.ts';
import type { Books } from './books.ts';
import type { ClientPeer } from './client-peer.ts';
import type { AttemptNote, Dossier } from './dossier.ts';
import type { KeptClientWire } from './kept-client-wire.ts';
import type { Link } from './link.ts';
import { type Heard, recordsIn } from './wire-tap.ts';

const FROM_CLIENT = new Set<number>([Verb.HELLO, Verb.SUBMIT, Verb.ATTACH, Verb.REVOKE]);
const TO_CLIENT = new Set<number>([Verb.ANSWER, Verb.ACCEPT, Verb.REFUSE]);
const statusNames = Object.keys(Status);

/** Listens on the wires between the broker and its clients. */
export class ClientWire {
  readonly #books: Books;
  readonly #kept: KeptClientWire;
  /** The connection on which a client said HELLO last. */
  #greeted = new Map<string, Link>();
  /** Jobs that were said to be dead in this turn. */
  #dead: Dossier[] = [];

  constructor(books: Books, kept: KeptClientWire) {
    this.#books = books;
    this.#kept = kept;
  }

  brokerDied(): void {
    this.#greeted.clear();
  }

  lost(client: ClientPeer, link: Link): void {
    if (this.#greeted.get(client.id) === link)
      this.#books.awaySince.set(client.id, this.#books.world.broker.patience());
  }

  beforeBroker(client: ClientPeer, link: Link, frames: Uint8Array[]): void {
    for (const record of recordsIn(frames, FROM_CLIENT)) {
      if (record.verb === Verb.HELLO) this.#hello(client, link);
      else if (record.id !== '') this.#kept.asked(client, record);
    }
  }

  afterBroker(client: ClientPeer, frames: Uint8Array[]): void {
    const { broker } = this.#books.world;
    const known = broker.core.state.clientsByInstance.get(client.id);
    for (const { verb, a } of recordsIn(frames, FROM_CLIENT)) {
      const dossier = this.#books.dossiers.get(`${client.id}-${a}`);
      if (verb !== Verb.SUBMIT || known?.calls.get(a) === undefined || !dossier) continue;
      const era = this.#books.eraOf(dossier);
      era.submittedAt = Math.min(era.submittedAt, broker.now());
    }
  }

  fromBroker(client: ClientPeer, frames: Uint8Array[]): void {
    for (const record of recordsIn(frames, TO_CLIENT)) {
      if (this.#kept.told(client, record)) continue;
      const dossier = this.#books.dossiers.get(`${client.id}-${record.a}`);
      if (dossier === undefined)
        throw new Verdict(`${client.name} is told of a call it never made: ${record.a}`);
      const era = this.#books.eraOf(dossier);
      if (record.verb === Verb.ANSWER) this.#answered(dossier, record);
      else if (record.verb === Verb.ACCEPT) era.accepted = true;
      else if (era.accepted && codeOf(record.b) === 'BUSY')
        throw new Verdict(`${dossier.key} was accepted, and then refused`);
    }
  }

  /** All that a turn has written has been heard: what the workers were told says how often a job was lost. */
  endTurn(): void {
    for (const dossier of this.#dead) {
      this.#books.giveUpOverdue(dossier);
      const { lost } = dossier.era;
      if (lost < this.#books.world.plan.settings.attemptsMax)
        throw new Verdict(`${dossier.key} is dead after ${lost} attempts that were lost`);
    }
    this.#dead = [];
  }

  #hello(client: ClientPeer, link: Link): void {
    const { awaySince, world } = this.#books;
    const isKnown = world.broker.core.state.clientsByInstance.has(client.id);
    if (this.#greeted.has(client.id) && !isKnown) {
      if (!(this.#books.awayMs(client.id) >= world.plan.settings.clientGraceMs))
        throw new Verdict(`${client.name} was forgotten within its grace`);
      this.#forgotten(client);
    }
    this.#greeted.set(client.id, link);
    awaySince.delete(client.id);
  }

  #forgotten(client: ClientPeer): void {
    const { dossiers, world } = this.#books;
    world.trace(() => `broker has forgotten ${client.name}`);
    for (const dossier of dossiers.values()) {
      if (dossier.call!.client !== client || dossier.era.epoch !== world.broker.epoch) continue;
      this.#books.newEra(dossier);
      for (const note of dossier.attempts) this.#books.giveUp(note, 'client-gone');
    }
  }

  /** The broker tells how a job ended: whether it may. */
  #answered(dossier: Dossier, record: Heard): void {
    const { judge, world } = this.#books;
    const status = statusNames[record.status] ?? String(record.status);
    world.trace(() => `broker answers ${dossier.key}: ${status} ${record.body.slice(0, 200)}`);
    const era = this.#books.eraOf(dossier);
    const note = speakerOf(dossier, record);
    if (note !== null && era.endedTurn === Number.POSITIVE_INFINITY)
      this.#books.takeUpIfOffered(note);
    judge.told(dossier.key, { status, body: record.body, attempt: note?.name ?? null });
    era.endedTurn = Math.min(era.endedTurn, world.broker.turns);
    if (record.status === Status.DEAD) this.#dead.push(dossier);
    const withdrawn = record.status === Status.CANCELLED || record.status === Status.EXPIRED;
    if (withdrawn && !this.#books.isWithdrawn(dossier))
      throw new Verdict(`${dossier.key} ends ${status}, which nobody asked for`);
  }
}

/** The attempt that an answer of a handler says it comes from. */
export function speakerOf(
  dossier: Dossier,
  record: Pick<Heard, 'status' | 'body'>,
): AttemptNote | null {
  if (record.status !== Status.OK && record.status !== Status.FAILED) return null;
  const text = record.status === Status.OK ? record.body : messageIn(record.body);
  const name = text.split('#')[1];
  const note = dossier.attempts.find((attempt) => attempt.name === name);
  if (note === undefined) throw new Verdict(`${dossier.key} is given the answer '${text}'`);
  return note;
}

function messageIn(failure: string): string {
  return String((JSON.parse(failure) as { message: unknown }).message);
}
