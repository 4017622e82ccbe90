import type { Client } from './client.ts';
import { expiredId, madeAt } from './ids.ts';
import type { Inquiries } from './inquiries.ts';
import type { Intake, KeptSubmit, Submit } from './intake.ts';
import type { EndedJob } from './journal.ts';
import { type Keep, Level } from './keep.ts';
import type { Keeps } from './keeps.ts';
import type { KeyQueues } from './key-queues.ts';
import type { Ledger } from './ledger.ts';
import type { Refusal } from './outbox.ts';
import type { Records } from './records.ts';
import { Slab } from './slab.ts';
import type { State } from './state.ts';
import type { Type } from './type.ts';
import type { Upgrades } from './upgrades.ts';
import type { Waiting } from './waiting.ts';

/** A generated id that is older may have been handed in before. */
const FRESH_MS = 60_000;

/** How kept jobs come in: each id once. */
export class Commissions {
  readonly #state: State;
  readonly #waiting: Waiting;
  readonly #keeps: Keeps;
  readonly #ledger: Ledger;
  readonly #records: Records;
  readonly #upgrades: Upgrades;
  readonly #intake: Intake;
  readonly #inquiries: Inquiries;
  readonly #keyQueues: KeyQueues;

  constructor(
    state: State,
    waiting: Waiting,
    keeps: Keeps,
    ledger: Ledger,
    records: Records,
    upgrades: Upgrades,
    intake: Intake,
    inquiries: Inquiries,
    keyQueues: KeyQueues,
  ) {
    this.#state = state;
    this.#waiting = waiting;
    this.#keeps = keeps;
    this.#ledger = ledger;
    this.#records = records;
    this.#upgrades = upgrades;
    this.#intake = intake;
    this.#inquiries = inquiries;
    this.#keyQueues = keyQueues;
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
    const mayBeOld = this.#mayBeRemembered(now, submit);
    const mayBeStored = storeRefusal !== 'NO_STORE' && mayBeOld;
    if (storeRefusal !== null && (asked.level === Level.DISK || mayBeStored)) {
      this.#intake.refuse(client, submit.call, storeRefusal);
    } else if (!mayBeStored && !this.#keyQueues.isBusy(asked.key)) {
      this.#take(now, client, type, submit, mayBeOld, slab, offset, length);
    } else {
      const later = { ...submit, kept: { ...asked } };
      const body = slab.bytes.slice(offset, offset + length);
      this.#takeLater(now, client, type, later, body, mayBeStored);
    }
  }

  #take(
    now: number,
    client: Client,
    type: Type,
    submit: Submit,
    mayBeOld: boolean,
    slab: Slab,
    offset: number,
    length: number,
  ): void {
    const asked = submit.kept!;
    const code = this.#obstacle(now, type, submit, mayBeOld, length);
    if (code !== null) {
      this.#intake.refuse(client, submit.call, code);
      return;
    }
    const kept = this.#keeps.keptOf(now, type, submit, asked);
    const job = this.#keeps.make(now, type, kept, asked.level, slab, offset, length);
    type.counts.submitted++;
    client.tally.submitted++;
    this.#records.submitted(job.keep!);
    this.#waiting.push(now, job);
    if (asked.follow) this.#ledger.hear(job.keep!, { client, call: submit.call, owns: true });
    if (!asked.follow || submit.acceptWanted) {
      client.outbox?.acceptKept(submit.call, job, asked.level);
    }
  }

  /** Behind what was handed in before with its key; and if the store may remember the id, it is asked. The body is a copy. */
  #takeLater(
    now: number,
    client: Client,
    type: Type,
    submit: Submit,
    body: Uint8Array,
    mayBeStored: boolean,
  ): void {
    const { id, key } = submit.kept!;
    const take = (ended: EndedJob | null) => (then: number) =>
      this.#takeIfUnknown(then, client, type, submit, body, ended);
    const refuse = (code: Refusal) => () => this.#intake.refuse(client, submit.call, code);
    const ask = (then: number) => {
      const { storeRefusal } = this.#state;
      if (storeRefusal !== null) settle(then, refuse(storeRefusal));
      else {
        this.#inquiries.ask(id, {
          submits: true,
          told: (at, ended) => settle(at, take(ended)),
          failed: (at, code) => settle(at, refuse(code)),
        });
      }
    };
    const ticket = key === '' ? null : this.#keyQueues.stand(key, id, ask);
    const settle = (then: number, act: (now: number) => void) => {
      if (ticket === null) act(then);
      else this.#keyQueues.settle(then, key, ticket, act);
    };
    if (mayBeStored) ask(now);
    else settle(now, take(null));
  }

  #takeIfUnknown(
    now: number,
    client: Client,
    type: Type,
    submit: Submit,
    body: Uint8Array,
    ended: EndedJob | null,
  ): void {
    if (client.outbox === null) return;
    const asked = submit.kept!;
    const known = this.#ledger.get(asked.id);
    if (known !== null) this.#again(now, client, submit.call, asked, known, submit.acceptWanted);
    else if (ended !== null) this.#answerEnded(client, submit, ended);
    else {
      const mayBeOld = this.#mayBeRemembered(now, submit);
      const slab = new Slab(body, now, false);
      this.#take(now, client, type, submit, mayBeOld, slab, 0, body.length);
    }
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
    if (asked.follow) this.#ledger.hear(keep, { client, call, owns: true });
    if (!asked.follow || acceptWanted) client.outbox?.acceptKept(call, job, keep.level);
  }

  #obstacle(
    now: number,
    type: Type,
    { kept, repeat }: Submit,
    mayBeOld: boolean,
    length: number,
  ): Refusal | null {
    const { storeRefusal } = this.#state;
    const { level, id } = kept!;
    if (level === Level.DISK) {
      if (storeRefusal !== null) return storeRefusal;
      if (this.#state.storeBehind) return 'BUSY';
    }
    return (
      (mayBeOld ? expiredId(this.#state, now, id) : null) ??
      this.#intake.obstacle(now, type, length, repeat)
    );
  }

  /** Whether the job may have been handed in before, so that the store must be asked before it can be taken as a new one. */
  #mayBeRemembered(now: number, { repeat, kept }: Submit): boolean {
    if (kept!.isNew) return false;
    const at = repeat ? -1 : madeAt(kept!.id);
    return at < 0 || this.#state.wallAt(now) - at > FRESH_MS;
  }
}
