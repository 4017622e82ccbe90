import type { Channels } from './channels.ts';
import { Client } from './client.ts';
import type { Endings } from './endings.ts';
import type { Intake } from './intake.ts';
import { Ending, type Job } from './job.ts';
import type { Ledger } from './ledger.ts';
import type { ClientOutbox } from './outbox.ts';
import type { State } from './state.ts';

/** Which clients are there, which are away and waited for, and what becomes of the jobs of those who do not come back. */
export class Guests {
  readonly #state: State;
  readonly #intake: Intake;
  readonly #endings: Endings;
  readonly #ledger: Ledger;
  readonly #channels: Channels;
  #away = new Set<Client>();

  constructor(state: State, intake: Intake, endings: Endings, ledger: Ledger, channels: Channels) {
    this.#state = state;
    this.#intake = intake;
    this.#endings = endings;
    this.#ledger = ledger;
    this.#channels = channels;
  }

  /** A client comes, or comes back under the same instance; an empty instance never comes back. */
  hello(instance: string, name: string, dialect: string, outbox: ClientOutbox): Client {
    const known = instance === '' ? undefined : this.#state.clientsByInstance.get(instance);
    if (known !== undefined) {
      this.#away.delete(known);
      this.#ledger.unfollowAll(known);
      this.#channels.endAll(known);
      known.restart(outbox);
      this.#state.counts.clientsBack++;
      return known;
    }
    const client = new Client(
      instance,
      name,
      dialect,
      this.#state.takeNumber(),
      outbox,
      this.#state.countsOf(dialect),
    );
    if (instance !== '') this.#state.clientsByInstance.set(instance, client);
    this.#state.clients.add(client);
    this.#state.counts.clientsJoined++;
    return client;
  }

  /** It has repeated all that it still wants: what it did not is cancelled or forgotten. */
  resumed(now: number, client: Client): void {
    const { repeated } = client;
    client.repeated = null;
    if (repeated === null) return;
    for (const job of client.calls.all()) {
      const known = job.call > client.lastCallBefore || repeated.has(job) || client.awaits(job);
      if (!known) this.#drop(now, job);
    }
  }

  /** Its connection has ended: its jobs wait for it for the grace. */
  away(now: number, client: Client): void {
    if (client.instance === '') {
      this.gone(now, client);
      return;
    }
    client.outbox = null;
    client.awayUntil = now + this.#state.settings.clientGraceMs;
    this.#away.add(client);
    this.#state.company.away(now, client);
  }

  /** It does not come back: its jobs are cancelled, its answers forgotten. */
  gone(now: number, client: Client): void {
    client.outbox = null;
    this.#away.delete(client);
    if (!this.#state.clients.delete(client)) return;
    if (client.instance !== '') this.#state.clientsByInstance.delete(client.instance);
    for (const job of client.calls.all()) this.#drop(now, job);
    this.#ledger.unfollowAll(client);
    this.#channels.endAll(client);
    this.#state.company.gone(now, client);
    this.#state.giveNumberBack(client.number);
    this.#state.counts.clientsGone++;
  }

  /** Gives up those that let more answers wait than may be kept for one client. */
  dropOverfull(now: number): void {
    for (const client of this.#state.overfull) {
      if (!this.#state.clients.has(client)) continue;
      this.#state.counts.clientsDropped++;
      this.gone(now, client);
    }
    this.#state.overfull.clear();
  }

  /** Gives up those that were waited for long enough; the next instant at which there is one. */
  expire(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const client of this.#away) {
      if (client.awayUntil <= now) this.gone(now, client);
      else next = Math.min(next, client.awayUntil);
    }
    return next;
  }

  #drop(now: number, job: Job): void {
    const { client } = job;
    const { outbox } = client;
    client.outbox = null;
    if (job.open) this.#intake.withdraw(now, job, Ending.CANCELLED);
    this.#endings.forget(job);
    client.outbox = outbox;
  }
}
