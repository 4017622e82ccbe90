import type { Client } from './client.ts';
import { madeAt } from './ids.ts';
import { type Archive, type Archived, Inquiries } from './inquiries.ts';
import type { Intake, KeptSubmit, Submit } from './intake.ts';
import { Ending } from './job.ts';
import type { EndedJob } from './journal.ts';
import { type Keep, Level } from './keep.ts';
import type { Keeps } from './keeps.ts';
import type { Ledger } from './ledger.ts';
import type { KeptRefusal, Refusal, StoreRefusal } from './outbox.ts';
import type { Records } from './records.ts';
import { Slab } from './slab.ts';
import type { State } from './state.ts';
import type { Type } from './type.ts';
import type { Upgrades } from './upgrades.ts';
import type { Waiting } from './waiting.ts';

/** A generated id that is older may have been handed in before. */
const FRESH_MS = 60_000;
/** Jobs that a client may ask for while the store is closed. */
const POSTPONED_MAX = 100_000;

/** What is done with a job that is asked for by its id. */
interface Found {
  known(now: number, keep: Keep): void;
  ended(ended: EndedJob): void;
  /** The store cannot be asked. */
  failed(code: StoreRefusal): void;
}

/** How kept jobs come in, are asked for and taken back, by their ids. */
export class Commissions {
  readonly #state: State;
  readonly #waiting: Waiting;
  readonly #keeps: Keeps;
  readonly #ledger: Ledger;
  readonly #records: Records;
  readonly #upgrades: Upgrades;
  readonly #intake: Intake;
  readonly #inquiries: Inquiries;

  constructor(
    state: State,
    waiting: Waiting,
    keeps: Keeps,
    ledger: Ledger,
    records: Records,
    upgrades: Upgrades,
    intake: Intake,
    archive: Archive,
  ) {
    this.#state = state;
    this.#waiting = waiting;
    this.#keeps = keeps;
    this.#ledger = ledger;
    this.#records = records;
    this.#upgrades = upgrades;
    this.#intake = intake;
    this.#inquiries = new Inquiries(archive);
    ledger.onForgotten = (id) => this.#inquiries.ended(id);
  }

  /** Takes a kept job or refuses it; one whose id is known is the same job. */
  submit(
    now: number,
    client: Client,
    type: Type,
    submit: Submit,
    slab: Slab,
    offset: number,
    length: number,
  ): void {
    const asked = submit.kept!;
    const { id } = asked;
    const known = this.#ledger.get(id);
    if (known !== null) {
      this.#again(now, client, submit.call, asked, known, submit.acceptWanted);
      return;
    }
    const { storeRefusal } = this.#state;
    const mayBeStored = storeRefusal !== 'NO_STORE' && this.#mayBeRemembered(now, submit);
    if (storeRefusal !== null && (asked.level === Level.DISK || mayBeStored)) {
      this.#intake.refuse(client, submit.call, storeRefusal);
    } else if (!mayBeStored) {
      this.#take(now, client, type, submit, slab, offset, length);
    } else {
      this.#takeIfUnknown(client, type, submit, slab.bytes.slice(offset, offset + length));
    }
  }

