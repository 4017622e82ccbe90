import type { Client } from './client.ts';
import { expiredId } from './ids.ts';
import type { Archived, Inquiries } from './inquiries.ts';
import type { Intake } from './intake.ts';
import { Ending, type Job } from './job.ts';
import type { EndedJob } from './journal.ts';
import type { Keep } from './keep.ts';
import type { Ledger } from './ledger.ts';
import type { StoreRefusal } from './outbox.ts';
import type { State } from './state.ts';

/** Jobs that a client may ask for while the store is closed. */
const POSTPONED_MAX = 100_000;

/** What is done with a job that is asked for by its id. */
interface Found {
  known(now: number, keep: Keep): void;
  ended(ended: EndedJob): void;
  /** The store cannot be asked. */
  failed(code: StoreRefusal): void;
}

/** Is told of a job: as it is here, as the store has it, that nobody knows it, or why the store cannot be asked. */
export type Teller = (found: Job | EndedJob | StoreRefusal | null, now: number) => void;

/** How kept jobs are asked for and taken back, by their ids. */
export class Lookups {
  readonly #state: State;
  readonly #ledger: Ledger;
  readonly #intake: Intake;
  readonly #inquiries: Inquiries;

  constructor(state: State, ledger: Ledger, intake: Intake, inquiries: Inquiries) {
    this.#state = state;
    this.#ledger = ledger;
    this.#intake = intake;
    this.#inquiries = inquiries;
  }

  /** `call` waits for the end of the job of that id: also until the store is open again, if it is not. */
  attach(now: number, client: Client, call: number, id: string): void {
    this.#look(now, client, call, id, {
      known: (_, keep) => this.#ledger.hear(keep, { client, call, owns: false }),
      ended: (ended) => client.outbox?.answerEnded(call, ended),
      failed: (code) => this.#postpone(client, call, id, code),
    });
  }

  /** Tells how the job of that id stands, and does not wait for its end: null when nobody knows it. */
  inquire(now: number, id: string, tell: Teller): void {
    const keep = this.#ledger.get(id);
    const { storeRefusal } = this.#state;
    if (keep !== null) tell(keep.job, now);
    else if (storeRefusal === 'NO_STORE') tell(null, now);
    else if (storeRefusal !== null) tell(storeRefusal, now);
    else {
      this.#inquiries.ask(id, {
        submits: false,
        told: (then, ended) => tell(this.#ledger.get(id)?.job ?? ended, then),
        failed: (then, code) => tell(code, then),
      });
    }
  }

  /** Takes the job of that id back, wherever it is. */
  revoke(now: number, client: Client, call: number, id: string): void {
    this.#look(now, client, call, id, {
      known: (then, keep) => this.#revoke(then, client, call, keep),
      ended: () => this.#intake.refuse(client, call, 'JOB_ENDED'),
      failed: (code) => this.#intake.refuse(client, call, code),
    });
  }

  /** A call that waits for a kept job is given up; the job with it, if it was handed in under that call. */
  cancel(now: number, client: Client, call: number): void {
    client.postponed?.delete(call);
    const keep = client.follows?.get(call);
    if (keep === undefined) return;
    const owns = keep.follows.some(
      (each) => each.owns && each.client === client && each.call === call,
    );
    if (owns && keep.job.open) this.#intake.withdraw(now, keep.job, Ending.CANCELLED);
    else this.#ledger.unfollow(client, call);
  }

  /** What the store has of the job that was asked for by that id. */
  told(now: number, id: string, archived: Archived): void {
    if (archived !== 'open') this.#inquiries.told(now, id, archived);
    else if (this.#ledger.get(id) !== null) this.#inquiries.told(now, id, null);
    else this.#inquiries.again(id);
  }

  /** The store can be asked: who was to wait for that is looked after. */
  resume(now: number): void {
    for (const client of this.#state.clients) {
      const { postponed } = client;
      client.postponed = null;
      for (const [call, id] of postponed ?? []) this.attach(now, client, call, id);
    }
  }

  /** Nothing that was asked of the store will be answered. */
  fail(now: number, code: StoreRefusal): void {
    this.#inquiries.fail(now, code);
  }

  /** Finds the job here, or asks the store for it; it may come in, too, before the store has answered. */
  #look(now: number, client: Client, call: number, id: string, found: Found): void {
    const keep = this.#ledger.get(id);
    const { storeRefusal } = this.#state;
    if (keep !== null) found.known(now, keep);
    else if (storeRefusal === 'NO_STORE') this.#intake.refuse(client, call, 'JOB_UNKNOWN');
    else if (storeRefusal !== null) found.failed(storeRefusal);
    else {
      this.#inquiries.ask(id, {
        submits: false,
        told: (then, ended) => {
          const come = this.#ledger.get(id);
          if (come !== null) found.known(then, come);
          else if (ended !== null) found.ended(ended);
          else this.#intake.refuse(client, call, expiredId(this.#state, then, id) ?? 'JOB_UNKNOWN');
        },
        failed: (_, code) => found.failed(code),
      });
    }
  }

  #postpone(client: Client, call: number, id: string, code: StoreRefusal): void {
    client.postponed ??= new Map();
    if (client.postponed.size >= POSTPONED_MAX) this.#intake.refuse(client, call, code);
    else client.postponed.set(call, id);
  }

  #revoke(now: number, client: Client, call: number, keep: Keep): void {
    if (!keep.job.open) {
      this.#intake.refuse(client, call, 'JOB_ENDED');
      return;
    }
    this.#intake.withdraw(now, keep.job, Ending.CANCELLED);
    client.outbox?.acceptKept(call, keep.job, keep.level);
  }
}
