import { Call, type CallNumbers } from '../../../src/client/call.ts';
import { Kept } from '../../../src/client/kept.ts';
import { ClientSession } from '../../../src/client/session.ts';
import { Status, Verb } from '../../../src/wire/verbs.ts';
import { Verdict } from '../judge.ts';
import { type Errand, newErrand } from './errand.ts';
import { askOf, type KeptErrand, keptErrand } from './kept-errand.ts';
import { Peer } from './peer.ts';
import type { World } from './world.ts';

const statusNames = Object.keys(Status);
const verbNames = { [Verb.SUBMIT]: 'SUBMIT', [Verb.ATTACH]: 'ATTACH', [Verb.REVOKE]: 'REVOKE' };
const NO_NUMBERS: CallNumbers = { timeoutMs: 0, answerTimeoutMs: 0, priority: 0 };

/** One call of a client, which writes down how it ended. */
export class SimCall extends Call {
  readonly client: ClientPeer;
  readonly errand: Errand;
  readonly madeAt: number;
  /** How it ended for its caller; null while it has not. */
  end: string | null = null;
  endBody = '';
  isCancelled = false;

  constructor(
    client: ClientPeer,
    errand: Errand,
    numbers: CallNumbers,
    acceptWanted: boolean,
    kept: Kept | null = null,
  ) {
    super(errand.type, Buffer.from(errand.body), numbers, acceptWanted, kept);
    this.client = client;
    this.errand = errand;
    this.madeAt = client.clock();
  }

  get id(): string {
    return `${this.client.id}-${this.number}`;
  }

  answer(status: Status, bytes: Uint8Array, at: number, length: number): void {
    const body = Buffer.from(bytes.subarray(at, at + length)).toString();
    this.#ended(statusNames[status]!, body);
    this.client.world.witness.heard(this);
  }

  part(bytes: Uint8Array): void {
    if (!Buffer.from(bytes).toString().startsWith(this.errand.key))
      throw new Verdict(`${this.errand.key} is given a part of another job`);
  }

  refused(code: string): void {
    this.#ended(code, '');
  }

  accepted(): void {
    if (this.kept?.follows === false) this.#ended('ACCEPTED', '');
  }

  #ended(end: string, body: string): void {
    const { world } = this.client;
    world.trace(() => `${this.client.name} hears of ${this.errand.key}: ${end} ${body}`);
    if (this.end !== null || this.isCancelled)
      throw new Verdict(`${this.errand.key} ended ${this.end}, and then ${end}`);
    this.end = end;
    this.endBody = body;
  }
}

/** A client: it makes calls until it has made enough. */
export class ClientPeer extends Peer<World> {
  readonly instance: Buffer;
  readonly calls: SimCall[] = [];
  protected readonly driven: ClientSession;
  readonly #onEnd: () => void;

  constructor(world: World, name: string, onEnd: () => void) {
    super(world, name, 0);
    this.#onEnd = onEnd;
    this.instance = world.chance.bytes(16);
    const firstCall = world.chance.yes(0.1) ? world.chance.int(1, 0xfffff000) : 1;
    this.driven = new ClientSession({ instance: this.instance, name, firstCall });
    this.connect(0);
  }

  /** Calls that have not ended, and that it still wants to end. */
  get open(): SimCall[] {
    return this.calls.filter((call) => call.end === null && !call.isCancelled);
  }

  call(): void {
    const { chance, plan } = this.world;
    this.do(() => {
      if (this.driven.ended) return;
      const errand = newErrand(this.world, `${this.name}/${this.calls.length}`);
      const call = new SimCall(this, errand, numbersFrom(this.world), chance.yes(0.2));
      this.#handIn(call);
      this.world.witness.called(call);
      if (!plan.onlyPoison) this.#mayCancel(call);
    });
  }

  /** Hands in a kept job, new or again, asks for one or wants it cancelled. */
  keep(): void {
    const { chance, plan } = this.world;
    this.do(() => {
      if (this.driven.ended) return;
      const errand = keptErrand(this.world);
      const kept = askOf(this.world, errand);
      const { answerTimeoutMs, priority } = errand;
      const numbers = { timeoutMs: 0, answerTimeoutMs, priority };
      const call = new SimCall(this, errand, numbers, chance.yes(0.5), kept);
      this.#handIn(call);
      if (kept.follows && !plan.onlyPoison) this.#mayCancel(call);
    });
  }

  /** Asks for the answer of a kept job. */
  attach(errand: KeptErrand): void {
    const kept = new Kept(Verb.ATTACH, errand.id, true);
    this.do(() => this.#handIn(new SimCall(this, errand, NO_NUMBERS, false, kept)));
  }

  /** Leaves for good, with a goodbye. */
  close(): void {
    this.do(() => {
      this.driven.bye();
      this.wake();
    });
  }

  protected ended(): void {
    this.die();
    this.#onEnd();
  }

  #handIn(call: SimCall): void {
    this.calls.push(call);
    const { verb, terms } = call.kept ?? { verb: Verb.SUBMIT, terms: null };
    const said = terms === null ? '' : ` ${verbNames[verb]} at ${terms.level}`;
    this.world.trace(() => `${this.name} calls${said} ${call.errand.body.slice(0, 60)}`);
    this.driven.call(this.clock(), call);
    this.wake();
  }

  #mayCancel(call: SimCall): void {
    const { chance, timeline } = this.world;
    if (!chance.yes(0.06)) return;
    timeline.after(chance.ms(0, 800), () => this.do(() => this.#cancel(call)));
  }

  #cancel(call: SimCall): void {
    if (call.end !== null) return;
    this.world.trace(() => `${this.name} cancels ${call.errand.key}`);
    call.isCancelled = true;
    this.driven.cancel(this.clock(), call);
    this.wake();
  }
}

function numbersFrom({ chance, plan }: World): CallNumbers {
  if (plan.onlyPoison) return { timeoutMs: 0, answerTimeoutMs: 0, priority: 0 };
  return {
    timeoutMs: chance.yes(0.1) ? chance.int(100, 3000) : 0,
    answerTimeoutMs: chance.yes(0.2) ? chance.int(150, 2000) : 0,
    priority: chance.yes(0.2) ? chance.int(-2, 2) : 0,
  };
}
