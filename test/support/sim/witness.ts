import type { WorkerEvent } from '../../../src/core/outbox.ts';
import type { Worker } from '../../../src/core/worker.ts';
import type { Run } from '../../../src/worker/run.ts';
import { Verdict } from '../judge.ts';
import { Books } from './books.ts';
import { ClientPeer, type SimCall } from './client-peer.ts';
import { ClientWire } from './client-wire.ts';
import { Dossier, KeptDossier } from './dossier.ts';
import type { Errand } from './errand.ts';
import { KeptBooks } from './kept-books.ts';
import { KeptClientWire } from './kept-client-wire.ts';
import { KeptWorkerWire } from './kept-worker-wire.ts';
import type { Link } from './link.ts';
import type { Onlooker } from './scene.ts';
import { WorkerPeer } from './worker-peer.ts';
import { WorkerWire } from './worker-wire.ts';
import type { World } from './world.ts';

/** Uncharged: the death that makes a suspect, and one that came before it could be said what had started. */
const UNCHARGED_MAX = 2;

/**
 * Sees what happens and listens on the wires, and tells the judge. For every attempt that the broker gives up it looks for the cause
 * in the world; where there is none, a promise is broken.
 */
export class Witness implements Onlooker {
  readonly books: Books;
  readonly kept: KeptBooks;
  readonly workerWire: WorkerWire;
  readonly #world: World;
  readonly #clientWire: ClientWire;
  readonly #keptWorkers: KeptWorkerWire;

  constructor(world: World) {
    this.#world = world;
    this.books = new Books(world);
    this.kept = new KeptBooks(world, this.books);
    this.#keptWorkers = new KeptWorkerWire(this.kept);
    this.workerWire = new WorkerWire(this.books, this.#keptWorkers);
    this.#clientWire = new ClientWire(this.books, new KeptClientWire(this.kept));
  }

  called(call: SimCall): void {
    if (call.number === 0) return;
    this.books.dossiers.set(call.id, new Dossier(call, call.errand.key, call.answerTimeoutMs));
  }

  /** A handler is called; returns the name of the attempt. */
  starts(worker: WorkerPeer, run: Run, errand: Errand): string {
    const note = this.books.noteOf(worker.id, run.a, run.b);
    const id = `${Buffer.from(run.client).toString('hex')}-${run.call}`;
    const { key, call } = note.dossier;
    if (note.dossier instanceof KeptDossier) {
      this.#keptWorkers.starts(note, run, errand);
      return note.name;
    }
    if (call?.id !== id || key !== errand.key)
      throw new Verdict(`${worker.name} starts ${errand.key} under the identity of ${key}`);
    this.books.judge.started(key, note.name);
    const most = this.#world.plan.settings.attemptsMax + UNCHARGED_MAX;
    if (++note.era.starts > most) throw new Verdict(`${key} has started ${note.era.starts} times`);
    return note.name;
  }

  /** A client has taken an answer. */
  heard(call: SimCall): void {
    if (call.endBody.startsWith(`${call.errand.key}#`) || call.end !== 'OK') return;
    throw new Verdict(`${call.errand.key} is given the answer of another job: ${call.endBody}`);
  }

  beforeBroker(link: Link, frames: Uint8Array[]): void {
    const peer = this.#world.peerOf(link);
    if (peer instanceof ClientPeer) this.#clientWire.beforeBroker(peer, link, frames);
    if (peer instanceof WorkerPeer) this.workerWire.beforeBroker(peer, link, frames);
  }

  afterBroker(link: Link, frames: Uint8Array[]): void {
    const peer = this.#world.peerOf(link);
    if (peer instanceof ClientPeer) this.#clientWire.afterBroker(peer, frames);
  }

  fromBroker(link: Link, frames: Uint8Array[]): void {
    const peer = this.#world.peerOf(link);
    if (peer instanceof ClientPeer) this.#clientWire.fromBroker(peer, frames);
    if (peer instanceof WorkerPeer) this.workerWire.fromBroker(peer, link, frames);
  }

  /** All that a turn has written has left. */
  endTurn(): void {
    this.#clientWire.endTurn();
  }

  /** The broker has noticed the end of a connection. */
  lost(link: Link): void {
    const peer = this.#world.peerOf(link);
    if (peer instanceof ClientPeer) this.#clientWire.lost(peer, link);
  }

  watched({ instance }: Worker, event: WorkerEvent): void {
    this.#world.trace(() => `broker: ${this.#world.nameOf(instance)} ${event}`);
    if (event === 'away') this.books.awaySince.set(instance, this.#world.broker.patience());
    if (event === 'gone' && instance !== '') this.workerWire.gone(instance);
  }

  isRightlyGone(instance: string): void {
    this.workerWire.isRightlyGone(instance);
  }

  /** The store of the broker has failed: it drops what is durable and reads it again. */
  storeFailed(): void {
    this.kept.storeFailed();
  }

  brokerDied(): void {
    this.books.brokerDied();
    this.kept.brokerDied();
    this.#clientWire.brokerDied();
    this.workerWire.brokerDied();
  }
}