  /** `call` waits for the end of the job of that id: also until the store is open again, if it is not. */
  attach(now: number, client: Client, call: number, id: string): void {
    this.#look(now, client, call, id, {
      known: (_, keep) => this.#follow(client, call, keep, false),
      ended: (ended) => client.outbox?.answerEnded(call, ended),
      failed: (code) => {
        if (code === 'NO_STORE') this.#intake.refuse(client, call, 'JOB_UNKNOWN');
        else this.#postpone(client, call, id, code);
      },
    });
  }

  /** Takes the job of that id back, wherever it is. */
  revoke(now: number, client: Client, call: number, id: string): void {
    this.#look(now, client, call, id, {
      known: (then, keep) => this.#revoke(then, client, call, keep),
      ended: () => this.#intake.refuse(client, call, 'JOB_ENDED'),
      failed: (code) =>
        this.#intake.refuse(client, call, code === 'NO_STORE' ? 'JOB_UNKNOWN' : code),
    });
  }

  /** Cancels an open kept job. */
  withdraw(now: number, keep: Keep): void {
    this.#intake.withdraw(now, keep.job, Ending.CANCELLED);
  }

  /** A call that waits for a kept job is given up; the job with it, if it was handed in under that call. */
  cancel(now: number, client: Client, call: number): void {
    client.postponed?.delete(call);
    const keep = client.follows?.get(call);
    if (keep === undefined) return;
    const owns = keep.follows.some(
      (each) => each.owns && each.client === client && each.call === call,
    );
    if (owns && keep.job.open) this.withdraw(now, keep);
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
  fail(code: StoreRefusal): void {
    this.#inquiries.fail(code);
  }

  #take(
    now: number,
    client: Client,
    type: Type,
    submit: Submit,
    slab: Slab,
    offset: number,
    length: number,
  ): void {
    const asked = submit.kept!;
    const code = this.#obstacle(now, type, submit, length);
    if (code !== null) {
      this.#intake.refuse(client, submit.call, code);
      return;
    }
    const kept = this.#keeps.keptOf(now, type, submit, asked);
    const job = this.#keeps.make(now, type, kept, asked.level, slab, offset, length);
    type.counts.submitted++;
    this.#records.submitted(job.keep!);
    this.#waiting.push(now, job);
    if (asked.follow) this.#follow(client, submit.call, job.keep!, true);
    if (!asked.follow || submit.acceptWanted) {
      client.outbox?.acceptKept(submit.call, job, asked.level);
    }
    this.#keeps.endIfOverdue(now, job.keep!);
  }

  /** The store may remember the id: it is asked first. The body is a copy. */
  #takeIfUnknown(client: Client, type: Type, from: Submit, body: Uint8Array): void {
    const asked = { ...from.kept! };
    const submit = { ...from, kept: asked };
    const { call, acceptWanted } = submit;
    this.#inquiries.ask(asked.id, {
      submits: true,
      told: (now, ended) => {
        if (client.outbox === null) return;
        const known = this.#ledger.get(asked.id);
        if (known !== null) this.#again(now, client, call, asked, known, acceptWanted);
        else if (ended !== null) this.#answerEnded(client, submit, ended);
        else this.#take(now, client, type, submit, new Slab(body, now, false), 0, body.length);
      },
      failed: (code) => this.#intake.refuse(client, call, code),
    });
  }

  #answerEnded(client: Client, { call, acceptWanted, kept }: Submit, ended: EndedJob): void {
    this.#state.counts.repeated++;
    if (kept!.follow) client.outbox?.answerEnded(call, ended);
    if (!kept!.follow || acceptWanted) client.outbox?.acceptEnded(call);
  }

  #again(
    now: number,
    client: Client,
    call: number,
    asked: KeptSubmit,
    keep: Keep,
    acceptWanted: boolean,
  ): void {
    this.#state.counts.repeated++;
    const { job } = keep;
    if (asked.level === Level.DISK && keep.level === Level.MEMORY) {
      if (this.#state.storeRefusal !== null) {
        this.#intake.refuse(client, call, this.#state.storeRefusal);
        return;
      }
      this.#upgrades.upgrade(now, keep);
    }
    if (asked.follow) this.#follow(client, call, keep, true);
    if (!asked.follow || acceptWanted) client.outbox?.acceptKept(call, job, keep.level);
  }

  #follow(client: Client, call: number, keep: Keep, owns: boolean): void {
    if (keep.job.open) this.#ledger.follow(keep, { client, call, owns });
    else client.outbox?.answerKept(call, keep.job);
  }

  /** Finds the job here, or asks the store for it; it may come in, too, before the store has answered. */
  #look(now: number, client: Client, call: number, id: string, found: Found): void {
    const keep = this.#ledger.get(id);
    const { storeRefusal } = this.#state;
    if (keep !== null) found.known(now, keep);
    else if (storeRefusal !== null) found.failed(storeRefusal);
    else {
      this.#inquiries.ask(id, {
        submits: false,
        told: (then, ended) => {
          const come = this.#ledger.get(id);
          if (come !== null) found.known(then, come);
          else if (ended !== null) found.ended(ended);
          else this.#intake.refuse(client, call, this.#expiredId(then, id) ?? 'JOB_UNKNOWN');
        },
        failed: found.failed,
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
    this.withdraw(now, keep);
    client.outbox?.acceptKept(call, keep.job, keep.level);
  }

  #obstacle(now: number, type: Type, submit: Submit, length: number): Refusal | null {
    const { storeRefusal } = this.#state;
    const { level, id } = submit.kept!;
    if (level === Level.DISK) {
      if (storeRefusal !== null) return storeRefusal;
      if (this.#state.storeBehind) return 'BUSY';
    }
    const mayBeOld = this.#mayBeRemembered(now, submit);
    return (mayBeOld ? this.#expiredId(now, id) : null) ?? this.#intake.obstacle(now, type, length);
  }

  /** A generated id whose job may have been forgotten must not be run again. */
  #expiredId(now: number, id: string): KeptRefusal | null {
    const at = madeAt(id);
    if (at < 0) return null;
    const { settings, forgottenTo } = this.#state;
    const isOld = at <= forgottenTo || this.#state.wallAt(now) - at > settings.keepAnswersMs;
    return isOld ? 'ID_EXPIRED' : null;
  }

  /** Whether the job may have been handed in before, so that the store must be asked before it can be taken as a new one. */
  #mayBeRemembered(now: number, { repeat, kept }: Submit): boolean {
    const at = repeat ? -1 : madeAt(kept!.id);
    return at < 0 || this.#state.wallAt(now) - at > FRESH_MS;
  }
}
