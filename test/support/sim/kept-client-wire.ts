import { codeOf } from '../../../src/errors.ts';
import { Flag, Level, Status, Verb } from '../../../src/wire/verbs.ts';
import { Verdict } from '../judge.ts';
import type { ClientPeer } from './client-peer.ts';
import { speakerOf } from './client-wire.ts';
import type { KeptDossier } from './dossier.ts';
import type { KeptBooks } from './kept-books.ts';
import type { Heard } from './wire-tap.ts';

const statusNames = Object.keys(Status);

interface KeptCall {
  readonly dossier: KeptDossier;
  readonly verb: number;
  readonly level: number;
}

/** Listens to what clients and the broker say of kept jobs. */
export class KeptClientWire {
  readonly #kept: KeptBooks;
  #calls = new Map<string, KeptCall>();

  constructor(kept: KeptBooks) {
    this.#kept = kept;
  }

  /** A client names a kept job, and the broker is about to hear it. */
  asked(client: ClientPeer, { a, id, level, verb }: Heard): void {
    const { keptErrands } = this.#kept.books.world;
    const errand = keptErrands.find((each) => each.id === id);
    if (errand === undefined) throw new Verdict(`${client.name} asks for ${id}, which nobody made`);
    const dossier = this.#kept.asked(errand);
    if (verb === Verb.REVOKE) dossier.isRevoked = true;
    this.#calls.set(`${client.id}-${a}`, { dossier, verb, level });
  }

  /** The broker says something of a kept job; false when it is no such call. */
  told(client: ClientPeer, record: Heard): boolean {
    const call = this.#calls.get(`${client.id}-${record.a}`);
    if (call === undefined) return false;
    if (record.verb === Verb.ACCEPT) this.#accepted(call, record.status);
    else if (record.verb === Verb.ANSWER) this.#answered(call.dossier, record);
    else this.#refused(call, codeOf(record.b));
    return true;
  }

  #accepted({ dossier, level, verb }: KeptCall, reached: number): void {
    const { judge, books } = this.#kept;
    books.world.trace(() => `broker accepts ${dossier.key} (${verb}) at level ${reached}`);
    if (verb === Verb.REVOKE) {
      judge.cancelled(dossier.key);
      return;
    }
    if (reached < level) throw new Verdict(`${dossier.key} is accepted at level ${reached}`);
    if (reached === Level.DISK) judge.accepted(dossier.key);
    dossier.acceptedIn = books.world.broker.epoch;
  }

  /** The broker tells how a kept job ended: whether it may. */
  #answered(dossier: KeptDossier, record: Heard): void {
    const { books, judge } = this.#kept;
    const { key } = dossier;
    const status = statusNames[record.status] ?? String(record.status);
    books.world.trace(() => `broker answers ${key}: ${status} ${record.body.slice(0, 200)}`);
    if ((record.flags & Flag.KEPT) === 0) throw new Verdict(`${key} is answered as no kept job`);
    const era = books.eraOf(dossier);
    const note = speakerOf(dossier, record);
    if (note !== null && era.endedTurn === Number.POSITIVE_INFINITY) books.takeUpIfOffered(note);
    books.judge.told(key, { status, body: record.body, attempt: note?.name ?? null });
    judge.told(key, { status, body: record.body });
    era.endedTurn = Math.min(era.endedTurn, books.world.broker.turns);
    if (status === 'CANCELLED' && !dossier.isRevoked)
      throw new Verdict(`${key} is answered CANCELLED, which nobody asked for`);
    const { deadline } = dossier.errand;
    if (status === 'EXPIRED' && (deadline === 0 || books.world.broker.wall() < deadline - 1))
      throw new Verdict(`${key} is answered EXPIRED before its deadline`);
    if (status === 'FAILED') throw new Verdict(`${key} is answered FAILED, and is kept`);
  }

  #refused({ dossier, verb }: KeptCall, code: string): void {
    const { books, judge } = this.#kept;
    const { broker, plan } = books.world;
    const { key } = dossier;
    books.world.trace(() => `broker refuses ${key} (${verb}): ${code}`);
    const isHere = dossier.acceptedIn === broker.epoch && !broker.core.state.draining;
    if (code === 'JOB_UNKNOWN') {
      judge.unknown(key);
      if (isHere && !judge.isStored(key)) this.#forgotten(dossier);
    }
    const ofStore = code === 'STORE_FAILED' || code === 'DISK_FULL';
    if (code === 'NO_STORE' || (ofStore && !plan.faults.includes('fail-store')))
      throw new Verdict(`${key} is refused with ${code}, and the store is well`);
  }

  /** Only memory had it: it may be lost with the store's failure when it came in at level disk. */
  #forgotten({ isFromMemory, key, recorded }: KeptDossier): void {
    if (isFromMemory || recorded.size === 0) throw new Verdict(`${key} is forgotten`);
  }
}
